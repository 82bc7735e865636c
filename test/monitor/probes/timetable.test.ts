import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Target, Timetable, usualLimits } from '../../../src/monitor/probes/timetable.ts';

/** Milliseconds since the test began, by the faked clock. */
let start = 0;
const clock = () => Date.now() - start;

beforeEach(() => {
  vi.useFakeTimers();
  start = Date.now();
});
afterEach(() => {
  vi.useRealTimers();
});

function timetable(limit = 1000, random = () => 0.5) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  return { table: new Timetable({ limits: { socket: limit, exec: 1 }, onError, now: clock, random }), errors };
}

/** A target that takes `takes` milliseconds, and notes when it ran. */
class Fake implements Target {
  readonly interval: number;
  readonly jitter: number;
  readonly kind: string;
  readonly begun: number[] = [];
  running = 0;
  mostAtOnce = 0;
  private readonly takes: () => number;

  constructor(interval: number, takes: number | (() => number) = 0, { jitter = 0, kind = 'socket' } = {}) {
    this.interval = interval;
    this.jitter = jitter;
    this.kind = kind;
    this.takes = typeof takes === 'number' ? () => takes : takes;
  }

  run(signal: AbortSignal): Promise<void> {
    this.begun.push(clock());
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.running -= 1;
        resolve();
      };
      const timer = setTimeout(end, this.takes());
      signal.addEventListener('abort', end);
    });
  }
}

