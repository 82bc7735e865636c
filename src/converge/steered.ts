import { setTimeout as pause } from 'node:timers/promises';
import type { RouterState } from '../model/state.ts';
import type { Change } from '../plan/change.ts';
import { difference } from '../plan/difference.ts';
import { longestElection } from '../plan/election/patience.ts';
import { type ElectionState, readElection } from '../router/election.ts';
import type { Planned } from './planned.ts';

const betweenQuestions = 50;

export type Elections = ReadonlyMap<Planned, ElectionState | null>;

/**
 * What keepalived says on each router once one of them is master, or when it has had the time for that; null: a router that
 * cannot be reached, and will not be. None of them is to be held at fault any more.
 */
export async function settledElections(planned: readonly Planned[], patience = 5000): Promise<Elections> {
  const until = performance.now() + patience + electionTime(planned);
  for (;;) {
    const said = await Promise.all(planned.map(async (router) => [router, await ask(router)] as const));
    const isSaid =
      said.some(([, election]) => election === 'MASTER') || said.every(([, election]) => election === null);
    if (isSaid) return new Map(said);
    if (performance.now() > until) return new Map(withHeardMaster(said));
    await pause(betweenQuestions);
  }
}

/** A backup that stays one hears a master: if the only other router cannot be reached, it is that one. */
function withHeardMaster<T>(
  said: readonly (readonly [T, ElectionState | null])[],
): (readonly [T, ElectionState | null])[] {
  const [lost, ...others] = said.filter(([, election]) => election === null);
  const isHeard = others.length === 0 && said.some(([, election]) => election === 'BACKUP');
  return said.map(([router, election]) => [router, isHeard && router === lost?.[0] ? 'MASTER' : election]);
}

/** Milliseconds in which keepalived elects somebody, where it elects at all. */
export function electionTime(planned: readonly Planned[]): number {
  return Math.max(0, ...planned.map(({ tools }) => 1000 * longestElection(tools.election?.advertInterval ?? 0)));
}

async function ask({ runner }: Planned): Promise<ElectionState | null> {
  return await readElection(runner).catch(() => null);
}

/**
 * The router that has become master in a run that failed. It has all addresses then, and keepalived would add them again a moment
 * after `lvs` removes them there. Null: as before, and all can be undone.
 */
export function newMaster(planned: readonly Planned[], elections: Elections): Planned | null {
  return planned.find((router) => router.election !== 'MASTER' && elections.get(router) === 'MASTER') ?? null;
}

/**
 * Whether the run meant this router to have the addresses: what is left to do is what it meant to do then. Another one had lost them
 * before the run for a moment only, so that the run's target must not have them besides.
 */
export function isMeant(master: Planned | null): boolean {
  return master?.plan.target.addresses.some(({ address }) => master.steered?.has(address) === true) === true;
}

/** What brings a router from what it has now to where the run meant it to be. */
export function remaining({ plan, tools }: Planned, now: RouterState): Change[] {
  return difference(now, plan.target, tools);
}

/** The changes of a router without those that a master would not bear: it gives up everything where one of its addresses goes. */
export function bearable(changes: readonly Change[], { steered }: Planned, election: ElectionState | null): Change[] {
  if (election !== 'MASTER') return [...changes];
  return changes.filter(
    ({ kind, action, key }) => kind !== 'address' || action === 'add' || steered?.has(key) !== true,
  );
}
