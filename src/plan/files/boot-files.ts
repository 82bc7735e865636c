import { addRealServer, addVirtualServer, startDaemon } from '../../grammar/ipvsadm-commands.ts';
import type { Cluster, Router } from '../../model/cluster.ts';
import type { Desired, FloatingAddress } from '../desired.ts';
import { bootScript } from './boot-script.ts';

/** Where the files are kept that a booting router needs, and nothing of ours besides. */
export const bootPlaces = {
  rules: '/etc/lvs/boot.rules',
  settings: '/etc/lvs/boot.conf',
  script: '/etc/lvs/lvs-boot',
  unit: '/etc/systemd/system/lvs-boot.service',
  enabled: '/etc/systemd/system/multi-user.target.wants/lvs-boot.service',
} as const;

/** Seconds by which a router that is less preferred waits longer before it looks whether anybody holds the addresses. */
const secondsPerRank = 5;

/** What a router has to have so that it comes back by itself: contents by path. */
export function bootFiles(cluster: Cluster, router: Router | null, desired: Desired): Map<string, string> {
  return new Map([
    [bootPlaces.rules, bootRules(desired)],
    [bootPlaces.settings, bootSettings(cluster, router, desired)],
    [bootPlaces.script, bootScript],
    [bootPlaces.unit, unit],
  ]);
}

/** For `ipvsadm -R`, thresholds included. */
function bootRules({ virtualServers }: Desired): string {
  const lines = [...virtualServers.values()].flatMap((server) => [
    addVirtualServer(server),
    ...[...server.realServers.values()].map((real) => addRealServer(server.id, real)),
  ]);
  return text(lines.map((words) => words.join(' ')));
}

/** What the script does besides, a line each: see boot-script.ts. */
function bootSettings({ failover, routers }: Cluster, router: Router | null, desired: Desired): string {
  const { settings, timeouts, syncDaemons, floating } = desired;
  const rank = routers.findIndex(({ name }) => name === router?.name);
  const claims = failover.engine === 'manual' && failover.boot === 'claim';
  return text([
    ...[...settings].map(([name, value]) => `setting ${name} ${value}`),
    ...(timeouts === null ? [] : [`timeouts ${timeouts.tcp ?? 0} ${timeouts.tcpFin ?? 0} ${timeouts.udp ?? 0}`]),
    ...(syncDaemons ?? []).map((daemon) => `daemon ${startDaemon(daemon).join(' ')}`),
    ...(claims ? [`wait ${Math.max(0, rank) * secondsPerRank}`, ...natRoutersFirst(floating).map(claim)] : []),
  ]);
}

function natRoutersFirst(floating: Desired['floating']): FloatingAddress[] {
  const all = [...floating.values()];
  return [...all.filter(({ role }) => role === 'nat-router'), ...all.filter(({ role }) => role !== 'nat-router')];
}

function claim({ address, prefix, device, label }: FloatingAddress): string {
  return `claim ${address} ${prefix} ${device}${label === null ? '' : ` ${label}`}`;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

const unit = `[Unit]
Description=Linux Virtual Server: rules, settings and connection synchronisation
Documentation=man:lvsadm(8)
Wants=network-online.target
After=network-online.target
Before=keepalived.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh ${bootPlaces.script}

[Install]
WantedBy=multi-user.target
`;
