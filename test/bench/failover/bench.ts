import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseConfig } from '../../../src/config/config.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';
import { bootKernel } from '../../../src/rehearsal/kernel/boot.ts';
import { checkRequirements } from '../../../src/rehearsal/kernel/requirements.ts';
import { withScratchDirectory } from '../../../src/rehearsal/kernel/scratch.ts';
import { topologyOf } from '../../../src/rehearsal/topology/topology-of.ts';
import { type ClosedLoop, helped, renderClosedLoop } from '../load/closed-loop.ts';
import type { Row } from './play-all.ts';
import { documentOf, isReached, renderTable } from './table.ts';
import { leftNothing, renderToAndFro, type ToAndFro } from './to-and-fro.ts';

export interface BenchOrder {
  readonly mode: 'failover' | 'to-and-fro' | 'load';
  /** Rounds of all scenarios, or how many times to switch. */
  readonly rounds: number;
  /** Parts of the names of the scenarios to play; none: all. */
  readonly words: readonly string[];
}

export interface BenchPlace {
  /** The package's directory. */
  readonly root: string;
  /** JavaScript files for the inside. */
  readonly standIn: string;
  readonly trafficAgent: string;
  readonly inside: string;
}

const timeLimitSeconds = 30 * 60;

const usualRounds = { failover: 4, 'to-and-fro': 50, load: 1 } as const;

/** What one part of the bench found. */
export interface Measured {
  readonly name: string;
  readonly document: unknown;
  readonly text: string;
  readonly reached: boolean;
}

/** Measures in a rehearsal kernel. Lines about how it goes are passed to `say`. */
export async function measure(
  place: BenchPlace,
  { rounds, ...order }: Omit<BenchOrder, 'rounds'> & { readonly rounds?: number },
  say: (line: string) => void,
): Promise<Measured> {
  const whole = { ...order, rounds: rounds ?? usualRounds[order.mode] };
  if (order.mode === 'to-and-fro') {
    const found = await runInside<ToAndFro>(place, whole, say);
    return { name: order.mode, document: found, text: renderToAndFro(found), reached: leftNothing(found) };
  }
  if (order.mode === 'load') {
    const found = await runInside<ClosedLoop>(place, whole, say);
    return { name: order.mode, document: found, text: renderClosedLoop(found), reached: helped(found) };
  }
  const rows = (await runInside<Row[]>(place, whole, say)).map(documentOf);
  return { name: order.mode, document: rows, text: renderTable(rows), reached: isReached(rows) };
}

/** Boots a kernel, runs the bench's program in it, and returns what that found. */
async function runInside<T>(place: BenchPlace, order: BenchOrder, say: (line: string) => void): Promise<T> {
  await checkRequirements();
  const { root, standIn, trafficAgent, inside } = place;
  const plan = {
    topology: topologyOf(parseConfig(figureFile, 'the figure').cluster),
    programs: { node: process.execPath, lvs: [process.execPath, join(root, 'bin/run.js')], standIn, trafficAgent },
  };
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return withScratchDirectory({ 'order.json': JSON.stringify({ ...order, plan }) }, async (scratch) => {
    const status = await bootKernel({
      scratch,
      entry: { directory: root, argv: [process.execPath, inside, scratch] },
      visible: [root, dirname(process.execPath)],
      timeLimitSeconds,
      memoryMegabytes: 2048,
      signal: interruption.signal,
      onConsoleLine: say,
    });
    if (status !== 0) throw new Error(`the bench ended with status ${status}`);
    return JSON.parse(await readFile(join(scratch, 'result.json'), 'utf8')) as T;
  });
}
