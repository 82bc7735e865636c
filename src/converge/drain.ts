import { setTimeout as sleep } from 'node:timers/promises';
import type { NamedReal } from '../config/select.ts';
import type { Cluster } from '../model/cluster.ts';
import { isEmpty, nothing, type Remains, sumOf } from '../model/draining.ts';
import { LvsError } from '../model/errors.ts';
import { type Connect, type Connections, openSession, withConnections } from './connect.ts';
import { countRemains } from './drain-count.ts';

export interface Draining {
  readonly reals: readonly NamedReal[];
  /** The router to count on; null: the active one, whichever that is at the moment. */
  readonly on: string | null;
  /** Seconds; null: as long as it takes. */
  readonly timeout: number | null;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Told of each count, and of what comes in between. */
  readonly tell: (step: DrainStep) => void;
  readonly connect?: Connect;
  /** Seconds from one count to the next. */
  readonly interval?: number;
}

export type DrainStep =
  | { readonly type: 'counted'; readonly router: string; readonly remains: Remains; readonly left: number | null }
  /** Nothing can be counted at the moment: it is tried again. */
  | { readonly type: 'blind'; readonly reason: string };

/** How a wait ended. */
export type DrainEnd =
  | 'empty'
  | 'timed-out'
  | 'interrupted'
  /** Somebody gave a real server a weight again. */
  | 'enabled'
  /** Somebody took a real server out of the kernel. */
  | 'gone';

export interface Drained {
  readonly end: DrainEnd;
  /** Where the last count was made; null: none was. */
  readonly router: string | null;
  /** What remained then of each real server, in their order. */
  readonly remains: readonly Remains[] | null;
  /** Those that were enabled again, or are gone. */
  readonly others: readonly NamedReal[];
}

/** A command that never returns must not keep the wait from ending. */
const graceSeconds = 3;

/**
 * Follows what remains of drained real servers on the active router until nothing does, and goes on with another router where
 * that becomes active. No lock is held. What cannot be read is tried again.
 */
export function waitUntilDrained(cluster: Cluster, draining: Draining): Promise<Drained> {
  return new Wait(cluster, draining).run();
}

class Wait {
  private readonly cluster: Cluster;
  private readonly draining: Draining;
  private readonly until: number;
  private last: Pick<Drained, 'router' | 'remains'> = { router: null, remains: null };
  /** Aborted when the wait is over. */
  private readonly over = new AbortController();

  constructor(cluster: Cluster, draining: Draining) {
    this.cluster = cluster;
    this.draining = draining;
    this.until = draining.timeout === null ? Number.POSITIVE_INFINITY : performance.now() + draining.timeout * 1000;
  }

  async run(): Promise<Drained> {
    const stop = new Alarm(this.draining.signal, this.until + graceSeconds * 1000);
    const counting = this.count();
    try {
      return await Promise.race([counting, stop.rung.then((end) => this.ended(end))]);
    } finally {
      this.over.abort();
      stop.end();
      // Where it was the alarm that ended the wait, nobody asks any more what becomes of the counting.
      counting.catch(() => {});
    }
  }

  private async count(): Promise<Drained> {
    const { on, connect = openSession } = this.draining;
    for (;;) {
      const end = await withConnections(this.cluster, on, connect, (connections) => this.follow(connections));
      if (end !== 'lost') return end;
      await this.pause();
      if (this.over.signal.aborted) return this.ended('interrupted');
    }
  }

  /** Counts over these connections until the wait ends, or others are needed: one is lost, or leads to no active router. */
  private async follow(connections: Connections): Promise<Drained | 'lost'> {
    const { reals, on, tell } = this.draining;
    for (;;) {
      const counted = await this.tryCount(connections, reals, on);
      if (this.over.signal.aborted) return this.ended('interrupted');
      if ('reason' in counted) {
        tell({ type: 'blind', reason: counted.reason });
        if (this.isLate()) return this.ended('timed-out');
        if (counted.lost) return 'lost';
      } else {
        const { router, found } = counted;
        const enabled = reals.filter((_, index) => isEnabled(found[index]));
        const gone = reals.filter((_, index) => found[index] === 'gone');
        const remains = found.map((each) => (each === 'gone' ? nothing : each.remains));
        this.last = { router, remains };
        tell({ type: 'counted', router, remains: sumOf(remains), left: this.left() });
        if (enabled.length > 0) return this.ended('enabled', enabled);
        if (gone.length > 0) return this.ended('gone', gone);
        if (remains.every(isEmpty)) return this.ended('empty');
        if (this.isLate()) return this.ended('timed-out');
      }
      await this.pause();
    }
  }

  private async tryCount(connections: Connections, reals: readonly NamedReal[], on: string | null) {
    try {
      return await countRemains(this.cluster, connections, reals, on);
    } catch (error) {
      if (!(error instanceof LvsError) || error.code !== 'read-failed') throw error;
      return { reason: error.message, lost: true };
    }
  }

  private ended(end: DrainEnd, others: readonly NamedReal[] = []): Drained {
    return { end, ...this.last, others };
  }

  private isLate(): boolean {
    return performance.now() >= this.until;
  }

  private left(): number | null {
    return this.draining.timeout === null ? null : Math.max(0, (this.until - performance.now()) / 1000);
  }

  /** No longer than there is time. */
  private async pause(): Promise<void> {
    const { interval = 1 } = this.draining;
    const milliseconds = Math.min(interval * 1000, Math.max(0, this.until - performance.now()));
    await sleep(milliseconds, null, { signal: this.over.signal }).catch(() => {});
  }
}

function isEnabled(found: { readonly weight: number } | 'gone' | undefined): boolean {
  return found !== undefined && found !== 'gone' && found.weight > 0;
}

/** Rings when the signal comes, or at last when time has been up for a while. */
class Alarm {
  readonly rung: Promise<DrainEnd>;
  readonly end: () => void;

  constructor(signal: AbortSignal, at: number) {
    let ring: (end: DrainEnd) => void = () => {};
    this.rung = new Promise((resolve) => {
      ring = resolve;
    });
    const interrupt = () => ring('interrupted');
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt);
    const timer = Number.isFinite(at) ? setTimeout(() => ring('timed-out'), at - performance.now()) : undefined;
    this.end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
    };
  }
}
