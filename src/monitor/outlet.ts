import type { WantedWeight } from '../plan/weight-changes.ts';
import type { ServerDecisions } from '../weights/decisions.ts';
import type { DecisionsKeeper } from './decisions-keeper.ts';
import type { Say } from './events.ts';
import type { WeightsWriter } from './weights-writer.ts';

/** Seconds until a write is tried again: somebody else is at work, and it failed. */
const whenBusy = 0.5;
const whenFailed = 2;

/** Brings decisions to where others see them: first to the file, which `lvs apply` honours, then to the kernel. */
export class Outlet {
  private readonly keeper: DecisionsKeeper;
  private readonly writer: WeightsWriter;
  private readonly say: Say;
  private published = '';
  /** What the kernel was seen to have, by place. */
  private readonly confirmed = new Map<string, number | null>();
  private isPublished = false;
  private isSettled = false;
  private next = 0;
  private failure: string | null = null;

  constructor(keeper: DecisionsKeeper, writer: WeightsWriter, say: Say) {
    this.keeper = keeper;
    this.writer = writer;
    this.say = say;
  }

  /** Whether what was last decided is published, and the kernel was seen to have it. */
  get settled(): boolean {
    return this.isPublished && this.isSettled;
  }

  async publish(virtualServers: ReadonlyMap<string, ServerDecisions>): Promise<void> {
    const text = JSON.stringify(
      [...virtualServers].map(([key, { sorry, realServers }]) => [key, sorry, [...realServers]]),
    );
    this.isPublished = text === this.published;
    if (this.isPublished) return;
    try {
      await this.keeper.publish(virtualServers);
      this.published = text;
      this.isPublished = true;
    } catch (error) {
      this.fail(`its decisions cannot be kept: ${(error as Error).message}`);
    }
  }

  /**
   * Writes what the kernel was not seen to have yet.
   * @param wanted all that was decided
   * @param mayWrite asked under the lock; false: there is reason to decide anew first
   * @param now in seconds, of any clock
   */
  async write(wanted: readonly WantedWeight[], mayWrite: () => boolean, now: number): Promise<void> {
    if (now < this.next) return;
    const pending = wanted.filter((weight) => this.confirmed.get(placeOf(weight)) !== weight.weight);
    this.isSettled = pending.length === 0;
    if (this.isSettled) return;
    const written = await this.writer.write(() => (mayWrite() ? pending : null));
    if (written.outcome === 'done') {
      this.isSettled = true;
      for (const weight of pending) this.confirmed.set(placeOf(weight), weight.weight);
      this.succeed();
    } else {
      this.next = now + (written.outcome === 'busy' ? whenBusy : whenFailed);
      if (written.outcome === 'failed') this.fail(written.reason);
    }
  }

  async close(): Promise<void> {
    await this.writer.close();
    await this.keeper.release();
  }

  /** Has what was decided published again if somebody removed or cut it. */
  async look(): Promise<void> {
    if (await this.keeper.isIntact()) return;
    this.published = '';
    this.isPublished = false;
  }

  private fail(reason: string): void {
    if (this.failure === reason) return;
    this.failure = reason;
    this.say({ type: 'kernel', reason });
  }

  private succeed(): void {
    if (this.failure === null) return;
    this.failure = null;
    this.say({ type: 'kernel', reason: null });
  }
}

function placeOf({ virtualServer, realServer }: WantedWeight): string {
  return `${virtualServer} ${realServer}`;
}
