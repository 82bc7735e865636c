import { setTimeout as pause } from 'node:timers/promises';
import { type PendingState, readPending } from '../router/pending.ts';
import type { Planned } from './planned.ts';

/** Milliseconds: between two looks at a router, and after which a look is too old to count. */
const betweenLooks = 700;
const oldLook = 6000;

/** Follows what a router says of the run that waits to be confirmed, over a new connection where the old one is lost. */
export class Look {
  readonly name: string;
  private readonly runner: Planned['runner'];
  private last: PendingState = { state: 'pending', pending: null, left: null, unwatched: false, report: [] };
  private seenAt = performance.now();

  constructor({ name, runner }: Planned) {
    this.name = name;
    this.runner = runner;
  }

  get isLost(): boolean {
    return performance.now() - this.seenAt > oldLook;
  }

  get state(): PendingState['state'] {
    return this.last.state;
  }

  get report(): readonly string[] {
    return this.last.report;
  }

  /** Whether something is to come. */
  get isOpen(): boolean {
    return this.state === 'pending' || this.state === 'going-back';
  }

  async run(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        this.last = await readPending(this.runner);
        this.seenAt = performance.now();
      } catch {
        if (over.aborted) return;
        await this.runner.renew();
        if (over.aborted) await this.runner.close();
      }
      await pause(betweenLooks, undefined, { signal: over }).catch(() => {});
    }
  }
}
