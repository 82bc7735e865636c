import { LvsError } from '../model/errors.ts';
import type { Hurry } from '../router/runner.ts';
import { describeHoldings } from './holdings.ts';
import type { Planned } from './planned.ts';

/** Seconds after an interruption: what runs may end until then, and by then everything must have. */
const patience: Hurry = { current: 3, all: 8 };

/** How far a run has come, for those who interrupt it. */
export class Progress {
  private planned: readonly Planned[] | null = null;
  private waits = false;
  private interrupted: number | null = null;

  /** From here on something is changed. */
  begin(planned: readonly Planned[]): void {
    this.planned = planned;
  }

  /** From here on the routers roll back by themselves: what is asked of them may take its time. */
  leave(): void {
    this.waits = true;
  }

  /** What only looked need not come to an end. */
  hurry(): Hurry {
    this.interrupted ??= performance.now();
    if (this.planned === null) return { current: 0, all: 0 };
    const gone = (performance.now() - this.interrupted) / 1000;
    const all = Math.max(0, patience.all - gone);
    return { current: this.waits ? all : Math.max(0, patience.current - gone), all };
  }

  /** What work comes to. What was interrupted before anything was changed fails for that reason, whatever it met. */
  async orInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!signal.aborted || this.planned !== null) throw error;
      throw new LvsError('interrupted', 'interrupted: nothing was run', { cause: error });
    }
  }

  whatHolds(): LvsError {
    if (this.planned === null) return new LvsError('interrupted', 'interrupted: nothing was run');
    return new LvsError('not-put-back', 'interrupted again: ended at once, before everything was rolled back', {
      details: this.planned.map((router) => ({ message: describeHoldings(router, null) })),
      hint: 'look at "lvs status" and "lvs diff", and run "lvs apply"',
    });
  }
}

/** The error as which it is told when the user had it end. */
export function asInterrupted(error: unknown): LvsError {
  if (!(error instanceof LvsError)) return new LvsError('internal', String(error), { cause: error });
  if (error.code !== 'command-failed' && error.code !== 'read-failed') return error;
  return new LvsError('interrupted', `interrupted: ${error.message}`, { details: error.details, cause: error });
}
