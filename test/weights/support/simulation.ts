import { type Balance, balanced, factorsOf } from '../../../src/weights/utilisation.ts';

/** How busy a server is with that much work, in units of its capacity. */
export type Plant = (work: number) => number;

/** As busy as it has work; beyond its capacity the work piles up all the same. */
export const proportional: Plant = (work) => work;

/** Processor sharing with random arrivals: the mean number of requests in service. Beyond 98 % the clients give up. */
export const queueing: Plant = (work) => Math.min(work, 0.98) / (1 - Math.min(work, 0.98));

export interface Simulation {
  readonly capacities: readonly number[];
  readonly configured?: readonly number[];
  /** Work of all clients together, in the units of the capacities. */
  readonly work: number | ((tick: number) => number);
  readonly ticks: number;
  readonly plant?: Plant;
  /** Seconds from tick to tick. */
  readonly interval?: number;
  /** Whether one-minute load averages are read, as Linux makes them every 5 s, or what is so now. */
  readonly averaged?: boolean;
  /** A factor for each reading. */
  readonly noise?: () => number;
  /** Whether server `index` can be read at that tick. */
  readonly heard?: (index: number, tick: number) => boolean;
  /** What is left of the capacity of server `index` at that tick. */
  readonly slowed?: (index: number, tick: number) => number;
  /** Whether server `index` takes part at that tick. */
  readonly inService?: (index: number, tick: number) => boolean;
}

export interface Tick {
  /** Kernel weights, in hundredths. */
  readonly weights: readonly number[];
  /** How busy each server is, without lateness or noise. */
  readonly utilisations: readonly number[];
  readonly readings: readonly number[];
  /** How many weights were changed. */
  readonly changed: number;
}

/** A cluster under the controller; deterministic as long as `noise` is. */
export function simulate(simulation: Simulation): Tick[] {
  const { capacities, plant = proportional, interval = 2, averaged = false, noise = () => 1 } = simulation;
  const configured = simulation.configured ?? capacities.map(() => 1);
  const ticks: Tick[] = [];
  let balance: Balance = { at: null, estimates: new Map() };
  let factors = new Map(capacities.map((_, index) => [`${index}`, 1]));
  let averages: number[] | null = null;
  for (let tick = 0; tick < simulation.ticks; tick++) {
    const weights = configured.map((weight, index) => Math.round(weight * 100 * (factors.get(`${index}`) ?? 0)));
    const active = weights.map((weight, index) => (simulation.inService?.(index, tick) === false ? 0 : weight));
    const total = active.reduce((sum, weight) => sum + weight, 0);
    const work = typeof simulation.work === 'number' ? simulation.work : simulation.work(tick);
    const utilisations = capacities.map((capacity, index) =>
      plant((work * (active[index] ?? 0)) / Math.max(1, total) / (capacity * (simulation.slowed?.(index, tick) ?? 1))),
    );
    averages = averagesAfter(averages ?? utilisations, utilisations, tick * interval, interval);
    const readings = (averaged ? averages : utilisations).map((reading) => reading * noise());
    const servers = new Map(
      readings.map((reading, index) => {
        const utilisation = simulation.heard?.(index, tick) === false ? null : reading;
        return [`${index}`, { configured: configured[index] ?? 1, weight: active[index] ?? 0, utilisation }];
      }),
    );
    balance = balanced(balance, servers, tick * interval, { lateness: averaged ? 60 : 0 });
    const before = factors;
    factors = factorsOf(balance, before);
    const changed = [...factors].filter(([key, factor]) => before.get(key) !== factor).length;
    ticks.push({ weights, utilisations, readings, changed });
  }
  return ticks;
}

/** calc_load in kernel/sched/loadavg.c: every 5 s. */
function averagesAfter(before: readonly number[], now: readonly number[], time: number, interval: number): number[] {
  const renewals = Math.floor((time + interval) / 5) - Math.floor(time / 5);
  const kept = (1884 / 2048) ** renewals;
  return before.map((average, index) => average * kept + (now[index] ?? 0) * (1 - kept));
}

/** How far the servers are from being equally busy: the busiest by the least busy, less 1. */
export function imbalance(utilisations: readonly number[]): number {
  return Math.max(...utilisations) / Math.min(...utilisations) - 1;
}

/** The first tick from which on `holds` for all that follow; the number of ticks where there is none. */
export function settledAt(ticks: readonly Tick[], holds: (tick: Tick) => boolean): number {
  return ticks.findLastIndex((tick) => !holds(tick)) + 1;
}

/** The same numbers from 0 to 1 each time (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
