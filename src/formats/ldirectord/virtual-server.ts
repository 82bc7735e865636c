import { canonicalFlags } from '../../grammar/scheduler-flags.ts';
import { socketAddress } from '../../model/identity.ts';
import type { Family, VirtualServerId } from '../../model/state.ts';
import { type ImportedVirtualServer, plainVirtualServer } from '../imported.ts';
import { type Monitoring, onFailure } from '../monitoring.ts';
import type { Names } from '../names.ts';
import type { Warnings } from '../warnings.ts';
import { type Checking, readCheck } from './checks.ts';
import { type Defaults, type Fallback, readFallback } from './globals.ts';
import type { Setting, VirtualSection } from './lines.ts';
import { Options } from './options.ts';
import { type LdirectordReal, readReal } from './real-servers.ts';
import { forwards, readHost, wrong } from './words.ts';

/** Those that negotiate by themselves, by port. */
const servicesOfPorts: Readonly<Record<number, string>> = {
  21: 'ftp',
  25: 'smtp',
  53: 'dns',
  80: 'http',
  110: 'pop',
  119: 'nntp',
  143: 'imap',
  389: 'ldap',
  443: 'https',
  587: 'submission',
  636: 'ldaps',
  993: 'imaps',
  995: 'pops',
  1521: 'oracle',
  1812: 'radius',
  3128: 'http_proxy',
  3306: 'mysql',
  5060: 'sip',
  5432: 'pgsql',
};

const services = [...new Set(Object.values(servicesOfPorts)), 'none', 'simpletcp'];
const checkTypes = ['connect', 'external', 'external-perl', 'negotiate', 'off', 'on', 'ping'];

/** ldirectord's own. */
const defaultCheckTimeout = 5;
const defaultNegotiateTimeout = 30;

/**
 * One virtual server; null where it is one that lvs cannot take over, which is told.
 * @throws LvsError invalid-input
 */
export function readVirtualServer(
  { head, settings }: VirtualSection,
  defaults: Defaults,
  names: Names,
  warnings: Warnings,
): ImportedVirtualServer | null {
  const family: Family = head.key === 'virtual6' ? 'ipv6' : 'ipv4';
  const options = new Options(settings, family, warnings);
  const id = readId(head, family, options, warnings);
  if (id === null) return null;
  const persistent = options.number('persistent', 1, 2_678_400);
  const scheduler = options.word('scheduler', /^[a-z]+$/, 'a scheduler') ?? 'wrr';
  const reals = options.all('real').flatMap((setting) => readReal(setting, id, family, warnings));
  const checking = readChecking(head, id, options, reals, defaults);
  const off = checking.type === 'off';
  if (off) warnings.add(checking.place, 'checktype = off', 'its real servers are drained: ldirectord puts none in');
  const onePacket = options.yesOrNo('ops') ?? false;
  if (onePacket && checking.protocol !== 'udp') {
    warnings.add(options.place('ops') ?? head.place, 'ops = yes', 'ldirectord heeds it for UDP alone: left out');
  }
  const flags = options.word('schedflags', /^[a-z0-9,-]+$/, 'flags of a scheduler');
  const server: ImportedVirtualServer = {
    ...plainVirtualServer,
    name: names.take(id, options.text('servicename')),
    place: head.place,
    id,
    scheduler,
    flags:
      flags === null
        ? []
        : canonicalFlags(
            scheduler,
            flags.split(',').filter((flag) => flag !== ''),
          ),
    persistent,
    netmask: persistent === null ? null : options.netmask(),
    onePacket: onePacket && checking.protocol === 'udp',
    monitoring: readMonitoring(head, checking, reals, options, defaults, family, warnings),
    realServers: reals.map(({ real }) => (off ? { ...real, drain: true } : real)),
  };
  options.unread();
  return server;
}

function readId(head: Setting, family: Family, options: Options, warnings: Warnings): VirtualServerId | null {
  const stated = options.word('protocol', /^(tcp|udp|fwm)$/, 'tcp, udp, fwm');
  const [word = ''] = head.value.split(/\s+/);
  if (/^\d+$/.test(word)) {
    const fwmark = Number(word);
    if (fwmark < 1 || fwmark > 0xffff_ffff) throw wrong(head, 'a firewall mark from 1 to 4294967295');
    if (stated !== null && stated !== 'fwm') throw wrong(head, 'protocol = fwm with a firewall mark');
    return { fwmark, family };
  }
  const { address, port, name } = readHost(word, family, head);
  if (port === null) throw wrong(head, 'ADDRESS:PORT, or a firewall mark');
  if (stated === 'fwm') throw wrong(head, 'a firewall mark with protocol = fwm');
  const protocol = stated === 'tcp' || stated === 'udp' ? stated : port === 53 ? 'udp' : 'tcp';
  if (address !== null) return { protocol, address, port };
  const means = 'left out, with its real servers: host names are not looked up; write the address';
  warnings.add(head.place, `${head.key} = ${socketAddress(name, port)}`, means);
  return null;
}

