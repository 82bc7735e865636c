import type { Surveyed } from '../converge/survey.ts';
import { LvsError } from '../model/errors.ts';
import { askWhoHolds } from '../router/probe.ts';

/** What happens where two machines hold the addresses. */
const risk = 'clients reach one or the other, and connections break at random';

/**
 * Asks on the wire, from the router that is to take over, whether anybody still answers for a floating address. Throws
 * `refused` where somebody does, and `read-failed` where that cannot be found out.
 */
export async function requireNobodyHolds(target: Surveyed): Promise<void> {
  const held = await heldElsewhere(target);
  if (held.length === 0) return;
  throw new LvsError(
    'refused',
    `another machine still answers for ${held.join(' and ')}, seen from ${target.name}; nothing was run`,
    {
      details: held.map((address) => ({ router: target.name, message: `${address} is configured on another machine` })),
      hint: `switch the old router off, or cut its network, first. With --accept-duplicate two machines hold the addresses: ${risk}`,
    },
  );
}

/** What is to be said where an administrator goes on although somebody may hold the addresses: a line each. */
export async function noteHolders(target: Surveyed): Promise<string[]> {
  try {
    const held = await heldElsewhere(target);
    if (held.length === 0) return [];
    return [`another machine answers for ${held.join(' and ')} as well: until it is switched off, ${risk}`];
  } catch (error) {
    if (!(error instanceof LvsError)) throw error;
    return [`it cannot be determined whether another machine answers for the addresses: if one does, ${risk}`];
  }
}

async function heldElsewhere({ name, runner, live, desired, tools }: Surveyed): Promise<string[]> {
  const ours = new Set(live.addresses.map(({ address }) => address));
  const wanted = [...desired.floating.values()].filter(({ address }) => !ours.has(address));
  const answers = await askWhoHolds({ name, runner, tools }, wanted);
  for (const answer of answers) if ('error' in answer) throw answer.error;
  return answers
    .filter((answer) => 'held' in answer && answer.held)
    .map(({ address, device }) => `${address} on ${device}`);
}
