import type { Cluster, DeclaredVirtualServer, Router } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { RealServer, VirtualServer } from '../model/state.ts';
import type { ServerDecisions } from '../weights/decisions.ts';
import { desiredOn } from './desired.ts';
import { sorryInKernel } from './sorry.ts';
import type { WantedWeight } from './weight-changes.ts';
import { withDecisions } from './with-decisions.ts';

/** What was decided, as a monitor is to see to it in its router's kernel. */
export function wantedWeights(
  cluster: Cluster,
  router: Router | null,
  decisions: ReadonlyMap<string, ServerDecisions>,
): WantedWeight[] {
  const desired = desiredOn(cluster, router);
  const decided = withDecisions(desired, cluster, decisions);
  return cluster.virtualServers.flatMap((server) => {
    const key = keyOfVirtualServer(server.id);
    const [declared, wanted] = [desired.virtualServers.get(key), decided.virtualServers.get(key)];
    const keys = decisions.get(key)?.realServers.keys() ?? [];
    if (declared === undefined || wanted === undefined || !decisions.has(key)) return [];
    return [
      ...[...keys].filter((real) => declared.realServers.has(real)).map((real) => wantedOf(server, key, real, wanted)),
      ...sorryServer(server, key, declared, wanted),
    ];
  });
}

function wantedOf(
  { onFailure }: DeclaredVirtualServer,
  virtualServer: string,
  realServer: string,
  { realServers }: VirtualServer,
): WantedWeight {
  const real = realServers.get(realServer) ?? null;
  // One that nobody removed for its failure is not there because it was not applied yet.
  return { virtualServer, realServer, weight: real?.weight ?? null, absent: onFailure === 'remove' ? real : null };
}

function sorryServer(
  server: DeclaredVirtualServer,
  virtualServer: string,
  declared: VirtualServer,
  { realServers }: VirtualServer,
): WantedWeight[] {
  const stands: RealServer | null = sorryInKernel(server);
  if (stands === null) return [];
  const realServer = keyOfRealServer(stands);
  if (declared.realServers.has(realServer)) return [];
  return [{ virtualServer, realServer, weight: realServers.get(realServer)?.weight ?? null, absent: stands }];
}
