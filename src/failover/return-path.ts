import ipaddr from 'ipaddr.js';
import type { Surveyed } from '../converge/survey.ts';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { returnPathNotes, withoutGateway } from '../model/return-path.ts';
import type { HeldAddress } from '../model/state.ts';

/**
 * Replies of real servers under masq have to come back by the active router: their default gateway has to move with it. Throws
 * `refused` if connections would be lost, unless that is forced; returns a note each then.
 */
export function requireReturnPath(
  cluster: Cluster,
  target: Surveyed,
  { isServed, force }: { readonly isServed: boolean; readonly force: boolean },
): string[] {
  const [lost] = withoutGateway(cluster).filter(({ address }) => !hasGateway(address, target));
  if (lost === undefined) return [];
  const notes = returnPathNotes(cluster);
  if (!isServed || force) return notes;
  throw new LvsError(
    'refused',
    `no floating address can be the default gateway of the real server ${lost.address}: its replies would not come to ${target.name}; nothing was run`,
    {
      details: notes.map((message) => ({ router: target.name, message })),
      hint: 'declare "nat-router:" under "private:" in lvs.yaml, or go on with --force if replies come back in another way (SNAT)',
    },
  );
}

/** Whether a floating address and the real server are in one network of the router. */
function hasGateway(real: string, { live, desired }: Surveyed): boolean {
  const own = live.addresses.filter(({ address }) => !desired.floating.has(address));
  return [...desired.floating.values()].some(({ address, device }) =>
    own.some((each) => each.device === device && isWithin(each, address) && isWithin(each, real)),
  );
}

function isWithin({ address, prefix }: HeldAddress, other: string): boolean {
  const [network, found] = [ipaddr.parse(address), ipaddr.parse(other)];
  return network.kind() === found.kind() && found.match(network, prefix);
}
