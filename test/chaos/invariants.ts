import { areSame, type Declared, rulesOf } from './declared.ts';
import { withoutOthers } from './others.ts';
import { bounds, difference, isKept, ownersOf, type Played, type Sight, type Violation, violation } from './played.ts';
import { stateChecks } from './state-checks.ts';

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
  unprovoked: (played) => {
    const { leg, ended, atEnd, struck, foreign } = played;
    const wanted = leg.change.kind === 'doctor-fix' ? [0, 1] : [0];
    const given = struck || foreign.second || foreign.edit || foreign.rules.size > 0;
    // A change that is not confirmed is rolled back, with status 3.
    if (given || wanted.includes(ended.status) || !isKept(leg) || atEnd.declared === null) return null;
    if (ended.status === 4 && isUnready(played)) return null;
    const found = `${ended.status}: ${ended.stderr.slice(-400)}`;
    return violation('unprovoked', 'status 0, for no fault struck', found);
  },
  done: (played) => {
    const { leg, ended, settled } = played;
    if (ended.status !== 0 || leg.change.kind === 'doctor-fix' || !isKept(leg)) return null;
    const { declared } = settled;
    if (declared !== null && areSame(declared, leg.change.after)) return null;
    return violation('done', 'lvs.yaml declares the change that lvs said is done', describe(declared));
  },
  moved: ({ leg, ended, before, atEnd, foreign }) => {
    // Another lvs may have moved them again.
    if (leg.change.kind !== 'failover' || ended.status !== 0 || foreign.second || !isKept(leg)) return null;
    const [was, is] = [ownersOf(before), ownersOf(atEnd)];
    const same = [...is].filter(([address, owners]) => owners.join() === was.get(address)?.join());
    if (same.length === 0) return null;
    return violation('moved', 'all addresses moved, for lvs said so with status 0', showOwners(atEnd));
  },
  claim: (played) => {
    const { ended, before, atEnd, cutOff, foreign, leg } = played;
    // Another lvs may have changed them meanwhile.
    if (played.killed || ended.stuck || foreign.second) return null;
    // Two owners beforehand: the addresses are not touched, and rules are.
    if (ended.stderr.includes('the rules are converged')) return null;
    if (![3, 4, 130, early].includes(ended.status) && !asBefore.test(ended.stderr)) return null;
    return Object.entries(atEnd.routers).flatMap(([name, now]) => {
      const was = before.routers[name];
      // Of the faults that `doctor --fix` finds it fixes each by itself, and says so.
      if (was === undefined || cutOff.includes(name) || leg.change.kind === 'doctor-fix') return [];
      const own = (rules: readonly string[]) => withoutOthers(rules, foreign).join('\n');
      // An election may move them at any time.
      const moved = before.declared?.engine === 'manual' && was.addresses.join() !== now.addresses.join();
      if (!moved && own(was.rules) === own(now.rules)) return [];
      const found = `${name}: ${now.addresses.join(', ')}; ${difference(was.rules, now.rules)}`;
      const expected = `status ${ended.status}: as before, ${was.addresses.join(', ') || 'no address'}`;
      return [violation('claim', expected, found)];
    });
  },
  said: (played) => {
    const { ended, before, atEnd, killed } = played;
    // keepalived may have moved addresses since lvs looked.
    if (killed || ended.status !== 5 || before.declared?.engine === 'keepalived') return null;
    return Object.keys(atEnd.routers).flatMap((name) => wronglySaid(played, name) ?? []);
  },
  interruption: ({ interruptedSeconds, cutOff, from }) => {
    if (interruptedSeconds <= bounds.interruption + bounds.slack || cutOff.includes(from)) return null;
    const found = `${interruptedSeconds.toFixed(1)} s`;
    return violation('interruption', `lvs ends within ${bounds.interruption} s of a signal`, found);
  },
};

/** What a leg breaks of what is promised. */
export function violationsOf(played: Played): Violation[] {
  return Object.values({ ...checks, ...stateChecks }).flatMap((check) => check(played) ?? []);
}

/**
 * A fault of an earlier leg has left a router otherwise than declared, or its copy of lvs.yaml otherwise than installed: a failover,
 * and any run, refuses then.
 */
function isUnready({ leg, ended, copies, before: { declared, routers } }: Played): boolean {
  if (copies === true && ended.stderr.includes('was not installed by lvs as it is')) return true;
  if (leg.change.kind !== 'failover' || declared === null) return false;
  const wanted = rulesOf(declared);
  return Object.values(routers).some(({ rules }) => wanted.some((rule) => !rules.includes(rule)));
}

/** With status 5 lvs says of each router what it was last seen to have. */
function wronglySaid({ ended, before, atEnd, cutOff, foreign }: Played, name: string): Violation | null {
  const now = atEnd.routers[name];
  const was = before.routers[name];
  if (now === undefined || was === undefined || cutOff.includes(name)) return null;
  const said = new RegExp(`${name} has ([\\da-f:., and]+|no floating address)`).exec(ended.stderr)?.[1];
  const { addresses } = now;
  if (said === undefined) {
    const isAsBefore = was.addresses.join() === addresses.join() && was.rules.join() === now.rules.join();
    if (isAsBefore || foreign.second || ended.stderr.includes(name)) return null;
    return violation('said', `${name} is named, for it is not as before`, ended.stderr.slice(-400));
  }
  if (new RegExp(`${name}: (puts everything back|rolls back)`).test(ended.stderr)) return null;
  const listed = said.match(/[\da-f]+[.:][\da-f.:]+/g) ?? [];
  if (listed.sort().join(', ') === addresses.join(', ')) return null;
  return violation('said', `${name} has ${addresses.join(', ') || 'none'}`, `lvs said: ${name} has ${said}`);
}

function showOwners(sight: Sight): string {
  return [...ownersOf(sight)].map(([address, owners]) => `${address} on ${owners.join(' and ') || 'none'}`).join('; ');
}

function describe(declared: Declared | null): string {
  return declared === null ? 'a file that is not whole' : rulesOf(declared).join('; ');
}
