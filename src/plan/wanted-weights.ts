import type { Cluster, DeclaredVirtualServer, Router } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { RealServer } from '../model/state.ts';
import type { ServerDecisions } from '../weights/decisions.ts';
import { desiredOn } from './desired.ts';
import { sorryInKernel } from './sorry.ts';
import type { WantedWeight } from './weight-changes.ts';

type RealServers = ReadonlyMap<string, RealServer>;

/** What was decided, as the kernel is to have it: an administrator's drain counts for more. */
export function wantedWeights(
  cluster: Cluster,
  router: Router | null,
  decisions: ReadonlyMap<string, ServerDecisions>,
): WantedWeight[] {
  const desired = desiredOn(cluster, router).virtualServers;
  return cluster.virtualServers.flatMap((server) => {
    const key = keyOfVirtualServer(server.id);
    const [decided, reals] = [decisions.get(key), desired.get(key)?.realServers];
    if (decided === undefined || reals === undefined) return [];
    return [...ofRealServers(server, key, reals, decided), ...ofSorryServer(server, key, reals, decided)];
  });
}

function ofRealServers(
  server: DeclaredVirtualServer,
  virtualServer: string,
  reals: RealServers,
  { realServers }: ServerDecisions,
): WantedWeight[] {
  const drained = new Set(server.realServers.filter(({ drain }) => drain).map(keyOfRealServer));
  return [...realServers].flatMap(([realServer, { weight, present }]) => {
    const real = reals.get(realServer);
    if (real === undefined) return [];
    const decided = drained.has(realServer) ? 0 : weight;
    // One that nobody removed for its failure is not there because it was not applied yet.
    const absent = server.onFailure === 'remove' ? { ...real, weight: decided } : null;
    return [{ virtualServer, realServer, weight: present ? decided : null, absent }];
  });
}

function ofSorryServer(
  server: DeclaredVirtualServer,
  virtualServer: string,
  reals: RealServers,
  { sorry }: ServerDecisions,
): WantedWeight[] {
  const stands = sorryInKernel(server);
  if (stands === null) return [];
  const realServer = keyOfRealServer(stands);
  if (reals.has(realServer)) return [];
  return [{ virtualServer, realServer, weight: sorry ? stands.weight : null, absent: stands }];
}
