import { netmaskText } from '../../grammar/netmask.ts';
import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../../model/cluster.ts';
import { socketAddress } from '../../model/identity.ts';
import { familyOf } from '../../model/ip.ts';
import type { Family } from '../../model/state.ts';
import type { Exported } from '../exported.ts';
import { lostDrains, sectionsBeside } from '../losses.ts';
import { Warnings } from '../warnings.ts';
import { checkLines } from './write-check.ts';

/** An ldirectord.cf: the rules and their checks. ldirectord does not move addresses. */
export function writeLdirectord(cluster: Cluster): Exported {
  const warnings = new Warnings();
  const beside = [...sectionsBeside(cluster), cluster.private && 'private', cluster.public && 'public'];
  const lost = beside.filter((name) => name !== null);
  if (lost.length > 0)
    warnings.add(null, lost.join(', '), 'ldirectord has rules and checks alone: none of this is written');
  const intervals = new Set(cluster.virtualServers.flatMap(({ check }) => (check === null ? [] : [check.interval])));
  const head = [
    '# ldirectord.cf, written by "lvs export ldirectord".',
    // Only then virtual servers have intervals of their own.
    ...(intervals.size > 0 ? ['fork = yes'] : []),
    // The rules stay when it ends, as they do when lvs does.
    'cleanstop = no',
  ];
  const parts = [head, ...cluster.virtualServers.flatMap((server) => virtualServerLines(server, warnings) ?? [])];
  return { text: parts.map((lines) => lines.map((line) => `${line}\n`).join('')).join('\n'), warnings: warnings.all };
}

/** Null where ldirectord cannot have it, which is told. */
function virtualServerLines(server: DeclaredVirtualServer, warnings: Warnings): string[][] | null {
  const { name, id, enabled, scheduler, flags, load, slowStart, whenAllFail, check } = server;
  const lost = (what: string, means: string) => {
    warnings.add(null, `${name}: ${what}`, means);
    return null;
  };
  if (!enabled) return lost('state: disabled', 'not written: ldirectord would put it in the kernel');
  if ('protocol' in id && id.protocol === 'sctp')
    return lost('sctp', 'not written: ldirectord knows TCP and UDP alone');
  const family = 'address' in id ? familyOf(id.address) : id.family;
  const six = family === 'ipv6' ? '6' : '';
  lostDrains(name, server.realServers, warnings);
  if (load !== null) lost('load', 'weights stay as stated');
  if (slowStart !== null) lost('slow-start', 'a real server that is back has its whole weight at once');
  if (whenAllFail === 'open') lost('when-all-fail: open', 'when all real servers are down, none is used');
  if (server.persistenceEngine !== null) lost('persistence-engine', 'clients are told apart by address');
  if (server.onePacket && 'fwmark' in id) lost('one-packet', 'ldirectord has it for UDP alone');
  if ('fwmark' in id && server.floating.length > 0) lost('floating', 'ldirectord does not move addresses');
  const lines = [
    `servicename = ${name}`,
    `protocol = ${'fwmark' in id ? 'fwm' : id.protocol}`,
    `scheduler = ${scheduler}`,
    ...(flags.length === 0 ? [] : [`schedflags = ${flags.join(',')}`]),
    ...persistence(server, family),
    ...(server.onePacket && 'protocol' in id ? ['ops = yes'] : []),
    ...checkLines(server, warnings),
    `quiescent = ${check !== null && server.onFailure === 'quiesce' ? 'yes' : 'no'}`,
    ...fallback(server, six),
    ...server.realServers.flatMap((real) => realServerLine(server, real, family, warnings) ?? []),
  ];
  const address = 'fwmark' in id ? String(id.fwmark) : socketAddress(id.address, id.port);
  return [[`virtual${six} = ${address}`, ...lines.map((line) => `    ${line}`)]];
}

function persistence({ persistent, netmask }: DeclaredVirtualServer, family: Family): string[] {
  if (persistent === null) return [];
  return [`persistent = ${persistent}`, ...(netmask === null ? [] : [`netmask = ${netmaskText(netmask, family)}`])];
}

const methods = { masq: 'masq', direct: 'gate', tunnel: 'ipip' } as const;

function fallback({ sorryServer, realServers }: DeclaredVirtualServer, six: string): string[] {
  if (sorryServer === null) return [];
  const { address, port } = sorryServer;
  const host = port === 0 ? (six === '' ? address : `[${address}]`) : socketAddress(address, port);
  return [`fallback${six} = ${host} ${methods[realServers[0]?.forward ?? 'masq']}`];
}

function realServerLine(
  { name }: DeclaredVirtualServer,
  real: DeclaredRealServer,
  family: Family,
  warnings: Warnings,
): string | null {
  const { address, port, forward, tunnel, weight, drain, lowerThreshold, upperThreshold } = real;
  const lost = (means: string) => {
    warnings.add(null, `${name}: ${address}`, `not written: ${means}`);
    return null;
  };
  if (familyOf(address) !== family) return lost('ldirectord has real servers of the same family alone');
  if (tunnel !== null && tunnel.type !== 'ipip') return lost(`ldirectord has no ${tunnel.type} tunnels`);
  const host = port === 0 ? (family === 'ipv6' ? `[${address}]` : address) : socketAddress(address, port);
  return [
    `real${family === 'ipv6' ? '6' : ''} = ${host} ${methods[forward]} ${drain ? 0 : weight}`,
    ...(lowerThreshold === 0 ? [] : [`l:${lowerThreshold}`]),
    ...(upperThreshold === 0 ? [] : [`u:${upperThreshold}`]),
  ].join(' ');
}
