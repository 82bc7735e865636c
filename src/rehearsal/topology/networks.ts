import { isIP } from 'node:net';
import type { Cluster, DeclaredVirtualServer } from '../../model/cluster.ts';
import { familyOf } from '../../model/ip.ts';
import type { Family } from '../../model/state.ts';
import { sshOf } from './ssh.ts';
import { subnetAround } from './subnets.ts';
import type { Network } from './topology.ts';

export interface PlannedNetwork {
  readonly name: string;
  readonly purpose: Network['purpose'];
  /** The routers' device on it, as lvs.yaml calls it. */
  readonly device: string;
  readonly subnets: string[];
  /** Whether clients are on it: it carries addresses of virtual servers. */
  clients: boolean;
}

/**
 * The networks of a cluster, with the subnets that its addresses let one suppose. A subnet is on one network only: the first
 * that claims it, and public devices come first.
 */
export function planNetworks(cluster: Cluster): readonly PlannedNetwork[] {
  const networks: PlannedNetwork[] = [];
  const privateDevice = cluster.private?.device;

  for (const { device, address } of floatingAddresses(cluster)) {
    const network = attach(networks, device, device === privateDevice ? 'private' : 'public');
    claim(networks, network, address);
    network.clients = true;
  }
  if (cluster.public !== null) attach(networks, cluster.public.device, 'public').clients = true;
  // Marks for which no address floats have to come from somewhere.
  const homelessMarks = cluster.virtualServers.some(({ id, floating }) => 'fwmark' in id && floating.length === 0);
  if (homelessMarks && !networks.some(({ clients }) => clients)) {
    attach(networks, unusedDevice(networks, cluster), 'public').clients = true;
  }

  const own = privateDevice ?? unusedDevice(networks, cluster);
  const reals = cluster.virtualServers.flatMap(({ realServers }) => realServers.map(({ address }) => address));
  const inside = [...(cluster.private?.natRouters.map(({ address }) => address) ?? []), ...reals];
  const homeless = inside.filter((address) => networkOf(networks, address) === undefined);
  if (privateDevice !== undefined || homeless.length > 0) {
    const network = attach(networks, own, 'private');
    for (const address of homeless) claim(networks, network, address);
  }

  if (cluster.sync !== null) attach(networks, cluster.sync.device, 'synchronisation');
  planManagement(networks, cluster);
  giveSubnets(networks);
  giveOtherFamilies(networks, cluster);
  return networks;
}

/** The network that has the subnet which an address is in. */
export function networkOf(networks: readonly PlannedNetwork[], address: string): PlannedNetwork | undefined {
  const subnet = subnetAround(address);
  return networks.find(({ subnets }) => subnets.includes(subnet));
}

/** Every floating address of a virtual server, with its device. */
function floatingAddresses(cluster: Cluster): { device: string; address: string }[] {
  return cluster.virtualServers.flatMap(({ floating, device }) =>
    floating.map((address) => ({ device: device ?? cluster.public?.device ?? 'eth0', address })),
  );
}

/** Routers whose ssh address is on none of the cluster's networks are reached over one more. */
function planManagement(networks: PlannedNetwork[], cluster: Cluster): void {
  const own = cluster.routers.map(({ ssh }) => sshOf(ssh).flatMap(({ host }) => (isIP(host) === 0 ? [] : [host])));
  const addresses = own.flat();
  const homeless = addresses.filter((address) => networkOf(networks, address) === undefined);
  const hasNames = own.some((each) => each.length === 0);
  if (homeless.length === 0 && !(hasNames && networks.length === 0)) return;
  const network = attach(networks, 'mgmt0', 'management');
  for (const address of homeless) claim(networks, network, address);
}

/** A network without an address in lvs.yaml gets a subnet of those that are kept for experiments. */
function giveSubnets(networks: readonly PlannedNetwork[]): void {
  for (const [index, network] of networks.entries()) {
    if (network.subnets.length === 0) claim(networks, network, experimental(index, 'ipv4'));
  }
}

/** Real servers that answer clients themselves do so in the clients' family, also where the tunnel to them is of the other. */
function giveOtherFamilies(networks: readonly PlannedNetwork[], cluster: Cluster): void {
  const give = (network: PlannedNetwork | undefined, family: Family) => {
    if (network === undefined || hasFamily(network, family)) return;
    claim(networks, network, experimental(networks.indexOf(network), family));
  };
  for (const virtualServer of cluster.virtualServers) {
    const family = familyOfVirtualServer(virtualServer);
    for (const { address, forward } of virtualServer.realServers) {
      if (forward !== 'masq') give(networkOf(networks, address), family);
    }
    if (virtualServer.floating.length > 0 || networks.some((one) => one.clients && hasFamily(one, family))) continue;
    give(
      networks.find(({ clients }) => clients),
      family,
    );
  }
}

/** Of its packets from clients. */
export function familyOfVirtualServer({ id }: DeclaredVirtualServer): Family {
  return 'fwmark' in id ? id.family : familyOf(id.address);
}

function hasFamily({ subnets }: PlannedNetwork, family: Family): boolean {
  return subnets.some((subnet) => familyOf(subnet) === family);
}

/** Networks for experiments: RFC 2544, and RFC 5180 for IPv6. */
function experimental(index: number, family: Family): string {
  return family === 'ipv4' ? `198.18.${index}.0` : `2001:2:0:${(index + 1).toString(16)}::`;
}

function attach(networks: PlannedNetwork[], device: string, purpose: Network['purpose']): PlannedNetwork {
  const present = networks.find((network) => network.device === device);
  if (present !== undefined) return present;
  const name = networks.some((network) => network.purpose === purpose) ? `${purpose}-${device}` : purpose;
  const network: PlannedNetwork = { name, purpose, device, subnets: [], clients: false };
  networks.push(network);
  return network;
}

function claim(networks: readonly PlannedNetwork[], network: PlannedNetwork, address: string): void {
  if (networkOf(networks, address) === undefined) network.subnets.push(subnetAround(address));
}

function unusedDevice(networks: readonly PlannedNetwork[], cluster: Cluster): string {
  const used = new Set([...networks.map(({ device }) => device), cluster.sync?.device]);
  for (let number = 1; ; number++) {
    if (!used.has(`eth${number}`)) return `eth${number}`;
  }
}
