import { EndedAtOnce, LvsError } from '../model/errors.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ctrl-C, a request to end, or a terminal that goes away: for the length of a run the first one aborts it, and it ends in order;
 * the second one ends it at once.
 * @param whatHolds what to say then: it is not known what becomes of what is under way
 */
export async function withInterrupts<T>(
  work: (signal: AbortSignal) => Promise<T>,
  whatHolds: () => LvsError = () => new LvsError('interrupted', 'interrupted twice: ended at once'),
): Promise<T> {
  const controller = new AbortController();
  let onEnd: () => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    onEnd = () => {
      const { code, message, details, hint } = whatHolds();
      reject(new EndedAtOnce(code, message, { details, ...(hint !== undefined && { hint }) }));
    };
  });
  const interrupt = () => (controller.signal.aborted ? onEnd() : controller.abort());
  for (const name of signals) process.on(name, interrupt);
  try {
    return await Promise.race([work(controller.signal), ended]);
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
