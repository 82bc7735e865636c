import type { Cluster, DeclaredVirtualServer } from '../model/cluster.ts';
import { keyOfVirtualServer } from '../model/identity.ts';
import { type NamedScope, namedScope } from './scope.ts';

/** A virtual server, as it was declared and as it is: its rules, its addresses, and the NAT router addresses. */
export function virtualServerScope(cluster: Cluster, servers: readonly DeclaredVirtualServer[]): NamedScope {
  const natRouters = cluster.private?.natRouters.map(({ address }) => address) ?? [];
  return namedScope({
    virtualServers: new Set(servers.map(({ id }) => keyOfVirtualServer(id))),
    addresses: new Set([...servers.flatMap(({ floating }) => floating), ...natRouters]),
  });
}

/** Single real servers, by their keys; nothing where their virtual server is disabled. */
export function realServerScope(named: readonly { server: DeclaredVirtualServer; realKey: string }[]): NamedScope {
  const realServers = new Map<string, Set<string>>();
  for (const { server, realKey } of named) {
    const key = keyOfVirtualServer(server.id);
    const keys = realServers.get(key) ?? new Set();
    realServers.set(key, keys.add(realKey));
  }
  return namedScope({ realServers });
}
