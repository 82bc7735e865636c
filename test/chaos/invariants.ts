import { areSame, type Declared, floatingOf, rulesOf } from './declared.ts';
import type { Leg } from './schedule.ts';

/** What a router has. */
export interface RouterSight {
  /** Floating addresses of its devices, in order. */
  readonly addresses: readonly string[];
  /** Lines of `ipvsadm -Sn`, in order. */
  readonly rules: readonly string[];
  /** What a run needed for a while. */
  readonly leftOver: readonly string[];
  readonly lockFree: boolean;
}

export interface Sight {
  readonly routers: Readonly<Record<string, RouterSight>>;
  /** What lvs.yaml declares; null: it is no whole file. */
  readonly declared: Declared | null;
  /** Temporary files beside lvs.yaml, and what else lvs left on the machine where it ran. */
  readonly leftOver: readonly string[];
  /** New contents of lvs.yaml that have not taken its place. */
  readonly abandoned: readonly Abandoned[];
}

export interface Abandoned {
  readonly machine: string;
  /** In /etc/lvs. */
  readonly file: string;
}

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** It had to be killed, for it did not end. */
  readonly stuck: boolean;
}

/** A leg as it went. */
export interface Played {
  readonly leg: Leg;
  readonly before: Sight;
  readonly ended: Ended;
  /** Whether any fault struck before lvs ended. */
  readonly struck: boolean;
  /** Whether lvs was ended by kill -9, so that it could say nothing. */
  readonly killed: boolean;
  /** When lvs ended. */
  readonly atEnd: Sight;
  /** Routers of which lvs could not know at its end. */
  readonly cutOff: readonly string[];
  /** What another user did to the routers or to lvs.yaml. */
  readonly foreign: { readonly rule: string | null; readonly second: boolean; readonly edit: boolean };
  /** When nothing was left to settle, or time was up. */
  readonly settled: Sight;
  /** Seconds since the last fault was over and lvs had ended. */
  readonly settledSeconds: number;
  /** Longest time for which an address had two owners while all machines ran and reached each other. */
  readonly sharedSeconds: number;
}

export interface Violation {
  readonly invariant: string;
  readonly expected: string;
  readonly found: string;
}

/** Bounds of the laws, in seconds, with what a busy machine adds. */
export const bounds = { lock: 15, owners: 15, slack: 5, leftOver: 40, run: 120 } as const;

/** Not 2: what the harness types is right. */
const statuses = [0, 1, 3, 4, 5, 130];
/** A signal that came before lvs began. */
const early = 143;
const asBefore = /everything is as it was before|nothing was run|[Nn]othing was changed|all changes were rolled back/;

type Check = (played: Played) => Violation | Violation[] | null;

