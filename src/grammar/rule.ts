import { familyOf } from '../model/ip.ts';
import type {
  Family,
  RealServer,
  Tunnel,
  TunnelChecksum,
  TunnelType,
  VirtualServer,
  VirtualServerId,
} from '../model/state.ts';
import { wholeNumber } from './lines.ts';
import { parseNetmask } from './netmask.ts';
import { type RuleWords, readRuleWords } from './rule-words.ts';
import { canonicalFlags, parseFlags } from './scheduler-flags.ts';
import { parseSocketAddress } from './socket-address.ts';
import { parseFirewallMark } from './virtual-server-id.ts';

export type VirtualServerSettings = Omit<VirtualServer, 'id' | 'realServers'>;

export type Rule =
  | { readonly adds: 'virtual-server'; readonly id: VirtualServerId; readonly settings: VirtualServerSettings }
  | { readonly adds: 'real-server'; readonly id: VirtualServerId; readonly realServer: RealServer };

/** ipvsadm's own, for a bare `-p`. */
const defaultPersistence = '360';

/**
 * Reads one `-A` or `-a` rule, filling in ipvsadm's defaults.
 * @returns the rule; or, as a text, why it is none
 */
export function readRule(words: readonly string[]): Rule | string {
  const options = readRuleWords(words);
  if (typeof options === 'string') return options;
  const id = readId(options);
  if (id === null) return 'one of -t, -u, --sctp-service and -f, with a numeric address';
  if (options.has('-A') === options.has('-a')) return 'either -A or -a';
  if (options.has('-A')) {
    const settings = readSettings(options, 'fwmark' in id ? id.family : familyOf(id.address));
    return typeof settings === 'string' ? settings : { adds: 'virtual-server', id, settings };
  }
  const realServer = readRealServer(options, 'fwmark' in id ? 0 : id.port);
  return typeof realServer === 'string' ? realServer : { adds: 'real-server', id, realServer };
}

function readId(options: RuleWords): VirtualServerId | null {
  const protocols = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;
  for (const protocol of ['tcp', 'udp', 'sctp'] as const) {
    const text = options.get(protocols[protocol]);
    const socket = text === undefined ? null : parseSocketAddress(text, 0);
    if (text !== undefined) return socket && { protocol, ...socket };
  }
  const fwmark = parseFirewallMark(options.get('-f'));
  return fwmark === null ? null : { fwmark, family: options.has('-6') ? 'ipv6' : 'ipv4' };
}

function readSettings(options: RuleWords, family: Family): VirtualServerSettings | string {
  const scheduler = options.get('-s') ?? 'wlc';
  const flags = options.get('-b');
  const persistent = options.has('-p') ? wholeNumber(options.get('-p') || defaultPersistence) : undefined;
  const mask = options.get('-M');
  const netmask = mask === undefined ? null : parseNetmask(mask, family);
  if (persistent === null) return 'seconds after -p';
  if (netmask === undefined) return `a netmask of ${family === 'ipv6' ? 'IPv6 (1 to 128)' : 'IPv4'} after -M`;
  return {
    scheduler,
    flags: flags === undefined ? canonicalFlags(scheduler, []) : parseFlags(scheduler, flags),
    persistent: persistent ?? null,
    netmask: persistent === undefined ? null : netmask,
    persistenceEngine: options.get('--pe') ?? null,
    onePacket: options.has('-o'),
  };
}

function readRealServer(options: RuleWords, portOfVirtualServer: number): RealServer | string {
  const socket = parseSocketAddress(options.get('-r') ?? '', portOfVirtualServer);
  const weight = wholeNumber(options.get('-w') ?? '1');
  const upperThreshold = wholeNumber(options.get('-x') ?? '0');
  const lowerThreshold = wholeNumber(options.get('-y') ?? '0');
  if (socket === null) return 'a numeric address after -r';
  if (weight === null || upperThreshold === null || lowerThreshold === null) return 'numbers after -w, -x and -y';
  const forward = options.has('-m') ? 'masq' : options.has('-i') ? 'tunnel' : 'direct';
  const tunnel = forward === 'tunnel' ? readTunnel(options) : null;
  if (typeof tunnel === 'string') return tunnel;
  const { address, port } = socket;
  return { address, port, forward, tunnel, weight, upperThreshold, lowerThreshold };
}

function readTunnel(options: RuleWords): Tunnel | string {
  const type = options.get('--tun-type') ?? 'ipip';
  const port = options.has('--tun-port') ? wholeNumber(options.get('--tun-port')) : undefined;
  if (!isTunnelType(type)) return 'ipip, gue or gre after --tun-type';
  if (port === null) return 'a number after --tun-port';
  const checksum: TunnelChecksum = options.has('--tun-csum')
    ? 'csum'
    : options.has('--tun-remcsum')
      ? 'remcsum'
      : 'none';
  return { type, port: port ?? null, checksum };
}

function isTunnelType(text: string): text is TunnelType {
  return text === 'ipip' || text === 'gue' || text === 'gre';
}
