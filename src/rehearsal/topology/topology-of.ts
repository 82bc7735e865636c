import { isIP } from 'node:net';
import type { Cluster, Router } from '../../model/cluster.ts';
import { familyOf, fullPrefix } from '../../model/ip.ts';
import { gatewayHost } from './gateway.ts';
import { networkOf, type PlannedNetwork, planNetworks } from './networks.ts';
import { type ProbePlan, planProbes } from './probes.ts';
import { realServerHosts } from './real-servers.ts';
import { sshOf } from './ssh.ts';
import { subnetAround, takeAddress, withAssumedPrefix, withoutPrefix } from './subnets.ts';
import { targetsOf } from './targets.ts';
import type { Host, Interface, RouterHost, Topology } from './topology.ts';

/** Without `routers:`, this machine alone is the router. */
const onlyRouter: Router = { name: 'lvs1', ssh: ['root@lvs1'], sudo: false, devices: new Map() };

/** As many addresses the client has where one client is to be told from another. */
const persistentClients = 3;

/** Last parts of addresses that lvs.yaml does not give, where they are free. */
const preferredNumber = { firstRouter: 11, client: 100 } as const;

/**
 * The hosts and networks of the cluster that an lvs.yaml describes. What the file does not say is supposed: that networks are
 * /24 (IPv6: /64), and the routers' and the client's own addresses.
 */
export function topologyOf(cluster: Cluster): Topology {
  const networks = planNetworks(cluster);
  const taken = addressesInUse(cluster);
  const occupied = ownAddresses(cluster);
  const routers = cluster.routers.length === 0 ? [onlyRouter] : cluster.routers;
  const routerHosts = routers.map((router, index) =>
    routerHost(router, networks, taken, preferredNumber.firstRouter + index),
  );
  const client = clientHost(cluster, networks, taken, routers);
  const probes = planProbes(cluster, networks, taken);
  const names = [client.name, ...routers.map(({ name }) => name)];
  const gateway = gatewayHost(cluster, networks, probes, taken, names);
  const realServers = realServerHosts({
    ...{ cluster, networks, routers: routerHosts, client, gateway, probes, occupied, taken },
  });
  return {
    networks: networks.map(({ name, purpose, subnets }) => ({ name, purpose, subnets })),
    client,
    gateway,
    routers: routerHosts.map((host, index) => (index === 0 ? withExtraAddresses(host, networks, probes) : host)),
    realServers,
    targets: targetsOf({ cluster, networks, client, routers: routerHosts, realServers, probes, occupied }),
    floating: floatingAddresses(cluster),
    synchronised: cluster.sync !== null,
  };
}

/** Addresses that are given to the first router because its marks need one. */
function withExtraAddresses(
  host: RouterHost,
  networks: readonly PlannedNetwork[],
  probes: ReadonlyMap<string, ProbePlan>,
): RouterHost {
  const extra = [...new Set([...probes.values()].flatMap((plan) => plan.extra ?? []))];
  return {
    ...host,
    interfaces: host.interfaces.map((each) => {
      const own = extra.filter((address) => networkOf(networks, address)?.name === each.network);
      const whole = own.map((address) => `${address}/${fullPrefix(familyOf(address))}`);
      return { ...each, addresses: [...each.addresses, ...whole] };
    }),
  };
}

/** Those that are on routers, so that no real server of that address has a machine of its own. */
function ownAddresses(cluster: Cluster): Set<string> {
  const floating = cluster.virtualServers.flatMap((virtualServer) => virtualServer.floating);
  const natRouters = cluster.private?.natRouters.map(({ address }) => address) ?? [];
  const loopback = cluster.virtualServers
    .flatMap(({ realServers }) => realServers.map(({ address }) => address))
    .filter((address) => address.startsWith('127.') || address === '::1');
  return new Set([
    ...floating,
    ...natRouters,
    ...cluster.routers.flatMap(({ ssh }) => sshOf(ssh).map(({ host }) => host)),
    ...loopback,
  ]);
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
    ...cluster.routers.flatMap(({ ssh }) => sshOf(ssh).map(({ host }) => host)),
  ]);
}

function routerHost(
  router: Router,
  networks: readonly PlannedNetwork[],
  taken: Set<string>,
  number: number,
): RouterHost {
  const ways = sshOf(router.ssh);
  const given = ways.map(({ host }) => host).filter((host) => isIP(host) !== 0);
  const isReachedOver = (network: PlannedNetwork) =>
    given.length === 0 || given.some((address) => networkOf(networks, address) === network);
  const interfaces = networks
    .filter((network) => network.purpose !== 'management' || isReachedOver(network))
    .map((network): Interface => {
      const addresses = network.subnets.flatMap((subnet) => {
        const own = given.filter((address) => subnetAround(address) === subnet);
        return own.length > 0 ? own : [takeAddress(subnet, number, taken)];
      });
      const device = router.devices.get(network.device) ?? network.device;
      return { device, network: network.name, addresses: addresses.map(withAssumedPrefix) };
    });
  const addressOf = (host: string) => (isIP(host) === 0 ? (given[0] ?? reachableAddress(interfaces, networks)) : host);
  const ssh = ways.map((way) => ({ ...way, address: addressOf(way.host) }));
  return { name: router.name, interfaces, routes: [], ssh };
}

/** Where a router is reached whose lvs.yaml gives a name: on the private network rather than the public one. */
function reachableAddress(interfaces: readonly Interface[], networks: readonly PlannedNetwork[]): string {
  const order = ['management', 'private', 'synchronisation', 'public'] as const;
  const byPurpose = order.flatMap((purpose) =>
    interfaces.filter(({ network }) => networks.find(({ name }) => name === network)?.purpose === purpose),
  );
  const address = byPurpose[0]?.addresses[0];
  if (address === undefined) throw new RangeError('a router needs a network');
  return withoutPrefix(address);
}

/** With more than one address where persistent virtual servers have to tell clients apart. */
function clientHost(
  { virtualServers }: Cluster,
  networks: readonly PlannedNetwork[],
  taken: Set<string>,
  routers: readonly Router[],
): Host {
  const count = virtualServers.some(({ persistent }) => persistent !== null) ? persistentClients : 1;
  const interfaces = networks
    .filter(({ clients }) => clients)
    .map(({ name, subnets }, index) => ({
      device: `eth${index}`,
      network: name,
      addresses: subnets.flatMap((subnet) =>
        Array.from({ length: count }, () => withAssumedPrefix(takeAddress(subnet, preferredNumber.client, taken))),
      ),
    }));
  const name = routers.some((router) => router.name === 'client') ? 'the-client' : 'client';
  return { name, interfaces, routes: [] };
}
