import type { Cluster, DeclaredRealServer, DeclaredVirtualServer, Router } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import { familyOf } from '../model/ip.ts';
import type { RealServer, RouterFile, SyncDaemon, Timeouts, VirtualServer } from '../model/state.ts';
import { kernelWeight } from '../weights/kernel-weight.ts';

/** A floating address as one router would hold it: with that router's device names. */
export interface FloatingAddress {
  readonly address: string;
  readonly prefix: number;
  readonly device: string;
  /** As declared; null: any will do. */
  readonly label: string | null;
  readonly role: 'virtual-server' | 'nat-router';
}

/** What lvs.yaml asks of one router. Keys are those of src/model/identity.ts. */
export interface Desired {
  readonly virtualServers: ReadonlyMap<string, VirtualServer>;
  /** Declared, but not to be in the kernel; with the addresses that carry them. */
  readonly disabled: ReadonlyMap<string, readonly string[]>;
  /** By address. */
  readonly floating: ReadonlyMap<string, FloatingAddress>;
  /** Labels for those that come, by address, where keepalived.conf has them already (see labels.ts). */
  readonly labels?: ReadonlyMap<string, string | null>;
  /** Addresses that only disabled virtual servers declare. */
  readonly retired: ReadonlySet<string>;
  /** Devices that carry floating addresses. */
  readonly devices: ReadonlySet<string>;
  readonly settings: ReadonlyMap<string, string>;
  readonly timeouts: Partial<Timeouts> | null;
  /** Null: none declared, so whatever runs is unmanaged. */
  readonly syncDaemons: readonly SyncDaemon[] | null;
  /** What is to be kept there, by path, and what is to go from there (null); empty where a run is not about files. */
  readonly files: ReadonlyMap<string, RouterFile | null>;
}

/** What `cluster` asks of `router`, whatever its monitor decides (see with-decisions.ts); null is this machine alone. */
export function desiredOn(cluster: Cluster, router: Router | null): Desired {
  const enabled = cluster.virtualServers.filter((server) => server.enabled);
  const disabled = cluster.virtualServers.filter((server) => !server.enabled);
  const deviceOn = (device: string) => router?.devices.get(device) ?? device;
  const floating = floatingAddresses(cluster, enabled, deviceOn);
  const retired = disabled.flatMap((server) => server.floating).filter((address) => !floating.has(address));
  return {
    virtualServers: new Map(enabled.map((server) => [keyOfVirtualServer(server.id), inKernel(server)])),
    disabled: new Map(disabled.map((server) => [keyOfVirtualServer(server.id), server.floating])),
    floating,
    retired: new Set(retired),
    devices: floatingDevices(cluster, deviceOn),
    settings: desiredSettings(cluster, floating),
    timeouts: cluster.timeouts,
    syncDaemons: cluster.sync === null ? null : syncDaemons(cluster.sync, deviceOn),
    files: new Map(),
  };
}

function inKernel(server: DeclaredVirtualServer): VirtualServer {
  const { id, scheduler, flags, persistent, netmask, persistenceEngine, onePacket } = server;
  const realServers = new Map(server.realServers.map((real) => [keyOfRealServer(real), realInKernel(server, real)]));
  return { id, scheduler, flags, persistent, netmask, persistenceEngine, onePacket, realServers };
}

function realInKernel(server: DeclaredVirtualServer, real: DeclaredRealServer): RealServer {
  const { address, port, forward, tunnel, upperThreshold, lowerThreshold } = real;
  return {
    address,
    port,
    forward,
    tunnel,
    weight: real.drain ? 0 : kernelWeight(server, real.weight, 1),
    upperThreshold,
    lowerThreshold,
  };
}

function floatingAddresses(
  cluster: Cluster,
  servers: readonly DeclaredVirtualServer[],
  deviceOn: (device: string) => string,
): Map<string, FloatingAddress> {
  const floating = new Map<string, FloatingAddress>();
  for (const server of servers) {
    const device = server.device ?? cluster.public?.device;
    if (device === undefined) continue;
    for (const address of server.floating) {
      const label = server.label ?? floating.get(address)?.label ?? null;
      floating.set(address, {
        address,
        prefix: familyOf(address) === 'ipv6' ? 128 : (cluster.public?.prefix ?? 32),
        device: deviceOn(device),
        label: labelOn(label, device, deviceOn(device), address),
        role: 'virtual-server',
      });
    }
  }
  for (const { address, prefix } of cluster.private?.natRouters ?? []) {
    const device = cluster.private?.device ?? '';
    floating.set(address, {
      address,
      prefix,
      device: deviceOn(device),
      label: labelOn(cluster.private?.label ?? null, device, deviceOn(device), address),
      role: 'nat-router',
    });
  }
  return floating;
}

/** A label begins with its device's name, so it follows the device when that is called something else on a router. */
function labelOn(label: string | null, device: string, deviceThere: string, address: string): string | null {
  if (label === null || familyOf(address) === 'ipv6') return null;
  return label.startsWith(device) ? deviceThere + label.slice(device.length) : label;
}

function floatingDevices(cluster: Cluster, deviceOn: (device: string) => string): Set<string> {
  const devices = [cluster.public?.device, cluster.private?.device, ...cluster.virtualServers.map((s) => s.device)];
  return new Set(devices.filter((device) => typeof device === 'string').map(deviceOn));
}

/**
 * Bytes of a message for two connections, or one of IPv6. The daemon keeps a message until it is full, or two seconds: longer
 * ones would keep from the other router what it must know when the addresses come to it.
 */
const promptLength = 88;

function syncDaemons(sync: NonNullable<Cluster['sync']>, deviceOn: (device: string) => string): SyncDaemon[] {
  const { id, maxLength } = sync;
  const device = deviceOn(sync.device);
  return (['master', 'backup'] as const).map((role) => ({ role, device, id, maxLength: maxLength ?? promptLength }));
}

function desiredSettings(cluster: Cluster, floating: ReadonlyMap<string, FloatingAddress>): Map<string, string> {
  const settings = new Map<string, string>();
  if (cluster.sync !== null) {
    // Every connection is synchronised from its first packet on, and refreshed every 10 s rather than with each packet.
    settings.set('net.ipv4.vs.sync_threshold', '0 1');
    settings.set('net.ipv4.vs.sync_refresh_period', '10');
  }
  for (const [name, value] of cluster.settings) settings.set(`net.ipv4.vs.${name}`, value);
  for (const address of floating.values()) for (const [name, value] of settingsOf(address)) settings.set(name, value);
  return settings;
}

/**
 * What a floating address needs of the kernel: one of IPv6 is usable at once, and announced, only without duplicate-address
 * detection and with ndisc_notify.
 */
export function settingsOf({ address, device }: FloatingAddress): [name: string, value: string][] {
  if (familyOf(address) !== 'ipv6') return [];
  const path = device.replaceAll('.', '/');
  return [
    ['net.ipv6.conf.all.accept_dad', '0'],
    [`net.ipv6.conf.${path}.accept_dad`, '0'],
    [`net.ipv6.conf.${path}.ndisc_notify`, '1'],
  ];
}
