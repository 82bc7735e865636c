import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../../model/identity.ts';
import { fullPrefix } from '../../model/ip.ts';
import { familyOfVirtualServer, networkOf, type PlannedNetwork } from './networks.ts';
import type { ProbePlan } from './probes.ts';
import { decapsulatorOf, mostDirectHosts } from './real-servers.ts';
import { modulesOf } from './set-up.ts';
import { subnetAround, withoutPrefix } from './subnets.ts';
import type { Host, Persistence, RealServerHost, RouterHost, Target } from './topology.ts';
import { wayBack } from './ways-back.ts';

/** What targets are planned from. */
export interface TargetSurroundings {
  readonly cluster: Cluster;
  readonly networks: readonly PlannedNetwork[];
  readonly client: Host;
  readonly routers: readonly RouterHost[];
  readonly realServers: readonly RealServerHost[];
  readonly probes: ReadonlyMap<string, ProbePlan>;
  readonly occupied: ReadonlySet<string>;
}

/** Calls that are made to a virtual server that tells clients apart by them. */
const calls = ['call-1', 'call-2', 'call-3'] as const;

/** What the client tries, in the order of lvs.yaml. */
export function targetsOf(surroundings: TargetSurroundings): Target[] {
  return surroundings.cluster.virtualServers.map((virtualServer) => targetOf(virtualServer, surroundings));
}

function targetOf(virtualServer: DeclaredVirtualServer, surroundings: TargetSurroundings): Target {
  const { id, name, scheduler, floating, realServers } = virtualServer;
  const reason = whyNotTried(virtualServer, surroundings);
  const plan = surroundings.probes.get(name);
  const tried = reason === null && plan !== undefined ? plan : null;
  return {
    name,
    virtualServer: keyOfVirtualServer(id),
    protocol: 'fwmark' in id ? 'mark' : id.protocol,
    scheduler,
    persistence: persistenceOf(virtualServer, surroundings),
    probes: tried?.endpoints ?? [],
    reason,
    marks: tried?.marks ?? [],
    modules: [
      ...('protocol' in id && id.protocol === 'sctp' ? ['sctp'] : []),
      ...new Set(realServers.flatMap((real) => decapsulatorOf(virtualServer, real)).flatMap(modulesOf)),
    ],
    forwards: [...new Set(realServers.filter(takesNew).map(forwardOf))],
    notes: tried === null ? [] : [...tried.notes, ...notesOn(virtualServer, surroundings)],
    floats: floating.length > 0,
    realServers: realServers.map((real) => ({ key: keyOfRealServer(real), weight: real.drain ? 0 : real.weight })),
  };
}

function whyNotTried(
  virtualServer: DeclaredVirtualServer,
  { probes, occupied, realServers: hosts }: TargetSurroundings,
): string | null {
  const { name, enabled, realServers } = virtualServer;
  if (!enabled) return 'it is disabled in lvs.yaml';
  if ((probes.get(name)?.endpoints ?? []).length === 0) return 'no address of its family is on the clients’ networks';
  if (!realServers.some(takesNew)) return 'no real server takes new connections';
  const own = realServers.find(({ address }) => occupied.has(address));
  if (own !== undefined) return `${own.address} is no machine of its own, but a router's or a floating address`;
  const sharing = hosts.find((host) => selfAnswering(virtualServer, host).length > 1);
  if (sharing !== undefined)
    return `direct routing and tunnels to more than ${mostDirectHosts} real servers have no room here`;
  return clashingTunnels(realServers, hosts);
}

function takesNew({ drain, weight }: DeclaredRealServer): boolean {
  return !drain && weight > 0;
}

/** Real servers of a host that answer clients themselves at the same address: one cannot tell which of them did. */
function selfAnswering({ realServers }: DeclaredVirtualServer, { interfaces }: RealServerHost): string[] {
  const own = interfaces.flatMap(({ addresses }) => addresses.map(withoutPrefix));
  return [
    ...new Set(
      realServers
        .filter(({ forward, address }) => forward !== 'masq' && own.includes(address))
        .map(({ address }) => address),
    ),
  ];
}

/** A device of Linux takes GRE either with checksums or without. */
function clashingTunnels(realServers: readonly DeclaredRealServer[], hosts: readonly RealServerHost[]): string | null {
  const wanted = hosts.flatMap(({ decapsulators }) => decapsulators).filter(({ type }) => type === 'gre');
  const clash = realServers.find(
    ({ address, tunnel }) =>
      tunnel?.type === 'gre' &&
      new Set(wanted.flatMap((one) => (one.address === address ? one.checksum : []))).size > 1,
  );
  return clash === undefined
    ? null
    : `${clash.address} would need GRE with checksums and without, and a device takes one of them only`;
}

/** `masq`, `direct`, `tunnel ipip`. */
function forwardOf({ forward, tunnel }: DeclaredRealServer): string {
  return tunnel === null ? forward : `${forward} ${tunnel.type}`;
}

function persistenceOf(
  virtualServer: DeclaredVirtualServer,
  { client, networks, probes }: TargetSurroundings,
): Persistence | null {
  const { name, persistent, netmask, persistenceEngine } = virtualServer;
  const probe = probes.get(name)?.endpoints[0];
  if (persistent === null || probe === undefined) return null;
  const network = networkOf(networks, probe.address)?.name;
  const addresses = client.interfaces
    .filter((each) => each.network === network)
    .flatMap((each) => each.addresses.map(withoutPrefix))
    .filter((address) => subnetAround(address) === subnetAround(probe.address));
  if (persistenceEngine !== null) {
    const [address = ''] = addresses;
    return { callers: calls.map((call) => ({ address, call })), prefix: null };
  }
  const prefix = netmask ?? fullPrefix(familyOfVirtualServer(virtualServer));
  return { callers: addresses.map((address) => ({ address, call: null })), prefix };
}

function notesOn(virtualServer: DeclaredVirtualServer, surroundings: TargetSurroundings): string[] {
  const { cluster, client, networks } = surroundings;
  const masqueraded = virtualServer.realServers.filter(({ forward }) => forward === 'masq');
  const subnets = client.interfaces.flatMap(({ network, addresses }) =>
    addresses.map((address) => `${network} ${subnetAround(withoutPrefix(address))}`),
  );
  const beside = masqueraded.some(({ address }) =>
    subnets.includes(`${networkOf(networks, address)?.name} ${subnetAround(address)}`),
  );
  const ways = masqueraded.flatMap(({ address }) => wayBack(address, surroundings) ?? []);
  const floating = ways.find(({ kind }) => kind === 'floating');
  const own = ways.find(({ kind }) => kind === 'own');
  return [
    ...(beside ? ['masq: clients are on the real servers’ network; answers go by the router, as to others'] : []),
    ...(floating === undefined
      ? []
      : [`masq: no NAT router address floats there; the real servers’ default route is ${floating.via}, which does`]),
    ...(own === undefined || cluster.routers.length < 2
      ? []
      : [
          `masq: no NAT router address floats there; the real servers’ default route is ${own.via} of ` +
            `${cluster.routers[0]?.name}, and answers do not survive a failover`,
        ]),
    ...(masqueraded.length > 0 && virtualServer.onePacket
      ? ['masq: under one-packet answers keep the real server’s own address, which clients do not expect']
      : []),
  ];
}