const checks: Readonly<Record<string, Check>> = {
  deadline: ({ ended }) => {
    if (!ended.stuck) return null;
    return violation(
      'deadline',
      `lvs ends within ${bounds.run} s`,
      `still running after ${Math.round(ended.seconds)} s`,
    );
  },
  status: ({ leg, ended, killed }) => {
    if (killed || ended.stuck || (ended.status === early && ended.stderr === '')) return null;
    const allowed = leg.change.kind === 'doctor-fix' ? statuses : statuses.filter((status) => status !== 1);
    if (allowed.includes(ended.status)) return null;
    return violation('status', `one of ${allowed.join(', ')}`, String(ended.status));
  },
  unprovoked: ({ leg, ended, atEnd, struck, foreign }) => {
    const wanted = leg.change.kind === 'doctor-fix' ? [0, 1] : [0];
    const given = struck || foreign.second || foreign.edit || foreign.rule !== null;
    // What is not confirmed goes back, with status 3.
    if (given || wanted.includes(ended.status) || !isKept(leg) || atEnd.declared === null) return null;
    const found = `${ended.status}: ${ended.stderr.slice(-400)}`;
    return violation('unprovoked', 'status 0, for no fault struck', found);
  },
  done: (played) => {
    const { leg, ended, settled, foreign } = played;
    if (ended.status !== 0 || leg.change.kind === 'doctor-fix') return null;
    const { declared } = settled;
    if (foreign.second || (declared !== null && areSame(declared, leg.change.after))) return null;
    const wanted = isKept(leg) ? 'lvs.yaml declares the change that lvs said is done' : null;
    return wanted === null ? null : violation('done', wanted, describe(declared));
  },
  moved: ({ leg, ended, before, atEnd, foreign }) => {
    if (leg.change.kind !== 'failover' || ended.status !== 0 || foreign.second || !isKept(leg)) return null;
    const [was, is] = [ownersOf(before), ownersOf(atEnd)];
    const same = [...is].filter(([address, owners]) => owners.join() === was.get(address)?.join());
    if (same.length === 0) return null;
    return violation('moved', 'all addresses moved, for lvs said so with status 0', showOwners(atEnd));
  },
  claim: (played) => {
    const { ended, before, atEnd, cutOff, foreign, leg } = played;
    if (played.killed || ended.stuck || foreign.second) return null;
    // Two owners beforehand: the addresses are not touched, and rules are.
    if (ended.stderr.includes('the rules are converged')) return null;
    if (![3, 4, 130, early].includes(ended.status) && !asBefore.test(ended.stderr)) return null;
    return Object.entries(atEnd.routers).flatMap(([name, now]) => {
      const was = before.routers[name];
      if (was === undefined || cutOff.includes(name) || leg.change.kind === 'doctor-fix') return [];
      const own = (rules: readonly string[]) => rules.filter((rule) => rule !== foreign.rule).join('\n');
      const moved = before.declared?.engine === 'manual' && was.addresses.join() !== now.addresses.join();
      if (!moved && own(was.rules) === own(now.rules)) return [];
      const found = `${name}: ${now.addresses.join(', ')}; ${difference(was.rules, now.rules)}`;
      const expected = `status ${ended.status}: as before, ${was.addresses.join(', ') || 'no address'}`;
      return [violation('claim', expected, found)];
    });
  },
  said: ({ ended, atEnd, cutOff, killed }) => {
    if (killed || ended.status !== 5) return null;
    return Object.entries(atEnd.routers).flatMap(([name, { addresses }]) => {
      const said = new RegExp(`${name} has ([\\d., and]+|no floating address)`).exec(ended.stderr)?.[1];
      const goesBack = new RegExp(`${name}: (puts everything back|rolls back)`).test(ended.stderr);
      if (said === undefined || goesBack || cutOff.includes(name)) return [];
      const listed = (said.match(/\d+\.\d+\.\d+\.\d+/g) ?? []).sort().join(', ');
      if (listed === addresses.join(', ')) return [];
      return [violation('said', `${name} has ${addresses.join(', ') || 'none'}`, `lvs said: ${name} has ${said}`)];
    });
  },
  owners: ({ leg, before, settled, ended, killed }) => {
    const wanted = new Set(floatingOf(before.declared ?? leg.change.after));
    const now = new Set(floatingOf(settled.declared ?? leg.change.after));
    return [...ownersOf(settled)].flatMap(([address, owners]) => {
      const needed = wanted.has(address) && now.has(address) && ownersOf(before).get(address)?.length === 1;
      if (owners.length === 1 || (owners.length === 0 && !needed)) return [];
      const saidSo = !killed && ended.status === 5 && owners.every((name) => ended.stderr.includes(name));
      if (saidSo && owners.length === 0) return [];
      return [violation('owners', `${address} has exactly one owner`, owners.join(' and ') || 'none')];
    });
  },
  tables: (played) =>
    Object.entries(played.settled.routers).flatMap(([name, { rules }]) => tableOf(played, name, rules)),
  file: ({ leg, before, settled, foreign }) => {
    const { declared } = settled;
    if (declared === null) return violation('file', 'lvs.yaml is whole', 'it is not');
    if (foreign.second) return null;
    const fits = [before.declared, leg.change.after].some((each) => each !== null && areSame(each, declared));
    return fits ? null : violation('file', 'lvs.yaml as before or after', describe(declared));
  },
  'two owners': ({ sharedSeconds }) => {
    if (sharedSeconds <= bounds.owners + bounds.slack) return null;
    return violation(
      'two owners',
      `at most ${bounds.owners} s after all machines ran again`,
      `${sharedSeconds.toFixed(1)} s`,
    );
  },
  lock: ({ settled, settledSeconds }) =>
    Object.entries(settled.routers).flatMap(([name, { lockFree }]) => {
      if (lockFree) return [];
      return [
        violation('lock', `free on ${name} within ${bounds.lock} s`, `taken after ${settledSeconds.toFixed(0)} s`),
      ];
    }),
  abandoned: ({ before, settled, killed, ended }) => {
    const known = before.abandoned.map(({ file }) => file);
    const left = settled.abandoned.filter(({ file }) => !known.includes(file));
    if (left.length === 0 || killed || ended.stuck) return null;
    const found = left.map(({ machine, file }) => `${file} on ${machine}`).join('; ');
    return violation('abandoned', 'nothing beside lvs.yaml, for lvs was not killed', found);
  },
  'left over': ({ settled }) => [
    ...Object.entries(settled.routers).flatMap(([name, { leftOver }]) =>
      leftOver.length === 0 ? [] : [violation('left over', `nothing on ${name}`, leftOver.join('; '))],
    ),
    ...(settled.leftOver.length === 0
      ? []
      : [violation('left over', 'nothing beside lvs', settled.leftOver.join('; '))]),
  ],
};

