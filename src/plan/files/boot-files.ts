import { rulesOf, startDaemon } from '../../grammar/ipvsadm-commands.ts';
import type { Cluster, Router } from '../../model/cluster.ts';
import type { Desired, FloatingAddress } from '../desired.ts';
import { electionPlaces } from '../election/places.ts';
import { bootUnit, claimUnit } from './boot/units.ts';
import { bootScript } from './boot-script.ts';

/** Where the files are kept that a booting router needs, and nothing of ours besides. */
export const bootPlaces = {
  rules: '/etc/lvs/boot.rules',
  settings: '/etc/lvs/boot.conf',
  script: '/etc/lvs/lvs-boot',
  unit: '/etc/systemd/system/lvs-boot.service',
  enabled: '/etc/systemd/system/multi-user.target.wants/lvs-boot.service',
  /** Only where a booting router is to claim addresses. */
  claim: '/etc/systemd/system/lvs-claim.service',
  claimEnabled: '/etc/systemd/system/multi-user.target.wants/lvs-claim.service',
} as const;

/** What a router has to have so that it comes back by itself, and what not: contents by path. */
export function bootFiles(cluster: Cluster, router: Router | null, desired: Desired): Map<string, string | null> {
  return new Map([
    [bootPlaces.rules, rulesOf(desired.virtualServers.values())],
    [bootPlaces.settings, bootSettings(cluster, router, desired)],
    [bootPlaces.script, bootScript],
    [bootPlaces.unit, bootUnit(bootPlaces.script)],
    [bootPlaces.claim, claims(cluster) ? claimUnit(bootPlaces.script) : null],
  ]);
}

/** Units are enabled by links: where to, by path. */
export const bootLinks: ReadonlyMap<string, string> = new Map([
  [bootPlaces.enabled, bootPlaces.unit],
  [bootPlaces.claimEnabled, bootPlaces.claim],
]);

function claims({ failover }: Cluster): boolean {
  return failover.engine === 'manual' && failover.boot === 'claim';
}

/** What the script does besides, a line each: see boot-script.ts. */
function bootSettings(cluster: Cluster, router: Router | null, desired: Desired): string {
  const { failover, routers } = cluster;
  const { settings, timeouts, syncDaemons, floating } = desired;
  const rank = routers.findIndex(({ name }) => name === router?.name);
  return text([
    ...[...settings].map(([name, value]) => `setting ${name} ${value}`),
    ...(timeouts === null ? [] : [`timeouts ${timeouts.tcp ?? 0} ${timeouts.tcpFin ?? 0} ${timeouts.udp ?? 0}`]),
    ...(syncDaemons ?? []).map((daemon) => `daemon ${startDaemon(daemon).join(' ')}`),
    ...(failover.engine === 'keepalived' ? [`election ${electionPlaces.hold}`] : []),
    ...(claims(cluster) ? [...natRoutersFirst(floating).map(claim), ...claiming(rank, routers.length)] : []),
  ]);
}

/** After a power cut, switches may come minutes after the routers, and what feeds them later. */
const secondsForCarriers = 3600;
/** By which a router that is less preferred waits longer before it looks whether anybody holds the addresses. */
const secondsPerRank = 5;

/**
 * Of two routers that claimed, each not hearing the other, the less preferred gives way as soon as it hears. The preferred one
 * announces itself meanwhile, for clients may have turned to the other; where that goes on when it must have heard, it was not
 * booting, and has had them for long.
 */
const lessPreferred = ['look 3 yield', 'look 7 yield', 'look 20 yield', 'look 30 yield'];
const preferred = ['look 3 keep', 'look 7 keep', 'look 20 keep', 'look 40 keep', 'look 20 yield'];

function claiming(rank: number, routers: number): string[] {
  const looks = rank > 0 ? lessPreferred : preferred;
  return [
    `carriers ${secondsForCarriers}`,
    `wait ${Math.max(0, rank) * secondsPerRank}`,
    ...(routers > 1 ? looks : []),
  ];
}

function natRoutersFirst(floating: Desired['floating']): FloatingAddress[] {
  const all = [...floating.values()];
  return [...all.filter(({ role }) => role === 'nat-router'), ...all.filter(({ role }) => role !== 'nat-router')];
}

function claim({ address, prefix, device, label }: FloatingAddress): string {
  return `claim ${address} ${prefix} ${device}${label === null ? '' : ` ${label}`}`;
}

function text(lines: readonly string[]): string {
  return [...lines, ''].join('\n');
}
