import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../../model/cluster.ts';
import { socketAddress } from '../../model/identity.ts';
import { familyOf } from '../../model/ip.ts';
import type { Family } from '../../model/state.ts';
import { familyOfVirtualServer, networkOf, type PlannedNetwork } from './networks.ts';
import type { ProbePlan } from './probes.ts';
import { takeAddress, withAssumedPrefix } from './subnets.ts';
import type { Decapsulator, Endpoint, Host, Interface, Listener, RealServerHost, RouterHost } from './topology.ts';
import { routesByRouter, routesForReplies } from './ways-back.ts';

/** Each host costs a process that takes half a second to start; beyond this many, real servers share hosts. */
const mostHosts = 16;
/** Of hosts whose real servers answer clients themselves, which tell each other apart by their hosts alone. */
export const mostDirectHosts = 32;
/** Last part of an address of a family that a real server has none of in lvs.yaml, where it is free. */
const preferredNumber = 150;

/** What the hosts of real servers are planned from. */
export interface RealServerSurroundings {
  readonly cluster: Cluster;
  readonly networks: readonly PlannedNetwork[];
  readonly routers: readonly RouterHost[];
  readonly client: Host;
  readonly gateway: Host | null;
  readonly probes: ReadonlyMap<string, ProbePlan>;
  /** Addresses that are no hosts of their own: the routers', floating ones. */
  readonly occupied: ReadonlySet<string>;
  /** All addresses in use; those that are given are added. */
  readonly taken: Set<string>;
}

/** A real server of one virtual server. */
export interface Service {
  readonly virtualServer: DeclaredVirtualServer;
  readonly real: DeclaredRealServer;
  readonly probes: readonly Endpoint[];
}

/** A host for each real server's address, with its way back to the clients. */
export function realServerHosts(surroundings: RealServerSurroundings): RealServerHost[] {
  const services = servicesByAddress(surroundings);
  const groups = hostGroups(services);
  const prefix = surroundings.routers.some(({ name }) => /^rs\d+$/.test(name)) ? 'real-server' : 'rs';
  return groups.map((group, index) => {
    const own = group.flatMap((address) => services.get(address) ?? []);
    const interfaces = interfacesFor(own, surroundings);
    return {
      name: `${prefix}${index + 1}`,
      interfaces,
      routes: [...routesByRouter(surroundings, own, interfaces), ...routesForReplies(surroundings, own, interfaces)],
      listeners: distinct(own.flatMap(listenersOf)),
      aliases: [...new Set(own.filter(answersItself).flatMap(({ probes }) => probes.map(({ address }) => address)))],
      decapsulators: distinct(own.flatMap(({ virtualServer, real }) => decapsulatorOf(virtualServer, real))),
    };
  });
}

/** Whether its answers do not pass the routers. */
export function answersItself({ real }: Service): boolean {
  return real.forward !== 'masq';
}

function servicesByAddress({ cluster, probes, occupied }: RealServerSurroundings): Map<string, Service[]> {
  const byAddress = new Map<string, Service[]>();
  for (const virtualServer of cluster.virtualServers) {
    for (const real of virtualServer.realServers) {
      if (occupied.has(real.address)) continue;
      const services = byAddress.get(real.address) ?? [];
      byAddress.set(real.address, services);
      services.push({ virtualServer, real, probes: probes.get(virtualServer.name)?.endpoints ?? [] });
    }
  }
  return byAddress;
}

function hostGroups(services: ReadonlyMap<string, readonly Service[]>): string[][] {
  const addresses = [...services.keys()];
  const direct = addresses.filter((address) => services.get(address)?.some(answersItself));
  const groups: string[][] = direct.slice(0, mostDirectHosts).map((address) => [address]);
  for (const [index, address] of direct.slice(mostDirectHosts).entries())
    groups[index % mostDirectHosts]?.push(address);
  const behind = addresses.filter((address) => !direct.includes(address));
  const room = Math.max(1, mostHosts - groups.length);
  const others: string[][] = Array.from({ length: Math.min(behind.length, room) }, () => []);
  for (const [index, address] of behind.entries()) others[index % room]?.push(address);
  // In the order of lvs.yaml, as hosts are counted.
  return [...groups, ...others].sort((a, b) => addresses.indexOf(a[0] ?? '') - addresses.indexOf(b[0] ?? ''));
}

/** An address for each real server, and one of the other family where it answers clients in that. */
function interfacesFor(services: readonly Service[], { networks, taken }: RealServerSurroundings): Interface[] {
  const on = (network: PlannedNetwork) =>
    services.filter(({ real }) => networkOf(networks, real.address)?.name === network.name);
  return networks
    .filter((network) => on(network).length > 0)
    .map((network, index) => {
      const own = [...new Set(on(network).map(({ real }) => real.address))];
      const lacking = [...new Set(on(network).filter(answersItself).map(familyOfAnswers))]
        .filter((family) => !own.some((address) => familyOf(address) === family))
        .flatMap((family) => network.subnets.find((subnet) => familyOf(subnet) === family) ?? []);
      const given = lacking.map((subnet) => takeAddress(subnet, preferredNumber, taken));
      return { device: `eth${index}`, network: network.name, addresses: [...own, ...given].map(withAssumedPrefix) };
    });
}

function familyOfAnswers({ virtualServer }: Service): Family {
  return familyOfVirtualServer(virtualServer);
}

function listenersOf({ real, probes }: Service): Listener[] {
  return probes.map(({ protocol, address, port }) => {
    if (real.forward !== 'masq') return { protocol, address, port, by: socketAddress(real.address, port) };
    const own = real.port === 0 ? port : real.port;
    return { protocol, address: real.address, port: own, by: socketAddress(real.address, own) };
  });
}

/** What a real server needs so that a virtual server's packets reach it through a tunnel; nothing without one. */
export function decapsulatorOf(virtualServer: DeclaredVirtualServer, real: DeclaredRealServer): Decapsulator[] {
  if (real.tunnel === null) return [];
  const { type, port, checksum } = real.tunnel;
  const inner = familyOfVirtualServer(virtualServer);
  return [{ address: real.address, inner, type, port, checksum: type === 'gre' && checksum === 'csum' }];
}

/** Several virtual servers may want the same of a host; listeners are the same where they listen at the same place. */
function distinct<T extends object>(all: readonly T[]): T[] {
  const key = (each: T) => JSON.stringify({ ...each, by: undefined });
  return [...new Map([...all].reverse().map((each) => [key(each), each])).values()].reverse();
}
