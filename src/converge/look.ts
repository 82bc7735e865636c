import { setTimeout as pause } from 'node:timers/promises';
import { type PendingState, readPending, revive } from '../router/pending.ts';
import type { Planned } from './planned.ts';

/** Milliseconds: between two looks at a router, and after which a look is too old to count. */
const betweenLooks = 700;
const oldLook = 6000;

/** How often a watcher is started in place of one that is gone, before a router counts as one that has none. */
const mostRevivals = 3;

/**
 * Follows what a router says of the run that waits to be confirmed, over a new connection where the old one is lost. If its
 * watcher is gone, it starts another one, for nothing else would roll back the run.
 */
export class Look {
  readonly name: string;
  private readonly runner: Planned['runner'];
  private last: PendingState = { state: 'pending', pending: null, left: null, unwatched: false, report: [] };
  private seenAt = performance.now();
  private revivals = 0;
  private readonly onRevival: (name: string) => void;

  /** @param onRevival called when another watcher was started */
  constructor({ name, runner }: Planned, onRevival: (name: string) => void = () => {}) {
    this.name = name;
    this.runner = runner;
    this.onRevival = onRevival;
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

  /** Whether it will not roll back by itself, and no watcher can be started that would. */
  get isUnwatched(): boolean {
    return this.last.unwatched && this.revivals >= mostRevivals;
  }

  async run(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        this.last = await readPending(this.runner);
        this.seenAt = performance.now();
        if (this.last.unwatched && !over.aborted && this.revivals < mostRevivals) await this.reviveWatcher();
      } catch {
        if (over.aborted) return;
        await this.runner.renew();
        if (over.aborted) await this.runner.close();
      }
      await pause(betweenLooks, undefined, { signal: over }).catch(() => {});
    }
  }

  private async reviveWatcher(): Promise<void> {
    this.revivals += 1;
    if (await revive(this.runner)) this.onRevival(this.name);
  }
}
