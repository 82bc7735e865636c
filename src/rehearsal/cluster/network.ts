import { createHash } from 'node:crypto';
import { familyOf } from '../../model/ip.ts';
import type { Family } from '../../model/state.ts';
import { setUpOf } from '../topology/set-up.ts';
import type { Host, RealServerHost, Route, Topology } from '../topology/topology.ts';
import { networkNamespaceFile } from './host.ts';
import { missingModules } from './modules.ts';
import { runWell } from './process.ts';

/** The end of an interface's cable in the switch. */
export interface Port {
  readonly name: string;
  readonly host: string;
  readonly device: string;
  /** The bridge that it is plugged into. */
  readonly bridge: string;
}

/** Numbers of routing tables. */
const tables = { main: 254, replies: 100 } as const;

/** All ports; their names depend on nothing but the topology, so that they need not be remembered. */
export function portsOf(topology: Topology): readonly Port[] {
  const bridges = new Map(topology.networks.map(({ name }, index) => [name, `br${index}`]));
  return allHosts(topology)
    .flatMap(({ name, interfaces }) => interfaces.map((each) => ({ host: name, ...each })))
    .map(({ host, device, network }, index) => ({
      name: `p${index}`,
      host,
      device,
      bridge: bridges.get(network) ?? '',
    }));
}

export function allHosts({ client, gateway, routers, realServers }: Topology): readonly Host[] {
  return [client, ...routers, ...realServers, ...(gateway === null ? [] : [gateway])];
}

/** Makes the networks and the hosts' network namespaces, and plugs everything in. */
export async function buildNetworks(topology: Topology): Promise<void> {
  const bridges = topology.networks.map((_, index) => `br${index}`);
  await batch([
    ...bridges.flatMap((name) => [`link add ${name} type bridge mcast_snooping 0`, `link set ${name} up`]),
    ...allHosts(topology).map(({ name }) => `netns add ${name}`),
    ...portsOf(topology).flatMap(makeCable),
  ]);
  await Promise.all(allHosts(topology).map(configure));
  const missing = await missingModules(topology);
  await Promise.all([
    ...topology.realServers.map((host) => setUpRealServer(host, missing)),
    ...(topology.gateway === null ? [] : [set(topology.gateway.name, forwarding)]),
  ]);
}

/** Gives one host its network anew, after unplugAll. */
export async function rebuildHost(topology: Topology, host: Host): Promise<void> {
  const ports = portsOf(topology).filter((port) => port.host === host.name);
  await batch([`netns add ${host.name}`, ...ports.flatMap(makeCable)]);
  await configure(host);
}

/** Takes a host off all networks at once, and forgets everything that its kernel had. */
export async function destroyHost(topology: Topology, host: Host): Promise<void> {
  const ports = portsOf(topology).filter((port) => port.host === host.name);
  await batch([...ports.map(({ name }) => `link del ${name}`), `netns del ${host.name}`]);
}

/** Takes a cable out of the switch; the host's end does not notice. */
export async function unplug({ name }: Port): Promise<void> {
  await batch([`link set ${name} nomaster`]);
}

export async function plugIn(ports: readonly Port[]): Promise<void> {
  await batch(ports.map(({ name, bridge }) => `link set ${name} master ${bridge} up`));
}

/** Lets hosts forget which hardware has which address. */
export async function forgetNeighbours(hosts: readonly Host[]): Promise<void> {
  await Promise.all(hosts.map(({ name }) => batch(['neigh flush all'], name)));
}

function makeCable(port: Port): string[] {
  const { name, host, device, bridge } = port;
  const peer = `peer name ${device} address ${hardwareAddress(port)} netns ${host}`;
  return [`link add ${name} type veth ${peer}`, `link set ${name} master ${bridge} up`];
}

/** A machine that comes back has the network cards that it had before: its neighbours still know them. */
function hardwareAddress({ host, device }: Port): string {
  const digest = createHash('sha256').update(`${host} ${device}`).digest();
  return ['02', ...(digest.subarray(0, 5).toString('hex').match(/../g) ?? [])].join(':');
}

const forwarding = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'];
/** A router on the clients' own network would tell real servers of the shorter way. */
const deafToRedirects = ['net.ipv4.conf.all.accept_redirects=0', 'net.ipv6.conf.all.accept_redirects=0'];

async function configure({ name, interfaces, routes }: Host): Promise<void> {
  await batch(
    [
      'link set lo up',
      ...interfaces.flatMap(({ device, addresses }) => [
        `link set ${device} up`,
        ...addresses.map(
          (address) => `addr add ${address} dev ${device}${familyOf(address) === 'ipv6' ? ' nodad' : ''}`,
        ),
      ]),
      ...routes.map(routeLine),
    ],
    name,
  );
}

function routeLine({ to, via, device, table }: Route): string {
  const gateway = via === null ? '' : ` via ${via}`;
  return `route add ${to}${gateway} dev ${device}${via === null ? '' : ' onlink'} table ${tables[table]}`;
}

async function setUpRealServer(host: RealServerHost, missing: readonly string[]): Promise<void> {
  const { settings, ip } = setUpOf(host, missing);
  // Before the aliases are there, so that nobody is told of them.
  await set(host.name, [...deafToRedirects, ...settings]);
  await batch(ip, host.name);
  // Rules, unlike addresses and routes, do not tell their family by themselves.
  for (const family of ['ipv4', 'ipv6'] as const) {
    const aliases = host.aliases.filter((alias) => familyOf(alias) === family);
    const rules = aliases.map((alias) => `rule add from ${alias} lookup ${tables.replies}`);
    await batch(rules, host.name, family);
  }
}

async function set(host: string, settings: readonly string[]): Promise<void> {
  await runWell(['nsenter', `--net=${networkNamespaceFile(host)}`, '--', 'sysctl', '-qw', ...settings]);
}

async function batch(lines: readonly string[], host?: string, family: Family = 'ipv4'): Promise<void> {
  if (lines.length === 0) return;
  const input = lines.map((line) => `${line}\n`).join('');
  const options = [...(host === undefined ? [] : ['-n', host]), ...(family === 'ipv6' ? ['-6'] : [])];
  await runWell(['ip', ...options, '-batch', '-'], { input });
}
