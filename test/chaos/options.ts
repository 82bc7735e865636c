import { parseArgs } from 'node:util';
import { type ChangeKind, changeKinds } from './changes.ts';
import { type FaultKind, faultKinds, type Selection } from './schedule.ts';

export interface Options {
  readonly seeds: readonly number[];
  readonly selection: Selection;
  /** How many worlds side by side. */
  readonly jobs: number;
  readonly kernel: boolean;
  readonly verbose: boolean;
}

/** The seeds that are played when none is named, the same each time. */
export const fixedSeeds = Array.from({ length: 20 }, (_, index) => 1001 + index);

export const usage = `usage: npm run test:chaos -- [--seed N] [--rounds R] [--kinds KIND,KIND…] [--engine manual|keepalived] [--kernel] [--jobs N] [--verbose]

  --seed N      Play the round of this seed (default: ${fixedSeeds.length} fixed seeds).
  --rounds R    Play so many rounds, of this seed and those after it (default: 1; without --seed from a seed at random).
  --kinds …     Only these changes and faults. Changes: ${changeKinds.join(', ')}.
                Faults: ${faultKinds.join(', ')}.
  --engine …    Only rounds with this engine.
  --kernel      Play in a rehearsal kernel with real IPVS (default: in network namespaces with a stand-in for ipvsadm).
  --jobs N      Play in so many worlds side by side (default: 1).
  --verbose     Show the timeline of every round.
`;

/** Throws a RangeError that says what is wrong. */
export function parseOptions(words: readonly string[], draw: () => number = drawSeed): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: { type: 'string' },
      rounds: { type: 'string' },
      kinds: { type: 'string' },
      engine: { type: 'string' },
      jobs: { type: 'string', default: '1' },
      kernel: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  });
  const { seed, rounds, engine = null, kernel, verbose } = values;
  if (engine !== null && engine !== 'manual' && engine !== 'keepalived')
    throw new RangeError(`--engine: unknown engine "${engine}"`);
  const kinds = selectionOf(values.kinds);
  return {
    seeds: seed === undefined && rounds === undefined ? fixedSeeds : series(seed, rounds, draw),
    selection: { ...kinds, engine, clocks: kernel },
    jobs: number('--jobs', values.jobs),
    ...{ kernel, verbose },
  };
}

function series(seed: string | undefined, rounds: string | undefined, draw: () => number): number[] {
  const first = seed === undefined ? draw() : number('--seed', seed);
  return Array.from({ length: rounds === undefined ? 1 : number('--rounds', rounds) }, (_, index) => first + index);
}

function drawSeed(): number {
  return 10_000 + Math.floor(Math.random() * 2 ** 31);
}

function selectionOf(kinds: string | undefined): Pick<Selection, 'changes' | 'faults'> {
  const words = kinds?.split(',').map((word) => word.trim()) ?? [];
  const changes = changeKinds.filter((kind): kind is ChangeKind => words.includes(kind));
  const faults = faultKinds.filter((kind): kind is FaultKind => words.includes(kind));
  const known: readonly string[] = [...changes, ...faults, 'none'];
  const strange = words.find((word) => !known.includes(word));
  if (strange !== undefined) throw new RangeError(`--kinds: unknown kind "${strange}"`);
  return {
    changes: changes.length > 0 ? changes : changeKinds,
    faults: words.includes('none') ? [] : faults.length > 0 ? faults : faultKinds,
  };
}

function number(option: string, text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) < 1)
    throw new RangeError(`${option}: "${text}" is not a number above 0`);
  return Number(text);
}
