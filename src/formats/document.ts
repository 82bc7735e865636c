import type { Settings, Value } from '../config/edit/render.ts';
import { monitoringKeys } from '../config/schema/monitoring.ts';
import { keyOfRealServer, socketAddress } from '../model/identity.ts';
import type { Tunnel, VirtualServerId } from '../model/state.ts';
import type { Imported, ImportedRealServer, ImportedVirtualServer } from './imported.ts';

/** The value of lvs.yaml, its keys in the order in which they are written. */
export function documentOf({ routers, sections, virtualServers }: Imported): Settings {
  const { public: outside, private: inside, sync, failover, timeouts, settings } = sections;
  return stated({
    routers: mapping(routers.map(({ name, spec }) => [name, stated({ ...spec })])),
    public: section(outside),
    private: section(inside),
    sync: section(sync),
    failover: section(failover),
    timeouts: section(timeouts),
    settings: section(settings),
    'virtual-servers': mapping(virtualServers.map((server) => [server.name, virtualServerSpec(server)])),
  });
}

const monitored = Object.keys(monitoringKeys) as (keyof typeof monitoringKeys)[];

/** What lvs.yaml says of one virtual server. */
export function virtualServerSpec(server: ImportedVirtualServer): Settings {
  const { id, floating, scheduler, flags, persistent, netmask, onePacket, enabled, monitoring, realServers } = server;
  const common = commonForward(realServers);
  const port = 'port' in id ? id.port : 0;
  return stated({
    address: addressText(id),
    floating: 'fwmark' in id && floating.length > 0 ? floating : undefined,
    family: 'fwmark' in id && floating.length === 0 ? id.family : undefined,
    scheduler,
    device: server.device ?? undefined,
    label: server.label ?? undefined,
    persistent: persistent ?? undefined,
    netmask: netmask ?? undefined,
    'one-packet': onePacket ? true : undefined,
    flags: flags.length === 0 ? undefined : flags,
    'persistence-engine': server.persistenceEngine ?? undefined,
    forward: common.forward === 'masq' ? undefined : common.forward,
    tunnel: tunnelSpec(common.tunnel),
    state: enabled ? undefined : 'disabled',
    ...Object.fromEntries(monitored.map((key) => [key, monitoring[key]])),
    'real-servers': realServers.map((real) => realServerSpec(real, port, common)),
  });
}

export function addressText(id: VirtualServerId): string {
  return 'fwmark' in id ? `fwmark:${id.fwmark}` : `${id.protocol}://${socketAddress(id.address, id.port)}`;
}

type Common = Pick<ImportedRealServer, 'forward' | 'tunnel'>;

/** What most real servers have, said once for the virtual server. */
function commonForward(realServers: readonly ImportedRealServer[]): Common {
  const counts = new Map<string, { readonly common: Common; count: number }>();
  for (const { forward, tunnel } of realServers) {
    const key = JSON.stringify([forward, tunnelSpec(tunnel)]);
    const seen = counts.get(key);
    if (seen === undefined) counts.set(key, { common: { forward, tunnel }, count: 1 });
    else seen.count += 1;
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most?.common ?? { forward: 'masq', tunnel: null };
}

function realServerSpec(real: ImportedRealServer, port: number, common: Common): Value {
  const { address, weight, upperThreshold, lowerThreshold, drain } = real;
  const otherTunnel = JSON.stringify(tunnelSpec(real.tunnel)) !== JSON.stringify(tunnelSpec(common.tunnel));
  const spec = stated({
    address: real.port === port ? address : keyOfRealServer(real),
    weight: weight === 1 ? undefined : weight,
    forward: real.forward === common.forward ? undefined : real.forward,
    // Without options of its own it would have those of the virtual server.
    tunnel: real.forward === 'tunnel' && otherTunnel ? (tunnelSpec(real.tunnel) ?? { type: 'ipip' }) : undefined,
    'upper-threshold': upperThreshold === 0 ? undefined : upperThreshold,
    'lower-threshold': lowerThreshold === 0 ? undefined : lowerThreshold,
    state: drain ? 'drain' : undefined,
  });
  return Object.keys(spec).length === 1 ? (spec.address ?? spec) : spec;
}

/** Undefined where it has no options. */
function tunnelSpec(tunnel: Tunnel | null): Settings | undefined {
  if (tunnel === null) return undefined;
  const spec = stated({
    type: tunnel.type === 'ipip' ? undefined : tunnel.type,
    port: tunnel.port ?? undefined,
    checksum: tunnel.checksum === 'none' ? undefined : tunnel.checksum,
  });
  return Object.keys(spec).length === 0 ? undefined : spec;
}

function section(value: object | null | undefined): Settings | undefined {
  const spec = stated({ ...value } as Record<string, Value | undefined>);
  return Object.keys(spec).length === 0 ? undefined : spec;
}

function mapping(entries: readonly (readonly [string, Value])[]): Settings | undefined {
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function stated(pairs: Readonly<Record<string, Value | undefined>>): Settings {
  return Object.fromEntries(Object.entries(pairs).filter((pair): pair is [string, Value] => pair[1] !== undefined));
}
