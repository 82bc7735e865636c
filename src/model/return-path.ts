import type { Cluster, DeclaredRealServer } from './cluster.ts';
import { familyOf } from './ip.ts';
import type { Family } from './state.ts';

/** Real servers of a pair under masq for which no declared address can be the default gateway and move with the active router. */
export function withoutGateway(cluster: Cluster): DeclaredRealServer[] {
  if (cluster.routers.length < 2) return [];
  const gateways = gatewayFamilies(cluster);
  return cluster.virtualServers
    .filter(({ enabled }) => enabled)
    .flatMap(({ realServers }) => realServers)
    .filter(({ address, forward }) => forward === 'masq' && !gateways.has(familyOf(address)));
}

/** NAT router addresses, and virtual servers' addresses on the private device. */
function gatewayFamilies({ private: inside, public: outside, virtualServers }: Cluster): Set<Family> {
  const natRouters = inside?.natRouters.map(({ address }) => address) ?? [];
  const within = virtualServers
    .filter(({ enabled, device }) => enabled && inside !== null && (device ?? outside?.device) === inside.device)
    .flatMap(({ floating }) => floating);
  return new Set([...natRouters, ...within].map(familyOf));
}

/** What is to be said of a pair that loses its replies with the first failover, a line for each family. */
export function returnPathNotes(cluster: Cluster): string[] {
  const families = new Set(withoutGateway(cluster).map(({ address }) => familyOf(address)));
  return [...families].map((family) => {
    const words = family === 'ipv6' ? 'IPv6' : 'IPv4';
    return `no NAT router address of ${words} is declared: after a failover, replies of the real servers under masq do not pass the new active router (declare "private: { device: DEVICE, nat-router: ADDRESS }", and make it their default gateway)`;
  });
}
