import { familyOf } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';
import { askWhoHolds } from '../router/probe.ts';
import { enabledAddresses, givenUpAddresses } from './announcements.ts';
import type { Planned } from './planned.ts';
import { readAgain } from './survey.ts';

/**
 * Whether addresses must stay where a run enabled them although it is put back: the router that held them before is lost, it
 * may have given them up already, and nobody answers for them in its place.
 */
export async function mustKeep(planned: readonly Planned[], lost: readonly Planned[]): Promise<boolean> {
  const givenUp = new Set(lost.flatMap(givenUpAddresses));
  const keepers = planned.filter((router) => !lost.includes(router));
  const decisions = await Promise.all(keepers.map((router) => isMissing(router, givenUp)));
  return decisions.includes(true);
}

/**
 * Addresses move as one: one that nobody answers for is enough. Nobody is heard by a device without a link, and whoever holds
 * an IPv6 address hears only itself; where there is nothing else to ask for, all is undone as it would be anyway.
 */
async function isMissing(router: Planned, givenUp: ReadonlySet<string>): Promise<boolean> {
  const places = enabledAddresses(router).filter(({ address }) => givenUp.has(address) && familyOf(address) === 'ipv4');
  if (places.length === 0) return false;
  const { devices } = await readAgain(router);
  const asked = places.filter(({ device }) => devices.get(device)?.carrier === true);
  // A router to which the session broke goes on with the command under way: it may answer, and give up all a moment later.
  return (await isAnyUnanswered(router, asked)) || (await isAnyUnanswered(router, asked));
}

async function isAnyUnanswered(router: Planned, places: readonly HeldAddress[]): Promise<boolean> {
  if (places.length === 0) return false;
  const answers = await askWhoHolds(router, places).catch(() => null);
  return answers === null || answers.some((answer) => !('held' in answer && answer.held));
}
