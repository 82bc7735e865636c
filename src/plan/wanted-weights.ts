import type { Cluster, DeclaredVirtualServer, Router } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { RealServer } from '../model/state.ts';
import type { ServerDecisions } from '../weights/decisions.ts';
import { desiredOn } from './desired.ts';
import { sorryInKernel } from './sorry.ts';
import type { WantedWeight } from './weight-changes.ts';
import { withDecisions } from './with-decisions.ts';

type RealServers = ReadonlyMap<string, RealServer>;

/** What was decided, as the kernel is to have it: see withDecisions. */
export function wantedWeights(
  cluster: Cluster,
  router: Router | null,
  decisions: ReadonlyMap<string, ServerDecisions>,
): WantedWeight[] {
  const desired = desiredOn(cluster, router);
  const after = withDecisions(desired, cluster, decisions).virtualServers;
  return cluster.virtualServers.flatMap((server) => {
    const key = keyOfVirtualServer(server.id);
    const [decided, declared] = [decisions.get(key), desired.virtualServers.get(key)?.realServers];
    const reals = after.get(key)?.realServers;
    if (decided === undefined || declared === undefined || reals === undefined) return [];
    return [...ofRealServers(server, key, decided, declared, reals), ...ofSorryServer(server, key, declared, reals)];
  });
}

function ofRealServers(
  server: DeclaredVirtualServer,
  virtualServer: string,
  { realServers }: ServerDecisions,
  declared: RealServers,
  reals: RealServers,
): WantedWeight[] {
  return [...realServers.keys()].flatMap((realServer) => {
    if (!declared.has(realServer)) return [];
    const real = reals.get(realServer) ?? null;
    // One that nobody removed for its failure is not there because it was not applied yet.
    return [
      { virtualServer, realServer, weight: real?.weight ?? null, absent: server.onFailure === 'remove' ? real : null },
    ];
  });
}

function ofSorryServer(
  server: DeclaredVirtualServer,
  virtualServer: string,
  declared: RealServers,
  reals: RealServers,
): WantedWeight[] {
  const stands = sorryInKernel(server);
  if (stands === null) return [];
  const realServer = keyOfRealServer(stands);
  if (declared.has(realServer)) return [];
  return [{ virtualServer, realServer, weight: reals.get(realServer)?.weight ?? null, absent: stands }];
}
