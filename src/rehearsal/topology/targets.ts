import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../../model/identity.ts';
import { networkOf, type PlannedNetwork } from './networks.ts';
import type { Endpoint, Target } from './topology.ts';

/** What the client tries, in the order of lvs.yaml. */
export function targetsOf(cluster: Cluster, networks: readonly PlannedNetwork[]): Target[] {
  return cluster.virtualServers.map((virtualServer) =>
    targetOf(virtualServer, networks, portForAll(cluster, virtualServer)),
  );
}

/** The port that is tried where a virtual server, or a real server, takes all: one that no other virtual server takes there. */
export function portForAll({ virtualServers }: Cluster, { floating }: DeclaredVirtualServer): number {
  const taken = new Set(
    virtualServers.flatMap(({ id }) => ('fwmark' in id || !floating.includes(id.address) ? [] : id.port)),
  );
  let port = 80;
  while (taken.has(port)) port++;
  return port;
}

/** Where the stand-in for a real server has to answer: real servers of SCTP have none. */
export function listenerOf(
  cluster: Cluster,
  virtualServer: DeclaredVirtualServer,
  { address, port }: DeclaredRealServer,
): Endpoint | null {
  const { id } = virtualServer;
  const protocol = 'fwmark' in id ? 'tcp' : id.protocol;
  return protocol === 'sctp'
    ? null
    : { protocol, address, port: port === 0 ? portForAll(cluster, virtualServer) : port };
}

function targetOf(virtualServer: DeclaredVirtualServer, networks: readonly PlannedNetwork[], anyPort: number): Target {
  const { id, name, scheduler, persistent, realServers } = virtualServer;
  const reason = whyNotTried(virtualServer, networks);
  return {
    name,
    virtualServer: keyOfVirtualServer(id),
    protocol: 'fwmark' in id ? 'mark' : id.protocol,
    scheduler,
    persistent: persistent !== null,
    probe: reason === null ? probeOf(virtualServer, anyPort) : null,
    reason,
    mark: 'fwmark' in id ? id.fwmark : null,
    realServers: realServers.map((real) => ({ key: keyOfRealServer(real), weight: real.drain ? 0 : real.weight })),
  };
}

function whyNotTried(
  { id, enabled, floating, realServers }: DeclaredVirtualServer,
  networks: readonly PlannedNetwork[],
): string | null {
  if (!enabled) return 'it is disabled in lvs.yaml';
  if (!('fwmark' in id) && id.protocol === 'sctp') return 'SCTP: there is no client for it here';
  if ('fwmark' in id && floating.length === 0) return 'no floating address carries the mark';
  if (!realServers.some(({ drain, weight }) => !drain && weight > 0)) return 'no real server takes new connections';
  const other = realServers.find(({ forward }) => forward !== 'masq');
  if (other !== undefined) return `forwarding by "${other.forward}": only masquerading is tried`;
  const outside = realServers.find(({ address }) => networkOf(networks, address)?.purpose !== 'private');
  if (outside !== undefined) {
    return `${outside.address} is in the clients' own network: replies would not come back through the router`;
  }
  return null;
}

function probeOf({ id, floating, realServers }: DeclaredVirtualServer, anyPort: number): Endpoint | null {
  if (!('fwmark' in id)) {
    return id.protocol === 'sctp' ? null : { ...id, protocol: id.protocol, port: id.port === 0 ? anyPort : id.port };
  }
  const [address] = floating;
  const port = realServers.find((real) => real.port !== 0)?.port ?? anyPort;
  return address === undefined ? null : { protocol: 'tcp', address, port };
}
