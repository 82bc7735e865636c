import { areSame, floatingOf, rulesOf } from './declared.ts';
import { ownersOf, type Sight, type Violation, violation, violationsOf } from './invariants.ts';
import { playLeg, settle } from './leg.ts';
import type { OwnerWatch } from './owner-watch.ts';
import { type Ownership, type Span, sharedSpans } from './owners.ts';
import { legOf, type Schedule, type Selection } from './schedule.ts';
import { look } from './sight.ts';
import { Timeline } from './timeline.ts';
import { desk, laptop, routerNames, type World } from './world.ts';

/** What became of a round. */
export interface RoundResult {
  readonly seed: number;
  readonly kinds: readonly string[];
  readonly violations: readonly Violation[];
  readonly timeline: readonly string[];
  readonly inQueue: boolean;
  readonly seconds: number;
  /** Seconds for which addresses had two owners: in all, and since all machines ran again. */
  readonly shared: readonly { readonly whole: number; readonly afterwards: number }[];
  readonly statuses: readonly number[];
}

/** Plays a round, and leaves everything in order unless it finds violations. */
export async function playRound(
  world: World,
  watch: OwnerWatch,
  schedule: Schedule,
  selection: Selection,
): Promise<RoundResult> {
  const begin = performance.now();
  const timeline = new Timeline();
  const violations: Violation[] = [];
  const statuses: number[] = [];
  const shared: { whole: number; afterwards: number }[] = [];
  let inQueue = false;
  let current = schedule.base;
  const left: LeftByOthers = { rules: new Set(), copies: false };
  const kinds: string[] = [];
  for (let index = 0; index < schedule.legs && violations.length === 0; index++) {
    const leg = legOf(schedule.seed, index, current, selection);
    kinds.push(leg.change.kind, ...leg.faults.map(({ kind }) => kind));
    watch.take();
    const start = initial(await look(world, desk));
    const { played, notes, from, inQueue: queued, machinesRunAt } = await playLeg(world, leg, timeline);
    const spans = sharedOf([...start, ...watch.take()], machinesRunAt);
    const sharedSeconds = Math.max(0, ...spans.map(({ afterwards }) => afterwards));
    violations.push(...violationsOf({ ...played, sharedSeconds }), ...notes.violations);
    statuses.push(played.ended.status);
    shared.push(...spans);
    inQueue ||= queued;
    if (notes.rule !== null) left.rules.add(notes.rule);
    // What was not fully rolled back is not in lvs.yaml now.
    if (![0, 3, 4, 130].includes(played.ended.status)) {
      for (const rule of rulesOf(leg.change.after)) left.rules.add(rule);
      left.copies = true;
    }
    left.copies ||= notes.edit || notes.second;
    if (violations.length > 0) timeline.note(`said: ${played.ended.stderr.slice(-1500)}`);
    // Another user's edit of a router's copy stays there unless it was applied.
    const isRefused = leg.change.byHand && played.ended.status !== 0;
    current = (isRefused ? null : played.settled.declared) ?? current;
    await world.declare(current, isRefused ? [desk, laptop, from] : [desk, laptop]);
  }
  violations.push(...(await converge(world, timeline, left)));
  if (violations.length === 0) violations.push(...(await restore(world, timeline, schedule)));
  return {
    seed: schedule.seed,
    ...{ kinds, violations, timeline: timeline.lines(), inQueue, shared, statuses },
    seconds: (performance.now() - begin) / 1000,
  };
}

function initial(sight: Sight): Ownership[] {
  return Object.entries(sight.routers).flatMap(([router, { addresses }]) =>
    addresses.map((address) => ({ at: performance.now(), router, address, has: true })),
  );
}

function sharedOf(events: readonly Ownership[], machinesRunAt: number): { whole: number; afterwards: number }[] {
  return sharedSpans(events, performance.now()).map(({ from, to }: Span) => ({
    whole: (to - from) / 1000,
    afterwards: Math.max(0, to - Math.max(from, machinesRunAt)) / 1000,
  }));
}

/** What `lvs apply` leaves unchanged, or asks about. */
interface LeftByOthers {
  /** Rules that are not in lvs.yaml. */
  readonly rules: Set<string>;
  /** Whether a router may have a copy of lvs.yaml that was not installed as it is. */
  copies: boolean;
}

/** `lvs apply` converges, and a second one runs nothing. */
async function converge(world: World, timeline: Timeline, left: LeftByOthers): Promise<Violation[]> {
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
  const sight = await look(world, desk);
  const { declared, abandoned } = sight;
  if (declared === null) return [];
  const wanted = rulesOf(declared).join('\n');
  return [
    ...abandoned.map(({ machine, file }) => violation('abandoned', `nothing beside lvs.yaml on ${machine}`, file)),
    ...Object.entries(sight.routers).flatMap(([name, { rules }]) => {
      const own = rules.filter((each) => !left.rules.has(each) || wanted.split('\n').includes(each)).join('\n');
      return own === wanted ? [] : [violation('converged table', `${name}: ${wanted}`, own)];
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
async function restore(world: World, timeline: Timeline, { base }: Schedule): Promise<Violation[]> {
  for (const router of routerNames) await world.host(router).run(['pkill', '-TERM', '-f', '[r]un.js monitor']);
  const sight = await look(world, desk);
  const isBase = sight.declared !== null && areSame(sight.declared, base);
  const hasMore = Object.values(sight.routers).some(({ rules }) => rules.join('\n') !== rulesOf(base).join('\n'));
  if (!isBase || hasMore) {
    await world.declare(base, [desk, laptop]);
    const { status, stderr } = await world
      .host(desk)
      .run(['lvs', 'apply', '--yes', '--prune'], { timeLimitSeconds: 200 });
    if (status !== 0) return [violation('restore', 'lvs apply --yes --prune: status 0', `status ${status}: ${stderr}`)];
    timeline.note('restored');
  }
  await settle(world, desk, 0, timeline);
  return [];
}
