import { areSame, type Declared, floatingOf, rulesOf } from './declared.ts';
import { settle } from './leg.ts';
import type { Monitors } from './monitors.ts';
import { type ByOthers, withoutOthers } from './others.ts';
import { difference, ownersOf, type Violation, violation } from './played.ts';
import type { Schedule } from './schedule.ts';
import { look } from './sight.ts';
import type { Timeline } from './timeline.ts';
import { desk, laptop, type World } from './world.ts';

/** What `lvs apply` leaves unchanged, or asks about. */
export interface LeftByOthers extends ByOthers {
  /** Those that are not in lvs.yaml. */
  readonly rules: Set<string>;
  /** Those that a monitor decides. */
  readonly weights: Set<string>;
  /** Whether a router may have a copy of lvs.yaml that was not installed as it is. */
  copies: boolean;
}

/** `lvs apply` converges, and a second one runs nothing. */
export async function converge(world: World, timeline: Timeline, left: LeftByOthers): Promise<Violation[]> {
  const apply = (...words: string[]) => applyOn(world, desk, timeline, words);
  let first = await apply();
  // Copies that disagree are shown, and replaced only on request.
  if (first.status === 4 && left.copies && first.stderr.includes('--overwrite')) first = await apply('--overwrite');
  if (first.status !== 0) {
    return [
      violation('converge', 'lvs apply --yes: status 0', `status ${first.status}: ${first.stderr.slice(0, 600)}`),
    ];
  }
  const second = await world.host(desk).run(['lvs', 'apply', '--yes', '--json'], { timeLimitSeconds: 200 });
  const changed = /"changed": ?true/.test(second.stdout);
  if (second.status !== 0 || changed) {
    const found = `status ${second.status}: ${second.stdout.slice(0, 800)}${second.stderr.slice(0, 300)}`;
    return [violation('second run', 'nothing left to do', found)];
  }
  // A run removes what a killed one has left on the machine where it runs.
  for (const { machine } of (await look(world, desk)).abandoned) await applyOn(world, machine, timeline);
  // An election of keepalived may be under way.
  const { settled: sight } = await settle(world, desk, 0, timeline);
  const { declared, abandoned } = sight;
  if (declared === null) return [];
  const declaredRules = rulesOf(declared);
  const others = { ...left, rules: new Set([...left.rules].filter((rule) => !declaredRules.includes(rule))) };
  const wanted = withoutOthers(declaredRules, others);
  return [
    ...abandoned.map(({ machine, file }) => violation('abandoned', `nothing beside lvs.yaml on ${machine}`, file)),
    ...Object.entries(sight.routers).flatMap(([name, { rules }]) => {
      const own = withoutOthers(rules, others);
      if (own.join() === wanted.join()) return [];
      return [violation('converged table', `${name}: ${wanted.join('; ')}`, difference(wanted, own))];
    }),
    ...[...ownersOf(sight)].flatMap(([address, owners]) => {
      const isWanted = floatingOf(declared).includes(address);
      return isWanted && owners.length !== 1
        ? [violation('converged owners', `${address} has one owner`, owners.join(' and ') || 'none')]
        : [];
    }),
  ];
}

async function applyOn(world: World, machine: string, timeline: Timeline, words: readonly string[] = []) {
  const argv = ['lvs', 'apply', '--yes', ...words];
  const finished = await world.host(machine).run(argv, { timeLimitSeconds: 200 });
  timeline.note(`${machine}: ${argv.join(' ')} ended with status ${finished.status}`);
  return finished;
}

/** Brings back what each round begins with. */
export async function restore(
  world: World,
  monitors: Monitors,
  timeline: Timeline,
  { base }: Schedule,
): Promise<Violation[]> {
  const violations = await monitors.stop();
  const wanted = rulesOf(base);
  const isBase = async () => {
    const { declared, routers } = await look(world, desk);
    const tables = Object.values(routers).map(({ rules }) => rules.join('\n'));
    return declared !== null && areSame(declared, base) && tables.every((table) => table === wanted.join('\n'));
  };
  if (!(await isBase())) {
    await world.declare(base, [desk, laptop]);
    const words = ['apply', '--yes', '--prune', ...(base.checked ? ['--reset-weights'] : [])];
    const { status, stderr } = await world.host(desk).run(['lvs', ...words], { timeLimitSeconds: 200 });
    if (status !== 0) {
      const found = `status ${status}: ${stderr}`;
      return [...violations, violation('restore', `lvs ${words.join(' ')}: status 0`, found)];
    }
    timeline.note('restored');
  }
  await removeUnlabelled(world, base);
  const { settled } = await settle(world, desk, 0, timeline);
  return [
    ...violations,
    ...Object.entries(settled.routers).flatMap(([name, { rules, leftOver }]) => [
      ...(rules.join() === wanted.join() ? [] : [violation('restored table', name, difference(wanted, rules))]),
      ...(leftOver.length === 0 ? [] : [violation('left over', `nothing on ${name}`, leftOver.join('; '))]),
    ]),
    ...[...ownersOf(settled)].flatMap(([address, owners]) =>
      owners.length === (floatingOf(base).includes(address) ? 1 : 0)
        ? []
        : [violation('restored owners', address, owners.join(' and ') || 'none')],
    ),
  ];
}

/** An undeclared IPv6 address has no label by which `lvs apply --prune` could tell it from the router's own: it leaves it unchanged. */
async function removeUnlabelled(world: World, base: Declared): Promise<void> {
  const { routers } = await look(world, desk);
  for (const [name, { addresses }] of Object.entries(routers)) {
    const strange = addresses.filter((address) => address.includes(':') && !floatingOf(base).includes(address));
    for (const address of strange) await world.host(name).run(['ip', 'addr', 'del', `${address}/128`, 'dev', 'eth0']);
  }
}
