import type { Cluster } from '../../model/cluster.ts';
import { keyOfVirtualServer } from '../../model/identity.ts';
import type { Change } from '../../plan/change.ts';
import { desiredOn } from '../../plan/desired.ts';
import { rolesOf } from '../../plan/roles.ts';
import { defaultPolicy, planRouter } from '../../plan/router-plan.ts';
import { everything } from '../../plan/scope.ts';
import type { LiveRouter } from './router.ts';

export interface Difference {
  readonly router: string;
  readonly change: Change;
}

/** What `lvs diff` would say of the routers if the cluster were declared as it stands. */
export function differences(cluster: Cluster, routers: readonly LiveRouter[]): Difference[] {
  const known = routers.map((router) => {
    const declared = cluster.routers.find(({ name }) => name === router.name) ?? null;
    return { ...router, desired: desiredOn(cluster, declared) };
  });
  const roles = rolesOf(
    known.map(({ name, state, desired }) => ({
      name,
      holds: state.addresses.some(({ address }) => desired.floating.has(address)),
    })),
  );
  return known.flatMap(({ name, state, desired }) => {
    const role = roles.get(name) ?? 'backup';
    const tools = { arping: 'iputils', withoutArp: new Set<string>() } as const;
    const facts = { name, role, live: state, desired, tools, protected: new Set<string>() };
    const plan = planRouter(facts, { scope: everything, addresses: defaultPolicy(role), prune: false });
    return plan.changes.map((change) => ({ router: name, change }));
  });
}

/** The virtual servers for whose sake a change would be made, by name. */
export function virtualServersBehind({ change }: Difference, { virtualServers }: Cluster): string[] {
  const { kind, key, virtualServer } = change;
  const named = (of: (server: Cluster['virtualServers'][number]) => boolean) =>
    virtualServers.filter(of).map(({ name }) => name);
  if (kind === 'virtual-server') return named(({ id }) => keyOfVirtualServer(id) === key);
  if (kind === 'real-server') return named(({ id }) => keyOfVirtualServer(id) === virtualServer);
  if (kind === 'address') return named(({ floating }) => floating.includes(key));
  if (kind !== 'setting' || !key.startsWith('net.ipv6.')) return [];
  return named(({ floating }) => floating.some((address) => address.includes(':')));
}
