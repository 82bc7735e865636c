import { join } from 'node:path';
import { parseConfig } from '../../src/config/config.ts';
import { checkRequirements } from '../../src/rehearsal/kernel/requirements.ts';
import { withScratchDirectory } from '../../src/rehearsal/kernel/scratch.ts';
import { topologyOf } from '../../src/rehearsal/topology/topology-of.ts';
import { baseOf, fileOf } from './declared.ts';
import type { Message, Order } from './inside.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { inKernel, inNamespaces } from './place.ts';
import { roundLine, summaryLines, type Tally, violationLines } from './report.ts';
import type { RoundResult } from './round.ts';
import { playAll } from './share.ts';

export interface Place {
  /** The package's directory. */
  readonly root: string;
  /** JavaScript files for the inside; see Programs. */
  readonly standIn: string;
  readonly trafficAgent: string;
  readonly inside: string;
}

/** Milliseconds after which a world that says nothing is dead: far more than any round takes. */
const longestSilence = 20 * 60_000;

/**
 * Plays rounds, and prints what became of them.
 * @returns the exit status: 0 when all were played and none broke a promise
 */
export async function runChaos(place: Place, words: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(words);
  } catch (error) {
    process.stderr.write(`test:chaos: ${error instanceof Error ? error.message : error}\n${usage}`);
    return 2;
  }
  if (!options.kernel && process.getuid?.() !== 0) {
    process.stderr.write(
      'test:chaos: namespaces need root. Run it in a kernel of its own: npm run test:chaos -- --kernel\n',
    );
    return 1;
  }
  await checkRequirements();
  const begin = performance.now();
  const results: RoundResult[] = [];
  const broken: Tally['broken'][number][] = [];
  const again: number[] = [];
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  await Promise.all(
    sharesOf(options).map((seeds) =>
      playShare(place, options, seeds, interruption.signal, (message) => {
        if (message.type === 'round') results.push(message.result);
        if (message.type === 'broken') broken.push(message);
        if (message.type === 'again') again.push(message.seed);
        print(message, options);
      }).catch((error: unknown) => {
        broken.push({ seed: null, message: error instanceof Error ? error.message : String(error) });
      }),
    ),
  );
  const tally = { results, broken, again, seconds: (performance.now() - begin) / 1000 };
  process.stdout.write(`${summaryLines(tally).join('\n')}\n`);
  const all = results.length === options.seeds.length;
  return all && broken.length === 0 && results.every(({ violations }) => violations.length === 0) ? 0 : 1;
}

/** One after the other in turn, so that each world has as much to do. */
function sharesOf({ seeds, jobs }: Options): number[][] {
  const shares = Array.from({ length: Math.min(jobs, seeds.length) }, (): number[] => []);
  for (const [index, seed] of seeds.entries()) shares[index % shares.length]?.push(seed);
  return shares;
}

async function playShare(
  place: Place,
  options: Options,
  seeds: readonly number[],
  signal: AbortSignal,
  told: (message: Message) => void,
): Promise<void> {
  await playAll(seeds, (left, tell) => playInWorld(place, options, left, signal, tell), told, signal);
}

async function playInWorld(
  { root, standIn, trafficAgent, inside }: Place,
  { selection, kernel }: Options,
  seeds: readonly number[],
  signal: AbortSignal,
  told: (message: Message) => void,
): Promise<void> {
  const order: Order = {
    topology: topologyOf(parseConfig(fileOf(baseOf('manual', { ipv6: true })), 'the figure').cluster),
    programs: { node: process.execPath, lvs: [process.execPath, join(root, 'bin/run.js')], standIn, trafficAgent },
    hasIpvs: kernel,
    ...{ seeds, selection },
  };
  await withScratchDirectory({ 'order.json': JSON.stringify(order) }, async (scratch) => {
    const silence = new AbortController();
    const dead = setTimeout(() => silence.abort(), longestSilence);
    const onLine = (line: string) => {
      dead.refresh();
      if (line.startsWith('{"type":')) told(JSON.parse(line) as Message);
      else process.stderr.write(`${line}\n`);
    };
    const ends = AbortSignal.any([signal, silence.signal]);
    await (kernel ? inKernel : inNamespaces)({ root, inside, scratch, signal: ends, onLine }).finally(() =>
      clearTimeout(dead),
    );
  });
}

function print(message: Message, { kernel, verbose, selection }: Options): void {
  if (message.type === 'broken') process.stdout.write(`seed ${message.seed ?? 'none'}: broken: ${message.message}\n`);
  if (message.type === 'again') {
    process.stdout.write(`seed ${message.seed}: broken, and played again in a new world: ${message.message}\n`);
  }
  if (message.type !== 'round') return;
  const { result } = message;
  const lines = [roundLine(result)];
  const same = `${selection.engine === null ? '' : ` --engine ${selection.engine}`}${kernel ? ' --kernel' : ''}`;
  if (result.violations.length > 0 || verbose) lines.push(...violationLines(result, same));
  process.stdout.write(`${lines.join('\n')}\n`);
}
