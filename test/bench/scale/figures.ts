/** Seconds, by what they were measured for. */
type Round<Name extends string> = Readonly<Record<Name, number>>;

export type SizeRound = Round<
  | 'restore'
  | 'apply'
  | 'node'
  | 'addresses'
  | 'saved'
  | 'thresholds'
  | 'proc'
  | 'diff'
  | 'validate'
  | 'set'
  | 'setOfFew'
  | 'setOnEmpty'
>;

/** What measure.mjs found. */
export interface Times {
  readonly start: readonly Round<'node' | 'help' | 'list' | 'preview' | 'previewOnPair'>[];
  readonly pair: readonly Round<'readHere' | 'readThere' | 'readBoth' | 'changeThere' | 'changeBoth'>[];
  /** By the number of virtual servers. */
  readonly sizes: Readonly<
    Record<
      string,
      {
        readonly rounds: readonly SizeRound[];
        /** MiB. */
        readonly memory: { readonly apply: number; readonly diff: number };
        readonly keepalived: { readonly full: number; readonly reload: number };
      }
    >
  >;
  /** Seconds to a full table of 10 × 10; null where it is not there. */
  readonly ldirectord: { readonly full: number; readonly restore: number } | null;
}

/** One row: what was measured, as a multiple of what it is held against. */
export interface Figure {
  readonly what: string;
  readonly against: string;
  /** Seconds, or MiB; the median. */
  readonly value: number;
  readonly unit: 's' | 'MiB';
  /** Of each round, sorted; of memory the value alone. */
  readonly ratios: readonly number[];
  /** Null: nothing is to be reached, it is told beside. */
  readonly limit: number | null;
}

export function figuresOf({ start, pair, sizes, ldirectord }: Times): Figure[] {
  const few = sizes['1000'];
  const many = sizes['4000'];
  if (few === undefined || many === undefined) throw new Error('a size was not measured');
  const reading = ({ saved, thresholds, addresses, node }: SizeRound) => saved + thresholds + addresses + node;
  const table = 'ipvsadm -Sn, -Ln --thresholds, ip -j addr, node -e 0';
  const startUp = (what: string, value: (round: Times['start'][number]) => number) =>
    ratio(what, 'node -e 0', start, value, ({ node }) => node, 5);
  const atSize = (name: string, { rounds, memory, keepalived }: NonNullable<typeof few>, setLimit: number | null) => {
    const restore = median(rounds.map((round) => round.restore));
    return [
      ratio(`lvs diff, no change, ${name}`, table, rounds, ({ diff }) => diff, reading, 1.3),
      ratio(
        `lvs apply from empty, ${name}`,
        `${table}, ipvsadm -R`,
        rounds,
        ({ apply }) => apply,
        (round) => reading(round) + round.restore,
        1.2,
      ),
      ratio(
        `lvs real set, ${name}`,
        'lvs real set on 1 × 10',
        rounds,
        ({ set }) => set,
        ({ setOnEmpty }) => setOnEmpty,
        null,
      ),
      ratio(
        `lvs real set in a file of 1 × 10, table of ${name}`,
        'the same on a table of 1 × 10',
        rounds,
        ({ setOfFew }) => setOfFew,
        ({ setOnEmpty }) => setOnEmpty,
        setLimit,
      ),
      ratio(
        `lvs validate, ${name}`,
        'node -e 0',
        rounds,
        ({ validate }) => validate,
        ({ node }) => node,
        null,
      ),
      ratio(
        `ipvsadm -R, ${name}`,
        'itself',
        rounds,
        (round) => round.restore,
        (round) => round.restore,
        null,
      ),
      ratio(
        `/proc/net/ip_vs, ${name}`,
        'ipvsadm -Sn',
        rounds,
        ({ proc }) => proc,
        ({ saved }) => saved,
        null,
      ),
      alone(`keepalived, start to the full table, ${name}`, 'ipvsadm -R', keepalived.full, restore),
      alone(`keepalived, reload of one change, ${name}`, 'ipvsadm -R', keepalived.reload, restore),
      memoryOf(`memory of lvs apply, ${name}`, memory.apply),
      memoryOf(`memory of lvs diff, ${name}`, memory.diff),
    ];
  };
  return [
    startUp('lvs --help', ({ help }) => help),
    startUp('lvs vip list', ({ list }) => list),
    startUp('lvs real set --dry-run --on ROUTER', ({ preview }) => preview),
    startUp('lvs real set --dry-run of a pair, the other router behind ssh', ({ previewOnPair }) => previewOnPair),
    ratio(
      'lvs diff of a pair',
      'of the router behind ssh',
      pair,
      ({ readBoth }) => readBoth,
      ({ readThere }) => readThere,
      1.3,
    ),
    ratio(
      'lvs real set on a pair',
      'on the router behind ssh',
      pair,
      ({ changeBoth }) => changeBoth,
      ({ changeThere }) => changeThere,
      1.3,
    ),
    ...atSize('1,000 × 10', few, 1.5),
    ...atSize('4,000 × 10', many, null),
    growth('lvs diff', few.rounds, many.rounds, ({ diff }) => diff, reading),
    growth(
      'lvs apply',
      few.rounds,
      many.rounds,
      ({ apply }) => apply,
      (round) => reading(round) + round.restore,
    ),
    ...(ldirectord === null
      ? []
      : [alone('ldirectord, start to the full table, 10 × 10', 'ipvsadm -R', ldirectord.full, ldirectord.restore)]),
  ];
}

function ratio<Round>(
  what: string,
  against: string,
  rounds: readonly Round[],
  value: (round: Round) => number,
  base: (round: Round) => number,
  limit: number | null,
): Figure {
  return {
    what,
    against,
    value: median(rounds.map(value)),
    unit: 's',
    ratios: sorted(rounds.map((round) => value(round) / base(round))),
    limit,
  };
}

/** Measured once. */
function alone(what: string, against: string, value: number, base: number): Figure {
  return { what, against, value, unit: 's', ratios: [value / base], limit: null };
}

function memoryOf(what: string, value: number): Figure {
  return { what, against: '', value, unit: 'MiB', ratios: [value], limit: 300 };
}

/** How much more it takes at four times the size, against how much more ipvsadm and ip take. */
function growth(
  what: string,
  few: readonly SizeRound[],
  many: readonly SizeRound[],
  value: (round: SizeRound) => number,
  base: (round: SizeRound) => number,
): Figure {
  const grown = (measure: (round: SizeRound) => number) => median(many.map(measure)) / median(few.map(measure));
  return {
    what: `${what}: growth to 4,000 × 10`,
    against: 'growth of the sum of the tools',
    value: median(many.map(value)),
    unit: 's',
    ratios: [grown(value) / grown(base)],
    limit: 1.05,
  };
}

export function isReachedFigure({ ratios, limit }: Figure): boolean {
  return limit === null || median(ratios) <= limit;
}

export function median(numbers: readonly number[]): number {
  const all = sorted(numbers);
  return all[Math.floor(all.length / 2)] ?? Number.NaN;
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}
