import { TimedOut } from './runner.ts';

/** Every deadline is so many times as long: for routers that are slow for a reason. */
const factor = Math.max(1, Number(process.env.LVS_PATIENCE ?? 1) || 1);

/** Seconds for any request, the connection included where it is the first one. */
const requestSeconds = 30;
/** More of them: for each line that a command reads, for each that is a process, for each word, and to read a table of any size. */
const lineSeconds = 0.01;
const processSeconds = 0.1;
const tableSeconds = 90;

/** For work that is repeated: the fewest seconds, and how many times the longest one. */
const leastRepeatedSeconds = 5;
const repeatedFactor = 4;

/**
 * Seconds in which a router must have answered.
 * @param waits seconds that the command itself spends waiting
 */
export function secondsFor(words: readonly string[], input: string, waits: number): number {
  const [program = '', option = ''] = words;
  const lines = input === '' ? 0 : input.split('\n').length;
  const perLine = program === 'xargs' || program === 'perl' ? processSeconds : lineSeconds;
  const table = program === 'ipvsadm' && /^-[LS]/.test(option) ? tableSeconds : 0;
  return Math.ceil(factor * (requestSeconds + lines * perLine + words.length * processSeconds + table + waits));
}

/** What is the matter with one request: people are told after a while, and again and again, until it is answered or too late. */
export interface Patience {
  readonly limit: number;
  /** After how many seconds people are told for the first time; without it, they are not. */
  readonly firstNotice?: number;
  notice?(seconds: number): void;
  /** Called when it ends, whatever the reason, if people were told. */
  over?(): void;
  expire(seconds: number): void;
}

/** Runs for one request at a time. */
export class Deadline {
  private begun = 0;
  private patience: Patience | null = null;
  private isTold = false;
  private notice: NodeJS.Timeout | undefined;
  private expiry: NodeJS.Timeout | undefined;

  start(patience: Patience): void {
    this.stop();
    this.begun = performance.now();
    this.patience = patience;
    if (patience.firstNotice !== undefined) this.noticeIn(patience.firstNotice, patience);
    this.expireIn(patience.limit, patience);
  }

  /** At most so many seconds from now. */
  cut(seconds: number): void {
    const { patience } = this;
    if (patience === null) return;
    const left = patience.limit - this.elapsed;
    if (seconds < left) this.expireIn(Math.max(0, seconds), patience);
  }

  stop(): void {
    clearTimeout(this.notice);
    clearTimeout(this.expiry);
    const { patience, isTold } = this;
    this.patience = null;
    this.isTold = false;
    if (isTold) patience?.over?.();
  }

  private get elapsed(): number {
    return (performance.now() - this.begun) / 1000;
  }

  private noticeIn(seconds: number, patience: Patience): void {
    this.notice = setTimeout(() => {
      this.isTold = true;
      patience.notice?.(Math.round(this.elapsed));
      this.noticeIn(Math.max(5, Math.round(this.elapsed)), patience);
    }, seconds * 1000);
    this.notice.unref();
  }

  private expireIn(seconds: number, patience: Patience): void {
    clearTimeout(this.expiry);
    this.expiry = setTimeout(() => {
      const { elapsed } = this;
      this.stop();
      patience.expire(Math.round(elapsed));
    }, seconds * 1000);
  }
}

/**
 * Throws `TimedOut` if the work takes longer than so many seconds; it goes on then, and its end is ignored.
 * @param limit Infinity: none
 */
export async function inTime<T>(work: Promise<T>, limit: number): Promise<T> {
  if (!Number.isFinite(limit)) return work;
  const deadline = new Deadline();
  const late = new Promise<never>((_, reject) => {
    const expire = (seconds: number) => reject(new TimedOut(`no answer within ${seconds} s`));
    deadline.start({ limit: factor * limit, expire });
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    deadline.stop();
  }
}

/** Seconds for work that is repeated: several times what it took at most, and no limit for the first time. */
export class RepeatedLimit {
  private longest = Number.POSITIVE_INFINITY;

  get seconds(): number {
    return Math.max(leastRepeatedSeconds, repeatedFactor * this.longest);
  }

  took(seconds: number): void {
    this.longest = Number.isFinite(this.longest) ? Math.max(seconds, this.longest) : seconds;
  }
}
