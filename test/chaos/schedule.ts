import { type Change, type ChangeKind, changeKinds, drawChange } from './changes.ts';
import { baseOf, type Declared } from './declared.ts';
import { Random } from './random.ts';

export const faultKinds = [
  'kill',
  'term',
  'int',
  'ssh-client',
  'ssh-server',
  'cut',
  'split',
  'one-way',
  'freeze',
  'fail',
  'hang',
  'empty',
  'garbage',
  'full-run',
  'full-disk',
  'read-only',
  'second-here',
  'second-there',
  'foreign-rule',
  'foreign-weight',
  'edit-file',
  'monitor',
  'monitor-restart',
  'real-down',
  'keepalived',
  'keepalived-restart',
  'keepalived-reload',
  'clock',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A router by its part when the round begins. */
export type Part = 'active' | 'backup';
export const wrapped = ['ipvsadm', 'ip', 'arping', 'tc', 'sysctl', 'systemctl', 'systemd-run'] as const;
export type WrappedProgram = (typeof wrapped)[number];

/** The call of a router's program, or a line of what it is given, by which something happens. */
export interface Point {
  readonly part: Part;
  readonly program: WrappedProgram;
  /** A pattern of sh(1) for the program's words. */
  readonly words: string;
  /** The how-manieth, from 1 on. */
  readonly nth: number;
}

/** When a fault strikes: so long after lvs was started, or when it comes to a point. */
export type Moment =
  | { readonly type: 'after'; readonly milliseconds: number }
  | { readonly type: 'at'; readonly point: Point };

export interface Fault {
  readonly kind: FaultKind;
  readonly moment: Moment;
  readonly part: Part;
  readonly network: 'public' | 'private';
  /** Seconds until it is over, where it does not end by itself. */
  readonly seconds: number;
  /** Of `fail`, `hang`, `empty` and `garbage`: where the program fails, instead of a moment. */
  readonly point: Point;
  /** Of `hang`: whether the program does its work in the end. Of keepalived and monitors: whether kill -9 ends them. */
  readonly late: boolean;
  /** Of `read-only`. */
  readonly directory: '/run' | '/etc' | '/var';
  /** Of `full-…` and `read-only`: whether it is so where lvs runs, and not on a router. */
  readonly here: boolean;
}

/** A change under faults. */
export interface Leg {
  readonly change: Change;
  /** Where lvs runs. */
  readonly from: 'desk' | Part;
  readonly faults: readonly Fault[];
  /** Whether it is confirmed in time, where it must be. */
  readonly confirms: boolean;
  /** Where monitors run. */
  readonly monitors: readonly Part[];
}

/** What a seed determines before anything is known of how its legs end. */
export interface Schedule {
  readonly seed: number;
  readonly base: Declared;
  /** Whether routers look as if systemd ran there. */
  readonly systemd: boolean;
  /** Legs follow each other without anything being put in order between them. */
  readonly legs: number;
}

export interface Selection {
  readonly changes: readonly ChangeKind[];
  readonly faults: readonly FaultKind[];
  readonly engine: Declared['engine'] | null;
  /** Whether clocks may be set: in a kernel of its own. */
  readonly clocks: boolean;
}

export const everything: Selection = { changes: changeKinds, faults: faultKinds, engine: null, clocks: false };

/** How often a kind comes among those that a round allows: those that few rounds allow come the more often there. */
const frequency: Readonly<Record<FaultKind, number>> = {
  kill: 12,
  term: 5,
  int: 6,
  'ssh-client': 5,
  'ssh-server': 5,
  cut: 6,
  split: 4,
  'one-way': 4,
  freeze: 9,
  fail: 10,
  hang: 8,
  empty: 4,
  garbage: 4,
  'full-run': 3,
  'full-disk': 4,
  'read-only': 4,
  'second-here': 3,
  'second-there': 3,
  'foreign-rule': 3,
  'foreign-weight': 3,
  'edit-file': 5,
  monitor: 25,
  'monitor-restart': 15,
  'real-down': 15,
  keepalived: 20,
  'keepalived-restart': 12,
  'keepalived-reload': 8,
  clock: 20,
};

/** Within the moments in which new connections are queued, in the order of their coming. */
const queuePoints: readonly Omit<Point, 'nth'>[] = [
  { part: 'active', program: 'tc', words: '*filter add*' },
  { part: 'active', program: 'sysctl', words: '*sync_refresh_period=0*' },
  { part: 'active', program: 'ip', words: '*addr del*' },
  { part: 'active', program: 'tc', words: '*release_indefinite*' },
  { part: 'active', program: 'ip', words: '*rule del*' },
];

const otherPoints: readonly Omit<Point, 'nth'>[] = [
  { part: 'backup', program: 'ip', words: '*addr add*' },
  { part: 'backup', program: 'arping', words: '*' },
  { part: 'active', program: 'ip', words: '*' },
  { part: 'backup', program: 'ip', words: '*' },
  { part: 'active', program: 'ipvsadm', words: '*' },
  { part: 'backup', program: 'ipvsadm', words: '*' },
  { part: 'active', program: 'ipvsadm', words: '*-[AaEeDd] *' },
  { part: 'backup', program: 'ipvsadm', words: '*-[AaEeDd] *' },
  { part: 'backup', program: 'sysctl', words: '*' },
  { part: 'active', program: 'tc', words: '*' },
  { part: 'active', program: 'ip', words: '*addr add*' },
];

/** Where routers look as if systemd ran there. */
const systemdPoints: readonly Omit<Point, 'nth'>[] = [
  { part: 'active', program: 'systemctl', words: '*' },
  { part: 'backup', program: 'systemctl', words: '*' },
  { part: 'active', program: 'systemd-run', words: '*' },
  { part: 'backup', program: 'systemd-run', words: '*' },
];

/** Where monitors run. */
const ofMonitors: readonly FaultKind[] = ['monitor', 'monitor-restart', 'real-down'];

/** Draws the round that belongs to a seed. */
export function scheduleOf(seed: number, selection: Selection = everything): Schedule {
  const random = new Random(seed);
  const engine = selection.engine ?? (random.chance(0.25) ? 'keepalived' : 'manual');
  const nature = { twoWays: random.chance(0.3), ipv6: random.chance(0.2), checked: random.chance(0.15) };
  const { faults } = selection;
  // Nothing else is asked for.
  if (faults.length > 0 && faults.every((kind) => ofMonitors.includes(kind))) nature.checked = true;
  const systemd = engine === 'keepalived' && random.chance(0.4);
  return { seed, base: baseOf(engine, nature), systemd, legs: random.chance(0.2) ? 2 : 1 };
}

/** Draws a leg of a round. What is declared by then depends on how those before it ended. */
export function legOf(
  { seed, systemd }: Pick<Schedule, 'seed' | 'systemd'>,
  index: number,
  before: Declared,
  selection: Selection = everything,
): Leg {
  const random = new Random(seed * 4 + index + 1);
  const change = drawChange(random, before, selection.changes);
  const count = random.chance(0.35) ? 2 : 1;
  const allowed = selection.faults.filter((kind) => {
    if (kind === 'clock') return selection.clocks;
    if (ofMonitors.includes(kind)) return before.checked;
    return !kind.startsWith('keepalived') || before.engine === 'keepalived';
  });
  const faults: Fault[] = [];
  while (allowed.length > 0 && faults.length < count) faults.push(drawFault(random, change, allowed, systemd));
  return {
    change,
    from: random.weighted({ desk: 60, active: 25, backup: 15 }),
    faults,
    confirms: random.chance(0.5),
    monitors: before.checked ? random.pick([['active'], ['active', 'backup']]) : [],
  };
}

function drawFault(random: Random, change: Change, allowed: readonly FaultKind[], systemd: boolean): Fault {
  const isFailover = change.kind === 'failover';
  // Under systemd the service's manager is asked by changes of addresses, and leases are started by it.
  const ofSystemd = systemd && random.chance(isFailover ? 0.3 : 0.6);
  const ofPrograms = allowed.filter(
    (each) => each === 'fail' || each === 'hang' || each === 'empty' || each === 'garbage',
  );
  const kinds = ofSystemd && ofPrograms.length > 0 ? ofPrograms : allowed;
  const kind = random.weighted<FaultKind>(Object.fromEntries(kinds.map((each) => [each, frequency[each]])));
  const inQueue = isFailover && !ofSystemd && random.chance(0.75);
  const points = ofSystemd ? systemdPoints : inQueue ? queuePoints : otherPoints;
  const point = { ...random.pick(points), nth: inQueue || ofSystemd ? 1 : random.between(1, 3) };
  const isAimed = inQueue || random.chance(0.3);
  const milliseconds = random.between(50, isFailover ? 4500 : 2200);
  return {
    kind,
    point,
    moment: isAimed ? { type: 'at', point } : { type: 'after', milliseconds },
    part: random.pick(['active', 'backup']),
    network: random.pick(['public', 'private']),
    seconds: random.pick([0.5, 2, 5, 10, 18]),
    late: random.chance(0.6),
    directory: random.pick(['/run', '/etc', '/var']),
    here: random.chance(0.3),
  };
}

/** Whether a leg aims at the moments in which new connections are queued. */
export function aimsAtQueue({ change, faults }: Leg): boolean {
  const isInQueue = ({ point }: Fault) =>
    queuePoints.some(({ program, words }) => program === point.program && words === point.words);
  return change.kind === 'failover' && faults.some(isInQueue);
}