/** What a leg breaks of what is promised. */
export function violationsOf(played: Played): Violation[] {
  return Object.values(checks).flatMap((check) => check(played) ?? []);
}

/** Whether a change is to be kept once it is made. */
export function isKept({ change, confirms }: Leg): boolean {
  return change.confirmSeconds === null || confirms;
}

/** As long as lvs could act: before or after. Where it was killed half-way, each rule is one of either. */
function tableOf(
  { leg, before, settled, ended, killed, foreign }: Played,
  name: string,
  found: readonly string[],
): Violation[] {
  const was = (before.routers[name]?.rules ?? []).filter((rule) => rule !== foreign.rule);
  const own = found.filter((rule) => rule !== foreign.rule);
  const after = rulesOf(leg.change.after);
  const unmanaged = was.filter((rule) => !rulesOf(before.declared ?? leg.change.after).includes(rule));
  const whole = [was, after, [...after, ...unmanaged].sort()].some((rules) => rules.join('\n') === own.join('\n'));
  if (whole || foreign.second) return [];
  const isEither = own.every((rule) => was.includes(rule) || after.includes(rule));
  const isNoneLost = was.filter((rule) => after.includes(rule)).every((rule) => own.includes(rule));
  if ((killed || ended.status === 5 || ended.stuck) && isEither && isNoneLost) return [];
  const expected = `${name}: the table as before or after (${settled.declared === null ? 'no file' : 'file whole'})`;
  return [violation('tables', expected, difference(after, own))];
}

/** Owners by floating address. */
export function ownersOf({ routers, declared }: Sight): Map<string, string[]> {
  const all = new Set([
    ...(declared === null ? [] : floatingOf(declared)),
    ...Object.values(routers).flatMap(({ addresses }) => addresses),
  ]);
  return new Map(
    [...all].sort().map((address) => {
      const owners = Object.entries(routers).filter(([, router]) => router.addresses.includes(address));
      return [address, owners.map(([name]) => name)];
    }),
  );
}

function showOwners(sight: Sight): string {
  return [...ownersOf(sight)].map(([address, owners]) => `${address} on ${owners.join(' and ') || 'none'}`).join('; ');
}

function difference(expected: readonly string[], found: readonly string[]): string {
  const missing = expected.filter((line) => !found.includes(line)).map((line) => `missing "${line}"`);
  const extra = found.filter((line) => !expected.includes(line)).map((line) => `extra "${line}"`);
  return [...missing, ...extra].join('; ') || 'the same rules';
}

function describe(declared: Declared | null): string {
  return declared === null ? 'a file that is not whole' : rulesOf(declared).join('; ');
}

export function violation(invariant: string, expected: string, found: string): Violation {
  return { invariant, expected, found };
}
