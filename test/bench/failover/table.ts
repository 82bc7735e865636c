import { columns } from '../../../src/output/table.ts';
import type { TrafficSummary } from '../../../src/rehearsal/traffic/summary.ts';
import { allowance, type Row } from './play-all.ts';

/** What a row comes to, over all its rounds. */
export interface RowDocument {
  readonly name: string;
  readonly latency: number;
  readonly rounds: number;
  readonly delayLimit: number;
  /** Sums over the rounds. */
  readonly answered: number;
  readonly failed: number;
  readonly delayed: number;
  readonly streams: number;
  readonly broken: number;
  /** Milliseconds: median over the rounds, with the least and the most. */
  readonly slowest: Spread;
  readonly longestGap: Spread;
  readonly each: readonly TrafficSummary[];
}

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export function documentOf({ name, latency, delayLimit, rounds }: Row): RowDocument {
  const sum = (count: (round: TrafficSummary) => number) => rounds.reduce((total, round) => total + count(round), 0);
  return {
    name,
    latency,
    rounds: rounds.length,
    delayLimit,
    answered: sum(({ answered }) => answered),
    failed: sum(({ failed }) => Object.values(failed).reduce((total, count) => total + count, 0)),
    delayed: sum(({ delayed }) => delayed),
    streams: sum(({ streams }) => streams.open),
    broken: sum(({ streams }) => streams.broken),
    slowest: spreadOf(rounds.map(({ slowest }) => slowest)),
    longestGap: spreadOf(rounds.map(({ streams }) => streams.longestGap)),
    each: rounds,
  };
}

function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  return { least: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, most: sorted.at(-1) ?? 0 };
}

export function renderTable(rows: readonly RowDocument[]): string {
  const head = ['', 'round trip', 'ok', 'failed', 'delayed', 'longest', 'broken', 'longest gap'];
  const lines = rows.map((row) => [
    row.name,
    `${row.latency} ms`,
    row.answered,
    row.failed,
    row.delayed,
    renderSpread(row.slowest),
    `${row.broken} of ${row.streams}`,
    renderSpread(row.longestGap),
  ]);
  const limits = new Map(rows.map(({ latency, delayLimit }) => [latency, delayLimit]));
  const each = [...limits].map(([latency, limit]) => `${limit} ms at ${latency} ms`).join(', ');
  return [
    `Failover under load: ${rows[0]?.rounds ?? 0} rounds; sums, and of times (ms) the median (least-most)`,
    columns(head, lines),
    `  delayed: ${allowance} ms over the median of a round without a switch at the same latency: more than ${each}`,
    '  broken: of the long-lived connections',
  ].join('\n');
}

function renderSpread({ least, median, most }: Spread): string {
  return `${median} (${least}-${most})`;
}

/** Whether a planned failover of lvs did what it is to do: nothing failed, nothing broken, nothing delayed beyond a run without. */
export function isReached(rows: readonly RowDocument[]): boolean {
  return rows
    .filter(({ name }) => name.startsWith('lvs failover'))
    .every(({ latency, failed, broken, delayed, rounds }) => {
      const without = rows.find((row) => row.latency === latency && row.name === 'no switch');
      const usual = without === undefined ? 0 : without.delayed / without.rounds;
      return failed === 0 && broken === 0 && delayed / rounds <= usual;
    });
}
