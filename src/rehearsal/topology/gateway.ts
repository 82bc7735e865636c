import type { Cluster } from '../../model/cluster.ts';
import { networkOf, type PlannedNetwork } from './networks.ts';
import type { ProbePlan } from './probes.ts';
import { takeAddress, withAssumedPrefix } from './subnets.ts';
import type { Host } from './topology.ts';

/** Last part of its addresses, where it is free. */
const preferredNumber = 1;

/**
 * The gateway by which real servers answer clients that are on another network: direct routing and tunnels take no way back by
 * the routers. Null where there are no such real servers.
 */
export function gatewayHost(
  { virtualServers }: Cluster,
  networks: readonly PlannedNetwork[],
  probes: ReadonlyMap<string, ProbePlan>,
  taken: Set<string>,
  names: readonly string[],
): Host | null {
  const away = new Set<PlannedNetwork>();
  for (const { name, realServers } of virtualServers) {
    for (const { address: probe } of probes.get(name)?.endpoints ?? []) {
      for (const { address, forward } of realServers) {
        const network = networkOf(networks, address);
        if (forward !== 'masq' && network !== undefined && network !== networkOf(networks, probe)) away.add(network);
      }
    }
  }
  if (away.size === 0) return null;
  const interfaces = networks
    .filter((network) => network.clients || away.has(network))
    .map(({ name, subnets }, index) => ({
      device: `eth${index}`,
      network: name,
      addresses: subnets.map((subnet) => withAssumedPrefix(takeAddress(subnet, preferredNumber, taken))),
    }));
  return { name: names.includes('gateway') ? 'the-gateway' : 'gateway', interfaces, routes: [] };
}
