import type { Protocol, VirtualServerId } from '../model/state.ts';
import type { Line } from './lines.ts';
import { parseSocketAddress } from './socket-address.ts';

/**
 * A firewall mark, or null where the word is none. Some versions of ipvsadm print marks above 2147483647 as negative numbers.
 */
export function parseFirewallMark(word: string | undefined): number | null {
  return word !== undefined && /^-?\d{1,10}$/.test(word) ? Number(word) >>> 0 : null;
}

/** `TCP` to `tcp`; null for what else a listing may hold. */
export function parseProtocol(word: string | undefined): Protocol | null {
  const protocol = word?.toLowerCase();
  return protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp' ? protocol : null;
}

/**
 * Reads how a listing names a virtual server: `TCP 1.2.3.1:80 …`, `FWM 7 IPv6 …`.
 * @returns it, with the words that follow; null where the line does not begin with one
 */
export function readListedId({ words }: Line): { id: VirtualServerId; rest: readonly string[] } | null {
  const [kind, name = ''] = words;
  if (kind === 'FWM') {
    const fwmark = parseFirewallMark(name);
    if (fwmark === null) return null;
    const ipv6 = words[2] === 'IPv6';
    return { id: { fwmark, family: ipv6 ? 'ipv6' : 'ipv4' }, rest: words.slice(ipv6 ? 3 : 2) };
  }
  const protocol = parseProtocol(kind);
  const socket = parseSocketAddress(name);
  return protocol && socket && { id: { protocol, ...socket }, rest: words.slice(2) };
}
