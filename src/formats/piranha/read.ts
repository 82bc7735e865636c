import { familyOf } from '../../model/ip.ts';
import type { Imported, ImportedVirtualServer } from '../imported.ts';
import { Names } from '../names.ts';
import { type Fallback, type KnownPlace, placeAddresses } from '../placing.ts';
import { syntaxError } from '../syntax-error.ts';
import { Warnings } from '../warnings.ts';
import { readBlocks } from './blocks.ts';
import { Directives } from './directives.ts';
import { readRouters } from './routers.ts';
import { type Forward, type PiranhaVirtualServer, readVirtualServer } from './virtual-server.ts';

const forwards: Readonly<Record<'nat' | 'direct' | 'tunnel', Forward>> = {
  nat: 'masq',
  direct: 'direct',
  tunnel: 'tunnel',
};

/** Global directives without a counterpart, and what that means. */
const withoutCounterpart: Readonly<Record<string, string>> = {
  serial_no: 'counted the edits of lvs.cf: lvs compares the files themselves',
  primary_private: 'a second way for heartbeats: keepalived talks over the private device',
  backup_private: 'a second way for heartbeats: keepalived talks over the private device',
  primary_shared: 'of shared storage: left out',
  backup_shared: 'of shared storage: left out',
  heartbeat_port: 'VRRP has no port: its packets are IP protocol 112, which firewalls must let through',
  monitor_links: 'keepalived always gives the addresses away when a device of theirs is down',
  debug_level: 'lvs has no such setting',
  rsh_command: 'load averages are read over ssh, and configurations copied over it',
  reservation_conflict_action: 'of shared storage: left out',
  hostname: 'routers are named in routers:',
};

/**
 * Reads Piranha's lvs.cf (lvs.cf(5)).
 * @throws LvsError invalid-input with the first line that is wrong
 */
export function readPiranha(text: string, file: string, fallback: Fallback): Imported {
  const warnings = new Warnings();
  const whole = readBlocks(text, file);
  const directives = new Directives(whole);
  const service = directives.get('service');
  if (directives.word('service', ['lvs', 'fos']) === 'fos' && service !== undefined) {
    warnings.add(
      service.place,
      service.text,
      'failover services are no virtual servers: Piranha does not run the virtual servers here',
    );
  }
  const forward = forwards[directives.word('network', ['nat', 'direct', 'tunnel']) ?? 'nat'];
  const { routers, sections } = readRouters(directives, warnings);
  const timeouts = readTimeouts(directives);
  directives.unread(withoutCounterpart, warnings);
  const names = new Names();
  const virtuals: PiranhaVirtualServer[] = [];
  for (const block of whole.blocks) {
    if (block.kind === 'virtual') virtuals.push(readVirtualServer(block, forward, names, warnings));
    else if (block.kind === 'failover') {
      warnings.add(block.place, `failover ${block.name}`, 'failover services are no virtual servers: left out');
    } else throw syntaxError(block.place, `found ${block.kind}; allowed: virtual or failover`);
  }
  const known = new Map<string, KnownPlace>();
  for (const { address, known: place } of virtuals)
    if (place !== null && !known.has(address)) known.set(address, place);
  for (const [address, { prefix, place }] of known) {
    if (prefix === null) warnings.add(place, address, 'without vip_nmask: it is held as the others are, or as /32');
  }
  const placed = placeAddresses(oncePerMark(virtuals, warnings), known, fallback, warnings);
  return {
    format: 'piranha',
    file,
    routers,
    sections: { ...(placed.public && { public: placed.public }), ...sections, ...(timeouts && { timeouts }) },
    virtualServers: placed.virtualServers,
    warnings: warnings.all,
  };
}

function readTimeouts(directives: Directives): Imported['sections']['timeouts'] {
  const [tcp, fin, udp] = ['tcp_timeout', 'tcpfin_timeout', 'udp_timeout'].map(
    (key) => directives.number(key, 0, 2_678_400) ?? 0,
  );
  const timeouts = { ...(tcp && { tcp }), ...(fin && { 'tcp-fin': fin }), ...(udp && { udp }) };
  return Object.keys(timeouts).length === 0 ? undefined : timeouts;
}

/** Several entries for one mark, one for each port that it covers, are one virtual server: the first has the addresses of all. */
function oncePerMark(virtuals: readonly PiranhaVirtualServer[], warnings: Warnings): ImportedVirtualServer[] {
  const byMark = new Map<string, ImportedVirtualServer>();
  const servers: ImportedVirtualServer[] = [];
  for (const { server } of virtuals) {
    const key =
      'fwmark' in server.id && server.enabled ? `${server.id.fwmark} ${familyOf(server.floating[0] ?? '')}` : null;
    const first = key === null ? undefined : byMark.get(key);
    if (first === undefined || !('fwmark' in server.id)) {
      servers.push(server);
      if (key !== null) byMark.set(key, server);
      continue;
    }
    const means = `one virtual server with "${first.name}", which has the mark ${server.id.fwmark} already: its settings and real servers are those`;
    warnings.add(server.place, `virtual ${server.name}`, means);
    const joined = { ...first, floating: [...new Set([...first.floating, ...server.floating])] };
    servers[servers.indexOf(first)] = joined;
    if (key !== null) byMark.set(key, joined);
  }
  return servers;
}
