import { keyOfRealServer, socketAddress } from '../model/identity.ts';
import { familyOf } from '../model/ip.ts';
import type {
  Family,
  RealServer,
  SyncDaemon,
  Timeouts,
  Tunnel,
  VirtualServer,
  VirtualServerId,
} from '../model/state.ts';
import { netmaskText, netmaskWithHoles } from './netmask.ts';

/**
 * Arguments of ipvsadm(8), without the program's name, in the order of `ipvsadm -Sn`. An edit replaces: whatever is not
 * written goes back to its default, so edits write every field, as additions do.
 */

/** The virtual server and its settings, without its real servers. */
export function addVirtualServer(virtualServer: VirtualServer): string[] {
  return ['-A', ...virtualServerOptions(virtualServer)];
}

export function editVirtualServer(virtualServer: VirtualServer): string[] {
  return ['-E', ...virtualServerOptions(virtualServer)];
}

/** Its real servers go with it. */
export function deleteVirtualServer(id: VirtualServerId): string[] {
  return ['-D', ...idOptions(id)];
}

export function addRealServer(id: VirtualServerId, realServer: RealServer): string[] {
  return ['-a', ...idOptions(id), ...realServerOptions(realServer)];
}

/** Input for `ipvsadm -R` that adds virtual servers with their real servers, thresholds included. */
export function rulesOf(virtualServers: Iterable<VirtualServer>): string {
  const lines: string[] = [];
  for (const server of virtualServers) {
    lines.push(addVirtualServer(server).join(' '));
    for (const real of server.realServers.values()) lines.push(addRealServer(server.id, real).join(' '));
  }
  return [...lines, ''].join('\n');
}

export function editRealServer(id: VirtualServerId, realServer: RealServer): string[] {
  return ['-e', ...idOptions(id), ...realServerOptions(realServer)];
}

export function deleteRealServer(id: VirtualServerId, realServer: Pick<RealServer, 'address' | 'port'>): string[] {
  return ['-d', ...idOptions(id), '-r', keyOfRealServer(realServer)];
}

/** A 0 leaves that timeout as it is. */
export function setTimeouts(timeouts: Timeouts): string[] {
  return ['--set', String(timeouts.tcp), String(timeouts.tcpFin), String(timeouts.udp)];
}

export function startDaemon(daemon: SyncDaemon): string[] {
  const maxLength = daemon.maxLength === null ? [] : ['--sync-maxlen', String(daemon.maxLength)];
  return [
    '--start-daemon',
    daemon.role,
    '--mcast-interface',
    daemon.device,
    '--syncid',
    String(daemon.id),
    ...maxLength,
  ];
}

export function stopDaemon(daemon: Pick<SyncDaemon, 'role'>): string[] {
  return ['--stop-daemon', daemon.role];
}

const protocolOptions = { tcp: '-t', udp: '-u', sctp: '--sctp-service' };

/** What names a virtual server: `-t 1.2.3.1:80`, `-f 7 -6`. Also selects it in `ipvsadm -Ln`. */
export function idOptions(id: VirtualServerId): string[] {
  if ('fwmark' in id) return ['-f', String(id.fwmark), ...(id.family === 'ipv6' ? ['-6'] : [])];
  return [protocolOptions[id.protocol], socketAddress(id.address, id.port)];
}

function familyOfId(id: VirtualServerId): Family {
  return 'fwmark' in id ? id.family : familyOf(id.address);
}

function virtualServerOptions(virtualServer: VirtualServer): string[] {
  const { id, scheduler, flags, persistent, persistenceEngine, onePacket } = virtualServer;
  const words = [...idOptions(id), '-s', scheduler];
  if (persistent !== null) words.push('-p', String(persistent), ...netmaskOptions(virtualServer));
  if (persistenceEngine !== null) words.push('--pe', persistenceEngine);
  if (onePacket) words.push('-o');
  if (flags.length > 0) words.push('-b', flags.join(','));
  return words;
}

function netmaskOptions({ id, netmask }: VirtualServer): string[] {
  return netmask === null || netmask === netmaskWithHoles ? [] : ['-M', netmaskText(netmask, familyOfId(id))];
}

const forwardOptions = { masq: '-m', direct: '-g', tunnel: '-i', local: '-g' };

function realServerOptions(realServer: RealServer): string[] {
  const { forward, tunnel, weight, upperThreshold, lowerThreshold } = realServer;
  const words = ['-r', keyOfRealServer(realServer), forwardOptions[forward], '-w', String(weight)];
  if (tunnel !== null) words.push(...tunnelOptions(tunnel));
  if (upperThreshold !== 0) words.push('-x', String(upperThreshold));
  if (lowerThreshold !== 0) words.push('-y', String(lowerThreshold));
  return words;
}

function tunnelOptions({ type, port, checksum }: Tunnel): string[] {
  const words = ['--tun-type', type];
  if (port !== null) words.push('--tun-port', String(port));
  if (type !== 'ipip') words.push({ none: '--tun-nocsum', csum: '--tun-csum', remcsum: '--tun-remcsum' }[checksum]);
  return words;
}
