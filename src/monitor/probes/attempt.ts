/** What ends an attempt from outside. */
export interface Limits<Result> {
  /** Seconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** The result when the time is up. */
  readonly late: () => Result;
  /** The result when `signal` is aborted. */
  readonly calledOff: Result;
}

/** This process came late for its own timer by more than this, in milliseconds: it did not run meanwhile. */
const standstill = 20;

/**
 * One attempt at something that ends by itself, by time or by being called off, whichever is first.
 * @param begin starts it; it hands its result to `finish` (the first counts) and returns what releases everything it holds
 */
export function attempt<Result>(
  { timeout, signal, late, calledOff }: Limits<Result>,
  begin: (finish: (result: Result) => void) => () => void,
): Promise<Result> {
  if (signal.aborted) return Promise.resolve(calledOff);
  return new Promise((resolve) => {
    let ended = false;
    let timer: NodeJS.Timeout | undefined;
    let release: (() => void) | null = null;
    const abort = () => finish(calledOff);
    const finish = (result: Result) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      release?.();
      resolve(result);
    };
    release = begin(finish);
    if (ended) return release();
    const due = performance.now() + timeout * 1000;
    timer = setTimeout(() => {
      // Answers may wait that this process had no time to read: the time in which it stood still is given back, once.
      const lost = performance.now() - due;
      if (lost < standstill) finish(late());
      else timer = setTimeout(() => finish(late()), lost);
    }, timeout * 1000);
    signal.addEventListener('abort', abort);
  });
}

/** `no answer within 1 s`; of a timeout in seconds. */
export function noAnswerWithin(timeout: number): string {
  return `no answer within ${timeout} s`;
}
