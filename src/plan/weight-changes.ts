import type { RealServer, VirtualServer } from '../model/state.ts';
import type { Change } from './change.ts';
import { virtualServerChanges } from './virtual-server-changes.ts';

/** What is to be of one real server. */
export interface WantedWeight {
  readonly virtualServer: string;
  readonly realServer: string;
  /** The kernel's weight; null: it is not to be in the table. */
  readonly weight: number | null;
  /** How it is added where the table lacks it; null: then it is left out. */
  readonly absent: RealServer | null;
}

/**
 * The changes of weights alone: whatever else there is of these real servers stays as it is, and virtual servers that are not
 * there are left to others.
 */
export function weightChanges(live: ReadonlyMap<string, VirtualServer>, wanted: readonly WantedWeight[]): Change[] {
  const after = new Map(live);
  for (const [key, weights] of byVirtualServer(wanted)) {
    const server = live.get(key);
    if (server !== undefined) after.set(key, { ...server, realServers: withWeights(server.realServers, weights) });
  }
  return virtualServerChanges(live, after);
}

function byVirtualServer(wanted: readonly WantedWeight[]): Map<string, WantedWeight[]> {
  const groups = new Map<string, WantedWeight[]>();
  for (const weight of wanted) {
    const group = groups.get(weight.virtualServer);
    if (group === undefined) groups.set(weight.virtualServer, [weight]);
    else group.push(weight);
  }
  return groups;
}

function withWeights(present: VirtualServer['realServers'], wanted: readonly WantedWeight[]): Map<string, RealServer> {
  const realServers = new Map(present);
  for (const { realServer, weight, absent } of wanted) {
    const real = realServers.get(realServer) ?? absent;
    if (weight === null) realServers.delete(realServer);
    else if (real !== null) realServers.set(realServer, { ...real, weight });
  }
  return realServers;
}
