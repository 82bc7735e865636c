import { areSame, floatingOf, rulesOf } from './declared.ts';
import { withoutOthers } from './others.ts';
import {
  bounds,
  difference,
  isKept,
  ownersOf,
  type Played,
  servedThroughout,
  type Violation,
  violation,
} from './played.ts';

type Check = (played: Played) => Violation | Violation[] | null;

/** What holds when everything has settled, whatever lvs said. */
export const stateChecks: Readonly<Record<string, Check>> = {
  owners: (played) => {
    const { leg, before, settled, ended } = played;
    const owners = ownersOf(settled);
    const served = new Set([
      ...servedThroughout(before, settled, leg),
      // Lvs said that these are there.
      ...(ended.status === 0 && isKept(leg) ? floatingOf(settled.declared ?? leg.change.after) : []),
    ]);
    return [...owners].flatMap(([address, names]) => {
      if (names.length === 1 || (names.length === 0 && (!served.has(address) || saidNone(played)))) return [];
      return [violation('owners', `${address} has exactly one owner`, names.join(' and ') || 'none')];
    });
  },
  'one router': ({ settled }) => {
    const routers = new Set([...ownersOf(settled).values()].flat());
    if (routers.size < 2) return null;
    const found = Object.entries(settled.routers).map(([name, { addresses }]) => `${name}: ${addresses.join(', ')}`);
    return violation('one router', 'one router has all floating addresses', found.join('; '));
  },
  'not declared': ({ leg, before, settled, foreign }) => {
    const declared = floatingOf(settled.declared ?? leg.change.after);
    const had = ownersOf(before);
    return [...ownersOf(settled)].flatMap(([address, names]) => {
      // The other lvs may have had another lvs.yaml. What no lvs.yaml declared beforehand is left unchanged.
      const wasThere =
        (had.get(address)?.length ?? 0) > 0 && !floatingOf(before.declared ?? leg.change.after).includes(address);
      if (names.length === 0 || declared.includes(address) || wasThere || foreign.second) return [];
      return [
        violation('not declared', `no router has ${address}, for lvs.yaml does not declare it`, names.join(' and ')),
      ];
    });
  },
  tables: (played) =>
    Object.entries(played.settled.routers).flatMap(([name, { rules }]) => tableOf(played, name, rules)),
  settings: ({ before, settled }) =>
    Object.entries(settled.routers).flatMap(([name, { settings }]) => {
      const was = before.routers[name]?.settings ?? [];
      if (was.join() === settings.join()) return [];
      return [violation('settings', `${name}: as before`, difference(was, settings))];
    }),
  file: ({ leg, before, settled, foreign }) => {
    const { declared } = settled;
    if (declared === null) return violation('file', 'lvs.yaml is whole', 'it is not');
    if (foreign.edit && !settled.edited)
      return violation('file', 'lvs.yaml has what another user wrote into it', 'it has not');
    const fits = [before.declared, leg.change.after].some((each) => each !== null && areSame(each, declared));
    return fits ? null : violation('file', 'lvs.yaml as before or after', rulesOf(declared).join('; '));
  },
  'two owners': ({ sharedSeconds }) => {
    if (sharedSeconds <= bounds.owners + bounds.slack) return null;
    const expected = `at most ${bounds.owners} s after all machines ran again`;
    return violation('two owners', expected, `${sharedSeconds.toFixed(1)} s`);
  },
  'no owner': (played) => {
    const { ownerlessSeconds } = played;
    if (ownerlessSeconds <= bounds.owners + bounds.slack || saidNone(played)) return null;
    const expected = `at most ${bounds.owners} s after all machines ran again`;
    return violation('no owner', expected, `${ownerlessSeconds.toFixed(1)} s`);
  },
  lock: ({ settled, lockedSeconds }) => {
    const locked = Object.entries(settled.routers).filter(([, { lockFree }]) => !lockFree);
    if (locked.length === 0 && lockedSeconds <= bounds.lock + bounds.slack) return null;
    const where = locked.map(([name]) => name).join(' and ') || 'all routers';
    return violation('lock', `free on ${where} within ${bounds.lock} s`, `taken after ${lockedSeconds.toFixed(0)} s`);
  },
  abandoned: ({ before, settled, killed, ended }) => {
    const known = before.abandoned.map(({ file }) => file);
    const left = settled.abandoned.filter(({ file }) => !known.includes(file));
    if (left.length === 0 || killed || ended.stuck) return null;
    const found = left.map(({ machine, file }) => `${file} on ${machine}`).join('; ');
    return violation('abandoned', 'nothing beside lvs.yaml, for lvs was not killed', found);
  },
  'left over': ({ settled, leg }) => {
    // Nothing can be removed from a read-only file system: the next run that takes the lock does so.
    const isLater = (each: string) => /\/beat\.\d+$/.test(each) && leg.faults.some(({ kind }) => kind === 'read-only');
    const places = [
      ...Object.entries(settled.routers).map(([name, { leftOver }]) => ({ place: `on ${name}`, leftOver })),
      { place: 'beside lvs', leftOver: settled.leftOver },
    ];
    return places.flatMap(({ place, leftOver }) => {
      const left = leftOver.filter((each) => !isLater(each));
      return left.length === 0 ? [] : [violation('left over', `nothing ${place}`, left.join('; '))];
    });
  },
};

/** Whether lvs could say, and said, that addresses may have no owner. Whether that is true is another question. */
function saidNone({ killed, ended }: Played): boolean {
  return !killed && ended.status === 5;
}

/** Before or after. Where lvs was killed, or said so, each rule is one of either. */
function tableOf(
  { leg, before, settled, ended, killed, foreign }: Played,
  name: string,
  found: readonly string[],
): Violation[] {
  const own = (rules: readonly string[]) => withoutOthers(rules, foreign);
  const was = own(before.routers[name]?.rules ?? []);
  const is = own(found);
  const after = own(rulesOf(leg.change.after));
  const declared = own(rulesOf(before.declared ?? leg.change.after));
  const unmanaged = was.filter((rule) => !declared.includes(rule));
  const whole = [was, after, [...after, ...unmanaged].sort()].some((rules) => rules.join('\n') === is.join('\n'));
  if (whole) return [];
  const isEither = is.every((rule) => was.includes(rule) || after.includes(rule));
  const isNoneLost = was.filter((rule) => after.includes(rule)).every((rule) => is.includes(rule));
  if ((killed || ended.status === 5 || ended.stuck) && isEither && isNoneLost) return [];
  const expected = `${name}: the table as before or after (${settled.declared === null ? 'no file' : 'file whole'})`;
  return [violation('tables', expected, difference(after, is))];
}
