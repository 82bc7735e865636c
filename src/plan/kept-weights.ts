import type { Cluster, DeclaredVirtualServer } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { RealServer, RouterState, VirtualServer } from '../model/state.ts';
import { isMonitored } from '../weights/monitored.ts';
import type { Desired } from './desired.ts';
import { sorryInKernel } from './sorry.ts';

/**
 * What is desired of a router if its monitor's decisions cannot be read: no weight changes. A real server that the kernel has
 * keeps the weight that it has there, one that may have been removed for its failure stays out, and the sorry server stays as it
 * is. Only an administrator's drain counts for more.
 */
export function withKeptWeights(desired: Desired, cluster: Cluster, live: RouterState['virtualServers']): Desired {
  const virtualServers = new Map(desired.virtualServers);
  for (const server of cluster.virtualServers.filter(isMonitored)) {
    const key = keyOfVirtualServer(server.id);
    const [present, kept] = [virtualServers.get(key), live.get(key)];
    if (present === undefined || kept === undefined) continue;
    virtualServers.set(key, { ...present, realServers: keptRealServers(server, present, kept) });
  }
  return { ...desired, virtualServers };
}

function keptRealServers(
  server: DeclaredVirtualServer,
  present: VirtualServer,
  { realServers: live }: VirtualServer,
): Map<string, RealServer> {
  const kept = new Map<string, RealServer>();
  const drained = new Set(server.realServers.filter(({ drain }) => drain).map(keyOfRealServer));
  for (const [key, real] of present.realServers) {
    const there = live.get(key);
    if (there === undefined) {
      if (server.onFailure !== 'remove') kept.set(key, real);
    } else kept.set(key, drained.has(key) ? real : { ...real, weight: there.weight });
  }
  const sorry = sorryInKernel(server);
  const standing = sorry && live.get(keyOfRealServer(sorry));
  if (sorry && standing && !kept.has(keyOfRealServer(sorry)))
    kept.set(keyOfRealServer(sorry), { ...sorry, weight: standing.weight });
  return kept;
}
