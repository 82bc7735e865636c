import type { RouterState } from '../model/state.ts';
import { type Change, type Command, stages } from '../plan/change.ts';
import { difference } from '../plan/difference.ts';
import { leftToElection } from '../plan/election/left-to-election.ts';
import { inverseTarget } from '../plan/inverse.ts';
import type { Reading } from '../router/read.ts';
import { announceAgain, enabledAddresses } from './announcements.ts';
import { executeStage, type Work } from './execute.ts';
import { describeHoldings } from './holdings.ts';
import { leftBehindWords } from './left-behind.ts';
import { mustKeep } from './must-keep.ts';
import type { Planned } from './planned.ts';
import { bearable, isMeant, newMaster, remaining, settledElections } from './steered.ts';
import { readAgain } from './survey.ts';

/** What a run that failed has left behind. */
export interface Remains {
  /** The router that keeps all addresses, for it has become master; null: they were to be put back where they came from. */
  readonly master: string | null;
  /** A line for each router with what it was last seen to have, and one for what the run needed for a while and could not remove. */
  readonly holdings: readonly string[];
}

/** What is to change on a router, from what it has now. */
type Plan = (router: Planned, now: RouterState) => Change[];

/** Inverts what a run did: the same planner, aimed at what was there before. Returns null when every router is as it was. */
export async function putBack(planned: readonly Planned[]): Promise<Remains | null> {
  if (planned.some(({ steered }) => steered !== undefined)) return await putBackSteered(planned);
  await restoreAll(planned, restoring);
  await Promise.allSettled(planned.map(putAway));
  // Where keepalived was stopped, its addresses went with it: what this router had before is missing only now.
  if (planned.some(({ elected }) => elected === true)) await restoreAll(planned, restoring);
  return await remains(planned, null);
}

/** First of all keepalived may decide again: whoever is master then has the addresses, and only others are relieved of them. */
async function putBackSteered(planned: readonly Planned[]): Promise<Remains | null> {
  await Promise.allSettled(planned.map(putAway));
  const elections = await settledElections(planned);
  const master = newMaster(planned, elections);
  const aim = isMeant(master) ? remaining : restoring;
  const change: Plan = (router, now) => bearable(aim(router, now), router, elections.get(router) ?? null);
  // Where there is a master, nobody needs to keep what nobody else answers for.
  await restoreAll(planned, change, master === null ? mustKeep : async () => false);
  return await remains(planned, master);
}

async function remains(planned: readonly Planned[], master: Planned | null): Promise<Remains | null> {
  const readings = await Promise.all(planned.map(readOrLose));
  const states = readings.map((reading) => reading?.state ?? null);
  await announceKept(planned, states);
  const left = planned.flatMap((router, index) => leftBehindWords(router, readings[index]?.devices ?? router.devices));
  const restored = planned.every((router, index) => isRestored(router, states[index] ?? null));
  if (restored && left.length === 0 && master === null) return null;
  const holdings = planned.map((router, index) => describeHoldings(router, states[index] ?? null));
  return { master: master?.name ?? null, holdings: [...holdings, ...left] };
}

async function restoreAll(planned: readonly Planned[], change: Plan, isToKeep = mustKeep): Promise<void> {
  const reached = await Promise.all(planned.map((router) => reach(router, change)));
  const lost = planned.filter((_, index) => reached[index] === null);
  const kept = await isToKeep(planned, lost);
  await executeAll(
    reached.filter((router) => router !== null),
    kept,
  );
}

/**
 * Runs to the end whatever fails on the way, for what counts is what holds then; but where an address could not be enabled
 * again, nobody who still holds it gives it up.
 * @param mustKeep whether that is known beforehand
 */
async function executeAll(works: readonly Work[], mustKeep: boolean): Promise<void> {
  let kept = mustKeep;
  for (const stage of stages) {
    if (kept && (stage === 'disable' || stage === 'withdraw')) continue;
    const failure = await executeStage(works, stage);
    if (failure !== null && stage === 'enable') kept = true;
  }
}

/**
 * A command that fails is run once more: it may have been disturbed, and what it removes would stay without a sign of it. What
 * was never made cannot be removed, so that failing again means nothing.
 */
export async function putAway({ runner, putAway: commands }: Planned): Promise<void> {
  const failed: Command[] = [];
  for (const command of commands) if ((await runner.run(command.argv)).status !== 0) failed.push(command);
  for (const { argv } of failed) await runner.run(argv);
}

/** Neighbours may have learnt another router's address for what it enabled: whoever holds it now says so again. */
async function announceKept(planned: readonly Planned[], states: readonly (RouterState | null)[]): Promise<void> {
  const enabled = new Set(planned.flatMap(enabledAddresses).map(({ address }) => address));
  const announcing = planned.map((router, index) => {
    const kept = states[index]?.addresses.filter(({ address }) => enabled.has(address)) ?? [];
    return announceAgain(router, kept);
  });
  await Promise.allSettled(announcing);
}

/** What restores one router; null where it cannot be reached. */
async function reach(router: Planned, change: Plan): Promise<Work | null> {
  const now = await readOrLose(router);
  if (now === null) return null;
  return { name: router.name, runner: router.runner, changes: change(router, now.state) };
}

/** What leads from what a router has now to what it had before the run. */
export function restoring({ plan, tools, elected }: Planned, now: RouterState): Change[] {
  const target = inverseTarget(now, plan.live, plan.target);
  const changes = difference(now, target, tools);
  return elected === true ? leftToElection(changes, plan.target, plan.live) : changes;
}

function isRestored(router: Planned, now: RouterState | null): boolean {
  if (now === null) return router.plan.changes.length === 0;
  return restoring(router, now).length === 0;
}

async function readOrLose(router: Planned): Promise<Reading | null> {
  try {
    return await readAgain(router);
  } catch {
    return null;
  }
}
