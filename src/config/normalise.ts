import type { Cluster, DeclaredRealServer, DeclaredVirtualServer, Router } from '../model/cluster.ts';
import { familyOf } from '../model/ip.ts';
import type { Tunnel } from '../model/state.ts';
import type { Draft, DraftRealServer, DraftRouter, DraftVirtualServer } from './draft.ts';
import { idOf, portOf } from './identity.ts';
import { checkOf, loadOf, sorryServerOf } from './normalise-monitoring.ts';
import { deviceOf, labelOf, natRoutersOf, type Placement, placementsOf } from './placement.ts';
import type { RealServerSpec } from './schema/real-server.ts';
import { parseDuration } from './words/duration.ts';
import { parseNetmask } from './words/netmask.ts';
import { parsedOrNull } from './words/problem.ts';

/** The cluster of a draft without mistakes: canonical, and with every default filled in. */
export function normalise(draft: Draft): Cluster {
  const { public: outside, private: inside, sync, failover, timeouts, settings } = draft.sections;
  const placements = placementsOf(draft);
  return {
    routers: draft.routers.map(routerOf),
    public: outside ? { device: outside.device, prefix: outside.prefix ?? 32 } : null,
    private: inside ? { device: inside.device, natRouters: natRoutersOf(draft), label: inside.label ?? null } : null,
    sync: sync ? { device: sync.device, id: sync.id ?? 0, maxLength: sync['max-length'] ?? null } : null,
    failover: {
      engine: failover?.engine ?? 'manual',
      advertInterval: seconds(failover?.['advert-interval']) ?? 0.1,
      virtualRouterId: failover?.['virtual-router-id'] ?? 51,
      boot: failover?.boot ?? 'wait',
      control: failover?.control ?? null,
    },
    timeouts: timeouts ? timeoutsOf(timeouts) : null,
    settings: new Map(Object.entries(settings ?? {}).map(([name, value]) => [name, String(value)])),
    virtualServers: draft.virtualServers.map((server) => virtualServerOf(server, placements)),
  };
}

export function seconds(written: string | number | undefined): number | null {
  return written === undefined ? null : parseDuration(written);
}

function routerOf({ name, spec }: DraftRouter): Router {
  return {
    name,
    ssh: [spec.ssh].flat(),
    sudo: spec.sudo ?? false,
    devices: new Map(Object.entries(spec.devices ?? {})),
  };
}

function timeoutsOf(written: NonNullable<Draft['sections']['timeouts']>): NonNullable<Cluster['timeouts']> {
  const [tcp, tcpFin, udp] = [seconds(written.tcp), seconds(written['tcp-fin']), seconds(written.udp)];
  return { ...(tcp !== null && { tcp }), ...(tcpFin !== null && { tcpFin }), ...(udp !== null && { udp }) };
}

function virtualServerOf(
  server: DraftVirtualServer,
  placements: ReadonlyMap<string, Placement>,
): DeclaredVirtualServer {
  const { spec } = server;
  return {
    name: server.name,
    id: idOf(server),
    floating: server.floating,
    device: deviceOf(server, placements),
    label: labelOf(server, placements),
    scheduler: spec.scheduler ?? 'wlc',
    flags: flagsOf(server),
    persistent: seconds(spec.persistent),
    netmask: netmaskOf(server),
    persistenceEngine: spec['persistence-engine'] ?? null,
    onePacket: spec['one-packet'] ?? false,
    enabled: spec.state !== 'disabled',
    check: checkOf(spec),
    load: loadOf(spec),
    onFailure: spec['on-failure'] ?? 'quiesce',
    slowStart: seconds(spec['slow-start']),
    whenAllFail: spec['when-all-fail'] ?? 'closed',
    sorryServer: sorryServerOf(server),
    realServers: server.realServers.map((real) => realServerOf(real, server)),
  };
}

/** Under a scheduler with flags of its own the numbered ones are the same bits, and the kernel tells them by its names. */
function flagsOf({ spec }: DraftVirtualServer): string[] {
  const named = (flag: string) =>
    spec.scheduler === 'sh' || spec.scheduler === 'mh'
      ? flag.replace('flag-1', `${spec.scheduler}-fallback`).replace('flag-2', `${spec.scheduler}-port`)
      : flag;
  return [...new Set((spec.flags ?? []).map(named))].sort();
}

function netmaskOf(server: DraftVirtualServer): number | null {
  const prefix =
    server.spec.netmask === undefined ? undefined : parsedOrNull(parseNetmask(server.spec.netmask))?.prefix;
  const id = idOf(server);
  const full = ('address' in id ? familyOf(id.address) : id.family) === 'ipv6' ? 128 : 32;
  return prefix === undefined || prefix === full ? null : prefix;
}

function realServerOf(real: DraftRealServer, server: DraftVirtualServer): DeclaredRealServer {
  const forward = real.spec.forward ?? server.spec.forward ?? 'masq';
  return {
    address: real.address,
    port: real.port ?? portOf(server),
    forward,
    tunnel: forward === 'tunnel' ? tunnelOf(real.spec.tunnel ?? server.spec.tunnel) : null,
    weight: real.spec.weight ?? 1,
    upperThreshold: real.spec['upper-threshold'] ?? 0,
    lowerThreshold: real.spec['lower-threshold'] ?? 0,
    drain: real.spec.state === 'drain',
  };
}

function tunnelOf(written: RealServerSpec['tunnel']): Tunnel {
  return { type: written?.type ?? 'ipip', port: written?.port ?? null, checksum: written?.checksum ?? 'none' };
}
