import { setTimeout as sleep } from 'node:timers/promises';
import { addresses, macOf } from './network.ts';
import { type Running, start } from './process.ts';

/** Requests a second; arping(8) sends one at most. */
const rate = 4;
/** An owner that has not answered for so long has the address no more, in milliseconds. */
const patience = 900;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Who answers the client's ARP requests for the virtual servers' address, as time goes on. */
export class OwnerWatch {
  private readonly answers: { readonly at: number; readonly owner: string }[] = [];
  private readonly running: Running[] = [];
  private readonly since = Date.now();

  private readonly address: string;

  private constructor(address: string) {
    this.address = address;
  }

  static async begin(client: string, address: string = addresses.vip): Promise<OwnerWatch> {
    const watch = new OwnerWatch(address);
    for (let count = 0; count < rate; count += 1) {
      watch.ask(client);
      await sleep(1000 / rate);
    }
    return watch;
  }

  end(): Ownership {
    for (const running of this.running) running.kill();
    return new Ownership(this.answers, this.since, Date.now());
  }

  /** Those that answered lately. */
  now(): string[] {
    const since = Date.now() - patience;
    return [...new Set(this.answers.filter(({ at }) => at >= since).map(({ owner }) => owner))].sort();
  }

  /** Waits until exactly these answer; false when the time is up. */
  async until(owners: readonly string[], seconds: number): Promise<boolean> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      if (this.now().join() === [...owners].sort().join()) return true;
      await sleep(100);
    }
    return false;
  }

  /** Waits until exactly one answers, whoever it is. */
  async untilOne(seconds: number): Promise<string | null> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      const [owner, ...others] = this.now();
      if (owner !== undefined && others.length === 0) return owner;
      await sleep(100);
    }
    return null;
  }

  private ask(client: string): void {
    const words = ['stdbuf', '-oL', 'arping', '-b', '-I', 'eth0', this.address];
    const running = start(['ip', 'netns', 'exec', client, ...words]);
    const taken = { count: 0 };
    running.child.stdout?.on('data', () => {
      for (const { at, text } of running.lines.slice(taken.count)) {
        const mac = /\[([0-9A-Fa-f:]{17})\]/.exec(text)?.[1]?.toLowerCase();
        const number = [1, 2].find((each) => macOf(each, 'public') === mac);
        if (number !== undefined) this.answers.push({ at, owner: `lvs${number}` });
      }
      taken.count = running.lines.length;
    });
    this.running.push(running);
  }
}

/** What was seen. */
export class Ownership {
  private readonly spans = new Map<string, Span[]>();

  private readonly from: number;
  private readonly to: number;

  constructor(answers: readonly { readonly at: number; readonly owner: string }[], from: number, to: number) {
    this.from = from;
    this.to = to;

    for (const { at, owner } of answers) {
      const spans = this.spans.get(owner) ?? [];
      const last = spans.at(-1);
      if (last !== undefined && at - last.to <= patience) spans[spans.length - 1] = { from: last.from, to: at };
      else spans.push({ from: at, to: at });
      this.spans.set(owner, spans);
    }
  }

  /** For how long at a time both answered, in milliseconds, after a moment. */
  twoOwners(after = 0): number[] {
    const [ones = [], others = []] = ['lvs1', 'lvs2'].map((owner) => this.spans.get(owner) ?? []);
    return ones.flatMap((one) =>
      others.flatMap((other) => {
        const length = Math.min(one.to, other.to) - Math.max(one.from, other.from, after);
        return length > 0 ? [length] : [];
      }),
    );
  }

  /** The longest time without any, in milliseconds. */
  longestWithout(): number {
    const all = [...this.spans.values()].flat().sort((one, other) => one.from - other.from);
    let until = this.from;
    let longest = 0;
    for (const { from, to } of all) {
      longest = Math.max(longest, from - until);
      until = Math.max(until, to);
    }
    return Math.max(longest, this.to - until);
  }

  /** As a person reads it: owners with the seconds since the beginning. */
  get story(): string {
    const seconds = (at: number) => ((at - this.from) / 1000).toFixed(1);
    const all = [...this.spans].flatMap(([owner, spans]) => spans.map((span) => ({ owner, ...span })));
    all.sort((one, other) => one.from - other.from);
    return all.map(({ owner, from, to }) => `${owner} ${seconds(from)}–${seconds(to)} s`).join(', ') || 'no owner';
  }
}
