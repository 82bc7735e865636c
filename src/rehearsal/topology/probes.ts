import type { Cluster, DeclaredVirtualServer } from '../../model/cluster.ts';
import { familyOf } from '../../model/ip.ts';
import type { Protocol } from '../../model/state.ts';
import { familyOfVirtualServer, type PlannedNetwork } from './networks.ts';
import { takeAddress } from './subnets.ts';
import type { Endpoint, MarkRule } from './topology.ts';

/** Where one virtual server is tried. */
export interface ProbePlan {
  readonly endpoints: readonly Endpoint[];
  readonly marks: readonly MarkRule[];
  /** An address that nobody holds unless a router is given it; null: the endpoints' addresses float. */
  readonly extra: string | null;
  readonly notes: readonly string[];
}

/** Last part of an address for marks, where it is free. */
const preferredNumber = 200;
const firstOpenPort = 80;

/**
 * Where each virtual server is tried, by name. lvs.yaml does not say which ports belong to a firewall mark, nor to a virtual server
 * that takes all: two that no other one has. A mark is put on all TCP and UDP to addresses that it alone has, elsewhere on the
 * ports that are tried.
 *
 * @param taken addresses in use; those that marks are given are added
 */
export function planProbes(
  cluster: Cluster,
  networks: readonly PlannedNetwork[],
  taken: Set<string>,
): ReadonlyMap<string, ProbePlan> {
  const ports = new PortBook(cluster);
  const extra = extraAddresses(cluster, networks, taken);
  return new Map(
    cluster.virtualServers.map((virtualServer) => [
      virtualServer.name,
      'fwmark' in virtualServer.id
        ? planMark(virtualServer, virtualServer.id.fwmark, cluster, ports, extra)
        : planAddress(virtualServer.id, ports),
    ]),
  );
}

function planAddress(id: { protocol: Protocol; address: string; port: number }, ports: PortBook): ProbePlan {
  const tried = id.port === 0 ? ports.take([id.address]) : [id.port];
  const endpoints = tried.map((port) => ({ protocol: id.protocol, address: id.address, port }));
  const notes = id.port === 0 ? [`all ports: tried on ${tried.join(' and ')}`] : [];
  return { endpoints, marks: [], extra: null, notes };
}

function planMark(
  virtualServer: DeclaredVirtualServer,
  mark: number,
  { virtualServers }: Cluster,
  ports: PortBook,
  extra: (virtualServer: DeclaredVirtualServer) => string | null,
): ProbePlan {
  const given = extra(virtualServer);
  const addresses = virtualServer.floating.length > 0 ? virtualServer.floating : given === null ? [] : [given];
  const mapped = virtualServer.realServers.flatMap(({ port }) => (port === 0 ? [] : port));
  const tried = mapped[0] === undefined ? ports.take(addresses) : [ports.takeOne(addresses, mapped[0])];
  const alone = !virtualServers.some(
    (other) =>
      other !== virtualServer &&
      (other.floating.some((address) => addresses.includes(address)) || ('fwmark' in other.id && given !== null)),
  );
  const [first = firstOpenPort] = tried;
  const endpoints = addresses.flatMap((address): Endpoint[] => [
    ...tried.map((port): Endpoint => ({ protocol: 'tcp', address, port })),
    { protocol: 'udp', address, port: first },
  ]);
  const marks = alone
    ? addresses.flatMap((address) =>
        (['tcp', 'udp'] as const).map((protocol) => ({ mark, protocol, address, port: null })),
      )
    : endpoints.flatMap(({ protocol, address, port }) =>
        protocol === 'sctp' ? [] : { mark, protocol, address, port },
      );
  const where = `${addresses.join(', ')}, on ${tried.join(' and ')} (TCP) and ${first} (UDP)`;
  return {
    endpoints,
    marks,
    extra: given,
    notes: [given === null ? `the mark: tried at ${where}` : `the mark: no address floats for it; tried at ${where}`],
  };
}

/** For marks without a floating address: one address of each family, on the first of the clients' networks that has the family. */
function extraAddresses(
  { virtualServers }: Cluster,
  networks: readonly PlannedNetwork[],
  taken: Set<string>,
): (virtualServer: DeclaredVirtualServer) => string | null {
  const made = new Map<string, string>();
  for (const virtualServer of virtualServers) {
    const family = familyOfVirtualServer(virtualServer);
    if (!('fwmark' in virtualServer.id) || virtualServer.floating.length > 0 || made.has(family)) continue;
    const subnet = networks
      .filter(({ clients }) => clients)
      .flatMap(({ subnets }) => subnets)
      .find((candidate) => familyOf(candidate) === family);
    if (subnet === undefined) continue;
    made.set(family, takeAddress(subnet, preferredNumber, taken));
  }
  return (virtualServer) =>
    virtualServer.floating.length > 0 ? null : (made.get(familyOfVirtualServer(virtualServer)) ?? null);
}

/** Which ports are taken on which addresses. */
class PortBook {
  readonly #taken = new Map<string, Set<number>>();

  constructor({ virtualServers }: Cluster) {
    for (const { id } of virtualServers) if (!('fwmark' in id)) this.#of(id.address).add(id.port);
  }

  /** Two ports that are free on all of the addresses. */
  take(addresses: readonly string[]): number[] {
    const first = this.takeOne(addresses, firstOpenPort);
    return [first, this.takeOne(addresses, first + 1)];
  }

  /** The first free port from a preferred one on. */
  takeOne(addresses: readonly string[], preferred: number): number {
    let port = preferred;
    while (addresses.some((address) => this.#of(address).has(port))) port++;
    for (const address of addresses) this.#of(address).add(port);
    return port;
  }

  #of(address: string): Set<number> {
    const ports = this.#taken.get(address) ?? new Set<number>();
    this.#taken.set(address, ports);
    return ports;
  }
}
