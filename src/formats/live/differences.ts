import type { Cluster } from '../../model/cluster.ts';
import { keyOfVirtualServer } from '../../model/identity.ts';
import { familyOf } from '../../model/ip.ts';
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

/** For each virtual server, by name, the first of the changes that would be made for its sake. */
export function changesFor(found: readonly Difference[], { virtualServers }: Cluster): Map<string, Difference> {
  const byKey = new Map<string, Difference>();
  const byAddress = new Map<string, Difference>();
  let ofIpv6: Difference | undefined;
  for (const difference of [...found].reverse()) {
    const { kind, key, virtualServer } = difference.change;
    if (kind === 'virtual-server') byKey.set(key, difference);
    else if (kind === 'real-server') byKey.set(virtualServer ?? '', difference);
    else if (kind === 'address') byAddress.set(key, difference);
    else if (kind === 'setting' && key.startsWith('net.ipv6.')) ofIpv6 = difference;
  }
  const behind = new Map<string, Difference>();
  for (const { name, id, floating } of virtualServers) {
    const ipv6 = floating.some((address) => familyOf(address) === 'ipv6');
    const ofAddresses = floating.map((address) => byAddress.get(address)).find((each) => each !== undefined);
    const difference = byKey.get(keyOfVirtualServer(id)) ?? ofAddresses ?? (ipv6 ? ofIpv6 : undefined);
    if (difference !== undefined) behind.set(name, difference);
  }
  return behind;
}
