import { familyOf } from '../../model/ip.ts';
import type { Family } from '../../model/state.ts';
import { networkOf } from './networks.ts';
import { answersItself, type RealServerSurroundings, type Service } from './real-servers.ts';
import { subnetAround, withoutPrefix } from './subnets.ts';
import type { Host, Interface, Route } from './topology.ts';

/** What a real server's default route is supposed to be. */
export interface WayBack {
  readonly via: string;
  /** A NAT router address that floats on its network; else any address that floats there; else the first router's own. */
  readonly kind: 'nat-router' | 'floating' | 'own';
}

/** The way by which a masqueraded real server answers; null where no router is on its network. */
export function wayBack(
  real: string,
  { cluster, networks, routers }: Pick<RealServerSurroundings, 'cluster' | 'networks' | 'routers'>,
): WayBack | null {
  const network = networkOf(networks, real);
  const natRouter = cluster.private?.natRouters.find(
    ({ address }) => familyOf(address) === familyOf(real) && networkOf(networks, address) === network,
  );
  if (natRouter !== undefined) return { via: natRouter.address, kind: 'nat-router' };
  const floating = cluster.virtualServers
    .filter(({ enabled }) => enabled)
    .flatMap((virtualServer) => virtualServer.floating)
    .find((address) => subnetAround(address) === subnetAround(real));
  if (floating !== undefined) return { via: floating, kind: 'floating' };
  const own = routers[0]?.interfaces
    .filter((candidate) => candidate.network === network?.name)
    .flatMap(({ addresses }) => addresses.map(withoutPrefix))
    .find((address) => subnetAround(address) === subnetAround(real));
  return own === undefined ? null : { via: own, kind: 'own' };
}

/** The way by the router that rewrites the answers. */
export function routesByRouter(
  surroundings: RealServerSurroundings,
  services: readonly Service[],
  interfaces: readonly Interface[],
): Route[] {
  const { networks, client } = surroundings;
  const addresses = services.map(({ real }) => real.address);
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const first = addresses.find((address) => familyOf(address) === family);
    if (first === undefined) return [];
    const network = networkOf(networks, first)?.name;
    const device = interfaces.find((each) => each.network === network)?.device ?? 'eth0';
    const via = wayBack(first, surroundings)?.via;
    if (via === undefined) return [];
    const masq = services.some(({ real }) => real.forward === 'masq' && familyOf(real.address) === family);
    const neighbours = masq ? clientsBeside(client, interfaces, family) : [];
    return ['default', ...neighbours].map((to): Route => ({ to, via, device, table: 'main' }));
  });
}

/** Clients of the same subnet stand for others farther away, to which the answers go by way of the router. */
function clientsBeside(client: Host, interfaces: readonly Interface[], family: Family): string[] {
  const own = interfaces.flatMap(({ network, addresses }) => addresses.map((each) => `${network} ${subnetOf(each)}`));
  return client.interfaces.flatMap(({ network, addresses }) =>
    addresses
      .filter((each) => own.includes(`${network} ${subnetOf(each)}`))
      .map(withoutPrefix)
      .filter((address) => familyOf(address) === family),
  );
}

/** The way of answers that pass no router: to clients on the same network, or by the gateway. */
export function routesForReplies(
  { networks, gateway }: RealServerSurroundings,
  services: readonly Service[],
  interfaces: readonly Interface[],
): Route[] {
  const routes = services.filter(answersItself).flatMap(({ real, probes }) =>
    probes.flatMap(({ address }): Route[] => {
      const network = networkOf(networks, real.address)?.name;
      const device = interfaces.find((each) => each.network === network)?.device;
      if (device === undefined) return [];
      const to = subnetAround(address);
      if (networkOf(networks, address)?.name === network) return [{ to, via: null, device, table: 'replies' }];
      const leg = gateway?.interfaces.find((each) => each.network === network)?.addresses.map(withoutPrefix);
      const via = leg?.find((candidate) => familyOf(candidate) === familyOf(address));
      return via === undefined ? [] : [{ to, via, device, table: 'replies' }];
    }),
  );
  // The first real server of a host decides, as the kernel takes one route to a subnet.
  return [...new Map(routes.map((route) => [route.to, route])).values()];
}

function subnetOf(addressWithPrefix: string): string {
  return subnetAround(withoutPrefix(addressWithPrefix));
}