function readChecking(
  head: Setting,
  id: VirtualServerId,
  options: Options,
  reals: readonly LdirectordReal[],
  defaults: Defaults,
): Checking {
  const written = options.word('checktype', /^([\w-]+)$/, checkTypes.join(', '));
  const type = written ?? 'negotiate';
  if (!checkTypes.includes(type) && !/^\d+$/.test(type))
    throw options.wrong('checktype', `${checkTypes.join(', ')} or a number`);
  const service = options.word('service', /^\w+$/, services.join(', '));
  if (service !== null && !services.includes(service)) throw options.wrong('service', services.join(', '));
  const ofPort = 'port' in id ? servicesOfPorts[id.port] : undefined;
  const [own, negotiate] = [options.number('checktimeout', 1, 3600), options.number('negotiatetimeout', 1, 3600)];
  const { checkTimeout, negotiateTimeout, checkInterval, failureCount } = defaults;
  return {
    type,
    service: service ?? ofPort ?? 'none',
    protocol: 'fwmark' in id ? 'fwm' : id.protocol === 'udp' ? 'udp' : 'tcp',
    command: options.text('checkcommand') ?? '/bin/true',
    request: options.text('request') ?? '/',
    receive: options.text('receive') ?? '',
    virtualHost: options.text('virtualhost'),
    method: options.word('httpmethod', /^(get|head)$/i, 'GET, HEAD')?.toUpperCase() ?? 'GET',
    port: options.number('checkport', 1, 65535) ?? portChecked(reals, service ?? ofPort ?? 'none'),
    interval: options.number('checkinterval', 1, 3600) ?? checkInterval,
    connectTimeout: own ?? negotiate ?? checkTimeout ?? negotiateTimeout ?? defaultCheckTimeout,
    negotiateTimeout: negotiate ?? own ?? negotiateTimeout ?? checkTimeout ?? defaultNegotiateTimeout,
    failures: options.number('failurecount', 1, 1000) ?? failureCount,
    place: options.place('checktype') ?? options.place('service') ?? head.place,
  };
}

/** The port of the check, where it is not that of the real servers: theirs as it is written, or that of the service. */
function portChecked(reals: readonly LdirectordReal[], service: string): number | null {
  const [first] = reals;
  if (first === undefined) return null;
  if (first.portWritten !== null && first.portWritten !== first.real.port) return first.portWritten;
  const port = Object.keys(servicesOfPorts).find((each) => servicesOfPorts[Number(each)] === service);
  return first.real.port === 0 && port !== undefined ? Number(port) : null;
}

function readMonitoring(
  head: Setting,
  checking: Checking,
  reals: readonly LdirectordReal[],
  options: Options,
  defaults: Defaults,
  family: Family,
  warnings: Warnings,
): Monitoring {
  const check = readCheck(checking, reals, warnings);
  const quiescent = options.yesOrNo('quiescent') ?? defaults.quiescent;
  const own = options.one(family === 'ipv6' ? 'fallback6' : 'fallback');
  const fallback = own === undefined ? defaults.fallback[family] : readFallback(own, family);
  const sorry = fallback && sorryServer(fallback, reals, warnings);
  if (quiescent === null && check !== null) {
    warnings.add(
      head.place,
      head.text,
      'without "quiescent" a real server that fails is removed, as ldirectord does, whatever its manual says',
    );
  }
  return {
    ...(check !== null && { check, ...onFailure(quiescent === true) }),
    ...(sorry && { 'sorry-server': sorry }),
  };
}

function sorryServer(
  { host, forward, setting }: Fallback,
  reals: readonly LdirectordReal[],
  warnings: Warnings,
): string | null {
  if (host.address === null) {
    warnings.add(setting.place, setting.text, 'left out: host names are not looked up; write the address');
    return null;
  }
  const [first] = reals;
  const there = first?.real.forward ?? 'masq';
  const same = there === forwards[forward];
  // Without masq it has the virtual server's port, whatever is written.
  const port = there === 'masq' ? host.port : null;
  if (!same) warnings.add(setting.place, setting.text, `is reached by forward: ${there}, as the real servers are`);
  else if (host.port !== port)
    warnings.add(setting.place, setting.text, "has its virtual server's port: without masq ports are not mapped");
  return port === null ? host.address : socketAddress(host.address, port);
}
