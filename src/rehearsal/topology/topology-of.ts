import { isIP } from 'node:net';
import type { Cluster, Router } from '../../model/cluster.ts';
import { networkOf, type PlannedNetwork, planNetworks } from './networks.ts';
import { realServerHosts } from './real-servers.ts';
import { sshOf } from './ssh.ts';
import { freeAddress, subnetAround, withAssumedPrefix } from './subnets.ts';
import { targetsOf } from './targets.ts';
import type { Host, Interface, RouterHost, Topology } from './topology.ts';

/** Without `routers:`, this machine alone is the router. */
const onlyRouter: Router = { name: 'lvs1', ssh: 'root@lvs1', sudo: false, devices: new Map() };

/** Last parts of addresses that lvs.yaml does not give, where they are free. */
const preferredNumber = { firstRouter: 11, client: 100 } as const;

/**
 * The hosts and networks of the cluster that an lvs.yaml describes. What the file does not say is supposed: that networks are
 * /24 (IPv6: /64), and the routers' and the client's own addresses.
 */
export function topologyOf(cluster: Cluster): Topology {
  const networks = planNetworks(cluster);
  const taken = addressesInUse(cluster);
  const routers = cluster.routers.length === 0 ? [onlyRouter] : cluster.routers;
  const routerHosts = routers.map((router, index) =>
    routerHost(router, networks, taken, preferredNumber.firstRouter + index),
  );
  return {
    networks: networks.map(({ name, purpose, subnets }) => ({ name, purpose, subnets })),
    client: clientHost(networks, taken, routers),
    routers: routerHosts,
    realServers: realServerHosts(cluster, networks, routerHosts),
    targets: targetsOf(cluster, networks),
    floating: floatingAddresses(cluster),
    synchronised: cluster.sync !== null,
  };
}

/** Those of virtual servers that are disabled are nowhere. */
function floatingAddresses(cluster: Cluster): string[] {
  const enabled = cluster.virtualServers.filter((virtualServer) => virtualServer.enabled);
  const natRouters = cluster.private?.natRouters ?? [];
  return [...new Set([...enabled.flatMap(({ floating }) => floating), ...natRouters.map(({ address }) => address)])];
}

function addressesInUse(cluster: Cluster): Set<string> {
  return new Set([
    ...cluster.virtualServers.flatMap(({ floating, realServers }) => [
      ...floating,
      ...realServers.map(({ address }) => address),
    ]),
    ...(cluster.private?.natRouters.map(({ address }) => address) ?? []),
    ...cluster.routers.map(({ ssh }) => sshOf(ssh).host),
  ]);
}

function routerHost(
  router: Router,
  networks: readonly PlannedNetwork[],
  taken: Set<string>,
  number: number,
): RouterHost {
  const { user, host, port } = sshOf(router.ssh);
  const given = isIP(host) === 0 ? null : host;
  const interfaces = networks
    .filter((network) => network.purpose !== 'management' || given === null || networkOf(networks, given) === network)
    .map((network): Interface => {
      const addresses = network.subnets.map((subnet) =>
        given !== null && subnetAround(given) === subnet ? given : take(subnet, number, taken),
      );
      const device = router.devices.get(network.device) ?? network.device;
      return { device, network: network.name, addresses: addresses.map(withAssumedPrefix) };
    });
  const address = given ?? reachableAddress(interfaces, networks);
  return { name: router.name, interfaces, defaultRoutes: [], ssh: { user, host, address, port } };
}

/** Where a router is reached whose lvs.yaml gives a name: on the private network rather than the public one. */
function reachableAddress(interfaces: readonly Interface[], networks: readonly PlannedNetwork[]): string {
  const order = ['management', 'private', 'synchronisation', 'public'] as const;
  const byPurpose = order.flatMap((purpose) =>
    interfaces.filter(({ network }) => networks.find(({ name }) => name === network)?.purpose === purpose),
  );
  const address = byPurpose[0]?.addresses[0];
  if (address === undefined) throw new RangeError('a router needs a network');
  return address.replace(/\/\d+$/, '');
}

function clientHost(networks: readonly PlannedNetwork[], taken: Set<string>, routers: readonly Router[]): Host {
  const interfaces = networks
    .filter(({ purpose }) => purpose === 'public')
    .map(({ name, subnets }, index) => ({
      device: `eth${index}`,
      network: name,
      addresses: subnets.map((subnet) => withAssumedPrefix(take(subnet, preferredNumber.client, taken))),
    }));
  const name = routers.some((router) => router.name === 'client') ? 'the-client' : 'client';
  return { name, interfaces, defaultRoutes: [] };
}

function take(subnet: string, number: number, taken: Set<string>): string {
  const address = freeAddress(subnet, number, taken);
  taken.add(address);
  return address;
}
