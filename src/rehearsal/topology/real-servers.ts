import type { Cluster } from '../../model/cluster.ts';
import { familyOf } from '../../model/ip.ts';
import { networkOf, type PlannedNetwork } from './networks.ts';
import { subnetAround, withAssumedPrefix } from './subnets.ts';
import { listenerOf } from './targets.ts';
import type { Endpoint, Interface, RealServerHost, RouterHost } from './topology.ts';

/** Each host costs a process that takes half a second to start; beyond this many, real servers share hosts. */
const mostHosts = 16;

/** A host for each real server's address, each with the NAT router addresses as its default routes. */
export function realServerHosts(
  cluster: Cluster,
  networks: readonly PlannedNetwork[],
  routers: readonly RouterHost[],
): RealServerHost[] {
  const listeners = listenersByAddress(cluster);
  const addresses = [...listeners.keys()];
  const groups: string[][] = Array.from({ length: Math.min(addresses.length, mostHosts) }, () => []);
  for (const [index, address] of addresses.entries()) groups[index % mostHosts]?.push(address);
  const prefix = routers.some(({ name }) => /^rs\d+$/.test(name)) ? 'real-server' : 'rs';
  return groups.map((group, index) => {
    const interfaces = interfacesFor(group, networks);
    return {
      name: `${prefix}${index + 1}`,
      interfaces,
      defaultRoutes: defaultRoutesFor(cluster, group, interfaces, networks, routers),
      listeners: group.flatMap((address) => [...(listeners.get(address)?.values() ?? [])]),
    };
  });
}

/** Real servers that several virtual servers have, on the same port, listen there once. */
function listenersByAddress(cluster: Cluster): Map<string, Map<string, Endpoint>> {
  const byAddress = new Map<string, Map<string, Endpoint>>();
  for (const virtualServer of cluster.virtualServers) {
    for (const real of virtualServer.realServers) {
      const endpoints = byAddress.get(real.address) ?? new Map<string, Endpoint>();
      byAddress.set(real.address, endpoints);
      const listener = listenerOf(cluster, virtualServer, real);
      if (listener !== null) endpoints.set(`${listener.protocol}/${listener.port}`, listener);
    }
  }
  return byAddress;
}

function interfacesFor(addresses: readonly string[], networks: readonly PlannedNetwork[]): Interface[] {
  const networkNames = addresses.map((address) => networkOf(networks, address)?.name);
  return networks
    .filter(({ name }) => networkNames.includes(name))
    .map(({ name }, index) => ({
      device: `eth${index}`,
      network: name,
      addresses: addresses.filter((_, position) => networkNames[position] === name).map(withAssumedPrefix),
    }));
}

function defaultRoutesFor(
  cluster: Cluster,
  addresses: readonly string[],
  interfaces: readonly Interface[],
  networks: readonly PlannedNetwork[],
  routers: readonly RouterHost[],
): RealServerHost['defaultRoutes'] {
  const device = interfaces[0]?.device ?? 'eth0';
  const families = [...new Set(addresses.map(familyOf))];
  return families.flatMap((family) => {
    const first = addresses.find((address) => familyOf(address) === family) ?? '';
    const floating = cluster.private?.natRouters.find(({ address }) => familyOf(address) === family)?.address;
    const via = floating ?? ownAddressIn(subnetAround(first), networkOf(networks, first)?.name, routers[0]);
    return via === undefined ? [] : [{ via, device }];
  });
}

/** Without a NAT router address the real servers can only point at a router's own. */
function ownAddressIn(subnet: string, network: string | undefined, router: RouterHost | undefined): string | undefined {
  const addresses = router?.interfaces.find((candidate) => candidate.network === network)?.addresses ?? [];
  return addresses.map((address) => address.replace(/\/\d+$/, '')).find((address) => subnetAround(address) === subnet);
}
