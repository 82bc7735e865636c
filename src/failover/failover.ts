import { type Connections, remedyFor } from '../converge/connect.ts';
import type { PlanRequest } from '../converge/planned.ts';
import type { WayOn } from '../converge/refusals.ts';
import { holdsAny, type Survey, type Surveyed } from '../converge/survey.ts';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { namedScope } from '../plan/scope.ts';
import { requireElection, steering } from './election.ts';
import { switchMethod } from './hold/method.ts';
import { managedDevices } from './managers.ts';
import { holdsAll, requireHandOver, requireReady } from './preflight.ts';
import { noteHolders, requireNobodyHolds } from './probe.ts';
import { requireReturnPath } from './return-path.ts';
import { targetOf } from './roles.ts';

export interface FailoverOptions {
  readonly to: string | null;
  /** Whether to go on although connections of the router that gives its addresses up would break. */
  readonly force: boolean;
  /** Whether to go on without a router that cannot be reached, although it may hold the addresses still. */
  readonly acceptDuplicate: boolean;
}

/** How to go on without a router that does not answer. */
export const withForce: WayOn = (reached) =>
  `if it is dead, take over from it with ${reached.map((name) => `"--to ${name} --force"`).join(' or ')}`;

/**
 * What a failover asks of the routers: the target enables all floating addresses and announces them, then the others
 * disable theirs, if possible with new connections held back meanwhile; rules are not touched. Throws where the target is
 * not ready for it.
 */
export async function failoverRequest(
  cluster: Cluster,
  { roles, routers }: Survey,
  { unreachable }: Connections,
  { to, force, acceptDuplicate }: FailoverOptions,
): Promise<PlanRequest> {
  const name = targetOf(cluster, roles, to);
  const target = routers.find((router) => router.name === name);
  if (target === undefined) {
    const missing = unreachable.find((router) => router.name === name);
    const reason = missing?.reason ?? 'it was not asked';
    throw new LvsError('unreachable', `${name} cannot take over: it cannot be reached: ${reason}`, {
      hint: missing === undefined ? 'name the other router with --to' : remedyFor(missing),
    });
  }
  const notes = new Map<Surveyed, readonly string[]>();
  // Only where it serves alone already is there nothing that it must be ready for.
  if (roles.get(name) !== 'active' || !holdsAll(target)) {
    requireReady(target);
    const olds = routers.filter((router) => router !== target && holdsAny(router.live, router.desired));
    for (const old of olds) notes.set(old, requireHandOver(old, { force }));
    const lost = requireReturnPath(cluster, target, { isServed: olds.length > 0, force });
    notes.set(target, [...lost, ...(await managedDevices(target))]);
    requireElection(target, routers);
  }
  const isUnsure = unreachable.length > 0 && !acceptDuplicate;
  if (isUnsure) await requireNobodyHolds(target);
  const risks = unreachable.length > 0 && acceptDuplicate ? await noteHolders(target) : [];
  const switched = await switchMethod(routers, name);
  const method = cluster.failover.engine === 'keepalived' ? await steering(routers, switched, name) : switched;
  // What only disabled virtual servers declare makes its holder count as one, and so goes from everywhere.
  const addresses = new Set(routers.flatMap(({ desired }) => [...desired.floating.keys(), ...desired.retired]));
  return {
    scope: namedScope({ addresses }),
    prune: false,
    vrrp: { force },
    addresses: (router) => (router.name === name ? 'enable' : 'disable'),
    method: (router, changes) => {
      const usual = method(router, changes);
      const all = [...(router === target ? risks : []), ...usual.notes, ...(notes.get(router) ?? [])];
      const yields = isUnsure && router === target && cluster.failover.engine === 'manual';
      return { ...usual, notes: yields ? [...all, yielding(target, unreachable)] : all, yields };
    },
  };
}

/** A router that was suspended knows of no failover when it runs again, and cannot be asked to release the addresses. */
function yielding({ name }: Surveyed, unreachable: Connections['unreachable']): string {
  const others = unreachable.map((router) => router.name).join(' and ');
  return `if ${others} runs again with these addresses, ${name} releases them within 15 s: two routers never keep them`;
}