describe('the timetable', () => {
  it('runs each target once an interval, the first time within one', async () => {
    const { table } = timetable();
    const targets = [0.5, 1, 2, 5].map((interval) => new Fake(interval));
    for (const target of targets) table.add(target);
    await vi.advanceTimersByTimeAsync(19_990);
    expect(targets.map(({ begun }) => begun.length)).toEqual([40, 20, 10, 4]);
    for (const { begun, interval } of targets) {
      expect(begun[0]).toBeLessThan(interval * 1000);
      for (const [before, after] of pairs(begun)) expect(after - before).toBeCloseTo(interval * 1000, -1);
    }
    await table.stop();
  });

  it('spreads the first runs evenly over the interval', async () => {
    const { table } = timetable();
    const targets = Array.from({ length: 500 }, () => new Fake(2));
    for (const target of targets) table.add(target);
    await vi.advanceTimersByTimeAsync(2000);
    const tenths = new Array<number>(10).fill(0);
    for (const { begun } of targets) {
      const tenth = Math.min(9, Math.floor((begun[0] ?? 0) / 200));
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(count).toBeGreaterThan(45);
    await table.stop();
  });

  it('scatters the times around a grid that does not drift', async () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const { table } = timetable(1000, random);
    const target = new Fake(2, 0, { jitter: 0.4 });
    table.add(target);
    await vi.advanceTimersByTimeAsync(2_000_000);
    expect(target.begun.length).toBeGreaterThan(998);
    const offsets = target.begun.slice(1).map((at) => ((at + 1000) % 2000) - 1000);
    expect(Math.max(...offsets)).toBeLessThanOrEqual(402);
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(-402);
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeGreaterThan(700);
    await table.stop();
  });

  it('never runs a target twice at once, and leaves out what is due meanwhile', async () => {
    const { table } = timetable();
    const target = new Fake(1, 2500);
    table.add(target);
    await vi.advanceTimersByTimeAsync(11_990);
    expect(target.mostAtOnce).toBe(1);
    expect(target.begun).toHaveLength(4);
    expect(table.skipped).toEqual({ running: 8, waiting: 0 });
    await table.stop();
  });

  it('keeps to the limit of each kind, and takes turns where it is reached', async () => {
    const { table } = timetable(3);
    const targets = Array.from({ length: 12 }, () => new Fake(1, 500));
    const program = new Fake(1, 100, { kind: 'exec' });
    for (const target of [...targets, program]) table.add(target);
    let most = 0;
    for (let time = 0; time < 20_000; time += 50) {
      await vi.advanceTimersByTimeAsync(50);
      most = Math.max(
        most,
        targets.reduce((sum, { running }) => sum + running, 0),
      );
    }
    expect(most).toBe(3);
    // 6 of 12 a second: each every other time, and none more often than others.
    const counts = targets.map(({ begun }) => begun.length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(9);
    expect(Math.max(...counts)).toBeLessThanOrEqual(11);
    expect(table.skipped.waiting).toBeGreaterThan(50);
    expect(table.skipped.waiting + table.skipped.running).toBeGreaterThan(100);
    expect(program.begun).toHaveLength(20);
    await table.stop();
  });

  it('measures how late runs begin', async () => {
    const { table } = timetable(1);
    // The first holds the only place until 900 ms; the second is due at 618 ms.
    table.add(new Fake(1, 900));
    table.add(new Fake(1, 0));
    await vi.advanceTimersByTimeAsync(950);
    expect(table.lateness.count).toBe(2);
    expect(table.lateness.max / 1000).toBeCloseTo(900 - 618, -1);
    await table.stop();
  });

  it('goes on with the grid after this process stood still', async () => {
    const { table } = timetable();
    const target = new Fake(1);
    table.add(target);
    await vi.advanceTimersByTimeAsync(500);
    expect(target.begun).toHaveLength(1);
    vi.setSystemTime(start + 10_500);
    await vi.advanceTimersByTimeAsync(3000);
    expect(target.begun).toHaveLength(1 + 1 + 2);
    await table.stop();
  });

  it('withdraws a target: it is not run again, and what runs is called off', async () => {
    const { table } = timetable(1);
    const [first, second] = [new Fake(1, 5000), new Fake(1)];
    const withdraw = table.add(first);
    const withdrawSecond = table.add(second);
    await vi.advanceTimersByTimeAsync(1000);
    expect(first.running).toBe(1);
    expect(second.begun).toHaveLength(0);
    await withdrawSecond();
    await withdraw();
    expect(first.running).toBe(0);
    await vi.advanceTimersByTimeAsync(5000);
    expect(first.begun).toHaveLength(1);
    expect(second.begun).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets the next one in when one that ran is withdrawn', async () => {
    const { table } = timetable(1);
    const second = new Fake(1);
    const withdraw = table.add(new Fake(1, 60_000));
    table.add(second);
    await vi.advanceTimersByTimeAsync(1000);
    await withdraw();
    expect(second.begun).toHaveLength(1);
    await table.stop();
  });

  it('stops everything, and takes nothing new', async () => {
    const { table } = timetable(2);
    const targets = Array.from({ length: 5 }, () => new Fake(1, 60_000));
    for (const target of targets) table.add(target);
    await vi.advanceTimersByTimeAsync(1500);
    await table.stop();
    expect(targets.map(({ running }) => running)).toEqual([0, 0, 0, 0, 0]);
    expect(targets.flatMap(({ begun }) => begun)).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
    expect(() => table.add(new Fake(1))).toThrow('the timetable was stopped');
  });

  it('tells of a target that fails, and runs it again', async () => {
    const { table, errors } = timetable();
    const fault = new Error('a mistake');
    const other = new Fake(1);
    table.add(other);
    table.add({ interval: 1, jitter: 0, kind: 'socket', run: () => Promise.reject(fault) });
    await vi.advanceTimersByTimeAsync(2990);
    expect(errors).toEqual([fault, fault, fault]);
    expect(other.begun).toHaveLength(3);
    await table.stop();
  });

  it('refuses a kind without a limit', () => {
    expect(() => timetable().table.add(new Fake(1, 0, { kind: 'ssh' }))).toThrow('no limit for targets of kind ssh');
    expect(usualLimits(4)).toEqual({ socket: 1024, exec: 16, ssh: 16 });
  });

  it('keeps its promises whatever the targets are', async () => {
    const spec = fc.record({
      interval: fc.integer({ min: 1, max: 30 }).map((tenths) => tenths / 10),
      takes: fc.integer({ min: 0, max: 4000 }),
      jitter: fc.constantFrom(0, 0.1, 0.5, 1),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(spec, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        async (specs, limit) => {
          start = Date.now();
          const { table } = timetable(limit, Math.random);
          const targets = specs.map(({ interval, takes, jitter }) => new Fake(interval, takes, { jitter }));
          for (const target of targets) table.add(target);
          for (let time = 0; time < 15_000; time += 100) {
            await vi.advanceTimersByTimeAsync(100);
            expect(targets.reduce((sum, { running }) => sum + running, 0)).toBeLessThanOrEqual(limit);
          }
          for (const { mostAtOnce, begun, interval } of targets) {
            expect(mostAtOnce).toBeLessThanOrEqual(1);
            expect(begun.length).toBeLessThanOrEqual(15 / interval + 2);
          }
          const { running, waiting } = table.skipped;
          const runs = targets.reduce((sum, { begun }) => sum + begun.length, 0);
          const due = targets.reduce((sum, { interval }) => sum + Math.floor(15 / interval), 0);
          // Every time that was due was a run, was left out, or waits.
          expect(runs + running + waiting).toBeGreaterThanOrEqual(due - 2 * targets.length);
          await table.stop();
          expect(vi.getTimerCount()).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });
});

function pairs(numbers: readonly number[]): [number, number][] {
  return numbers.slice(1).map((number, index) => [numbers[index] ?? 0, number]);
}
