import type { Connections } from '../converge/connect.ts';
import type { PlanRequest } from '../converge/planned.ts';
import type { Survey } from '../converge/survey.ts';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { namedScope } from '../plan/scope.ts';
import { requireElection, steering } from './election.ts';
import { switchMethod } from './hold/method.ts';
import { holdsAll, requireReady } from './preflight.ts';
import { requireNobodyHolds } from './probe.ts';
import { targetOf } from './roles.ts';

export interface FailoverOptions {
  readonly to: string | null;
  /** Whether to go on without a router that cannot be reached, although it may hold the addresses still. */
  readonly acceptDuplicate: boolean;
}

/**
 * What a failover asks of the routers: the target enables all floating addresses and announces them, then the others
 * disable theirs, if possible with new connections held back meanwhile; rules are not touched. Throws where the target is
 * not ready for it.
 */
export async function failoverRequest(
  cluster: Cluster,
  { roles, routers }: Survey,
  { unreachable }: Connections,
  { to, acceptDuplicate }: FailoverOptions,
): Promise<PlanRequest> {
  const name = targetOf(cluster, roles, to);
  const target = routers.find((router) => router.name === name);
  if (target === undefined) {
    const reason = unreachable.find((router) => router.name === name)?.reason ?? 'it was not asked';
    throw new LvsError('unreachable', `${name} cannot take over: it cannot be reached: ${reason}`, {
      hint: 'name the other router with --to',
    });
  }
  // Only where it serves alone already is there nothing that it must be ready for.
  if (roles.get(name) !== 'active' || !holdsAll(target)) {
    requireReady(target);
    requireElection(target, routers);
  }
  if (unreachable.length > 0 && !acceptDuplicate) await requireNobodyHolds(target);
  const addresses = new Set(routers.flatMap(({ desired }) => [...desired.floating.keys()]));
  const method = await switchMethod(routers, name);
  return {
    scope: namedScope({ addresses }),
    prune: false,
    addresses: (router) => (router.name === name ? 'enable' : 'disable'),
    method: cluster.failover.engine === 'keepalived' ? steering(method, name) : method,
  };
}
