import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { RealServer } from '../model/state.ts';
import type { Decision, ServerDecisions } from '../weights/decisions.ts';
import { kernelWeight, withinKernel } from '../weights/kernel-weight.ts';
import { isMonitored } from '../weights/monitored.ts';
import type { Desired } from './desired.ts';
import { sorryInKernel } from './sorry.ts';

/**
 * What is desired of a router once its monitor has decided: an administrator's `state: drain` counts for more than that, and
 * that for more than the weight in lvs.yaml. Decisions about what is not declared, or not to be monitored, count for nothing.
 */
export function withDecisions(
  desired: Desired,
  cluster: Cluster,
  decisions: ReadonlyMap<string, ServerDecisions>,
): Desired {
  const virtualServers = new Map(desired.virtualServers);
  for (const server of cluster.virtualServers.filter(isMonitored)) {
    const key = keyOfVirtualServer(server.id);
    const [present, decided] = [virtualServers.get(key), decisions.get(key)];
    if (present === undefined || decided === undefined) continue;
    virtualServers.set(key, { ...present, realServers: decidedRealServers(server, present.realServers, decided) });
  }
  return { ...desired, virtualServers };
}

function decidedRealServers(
  server: DeclaredVirtualServer,
  declared: ReadonlyMap<string, RealServer>,
  { realServers, sorry }: ServerDecisions,
): Map<string, RealServer> {
  const decided = new Map(declared);
  for (const real of server.realServers) {
    const key = keyOfRealServer(real);
    const [present, decision] = [declared.get(key), realServers.get(key)];
    if (present === undefined || decision === undefined) continue;
    if (decision.present) decided.set(key, { ...present, weight: weightOf(server, real, decision) });
    else decided.delete(key);
  }
  const stands = sorry ? sorryInKernel(server) : null;
  if (stands !== null && !declared.has(keyOfRealServer(stands))) decided.set(keyOfRealServer(stands), stands);
  return decided;
}

/** What was decided for another configured weight holds in proportion; from 0 nothing can be inferred. */
function weightOf(server: DeclaredVirtualServer, real: DeclaredRealServer, { configured, weight }: Decision): number {
  if (real.drain) return 0;
  if (configured === 0) return kernelWeight(server, real.weight, 1);
  return withinKernel((weight * real.weight) / configured);
}
