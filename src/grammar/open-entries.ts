import ipaddr from 'ipaddr.js';
import type { RealServer, VirtualServerId } from '../model/state.ts';

/** The kernel's connection table, an entry a line: protocol, client, virtual and real address and port, state, expiry. */
export const connectionTable = '/proc/net/ip_vs_conn';

/**
 * Which of a real server's inactive entries are no closed connections, although the kernel counts them alike. `all` of UDP, for
 * which the kernel knows no end but the time that passed since the last packet. Of TCP those of which one side alone has closed
 * its half, so that data still comes from the other: a pattern for `grep -E` of lines of the connection table. Where replies do
 * not come back through the router (direct, tunnel) it never sees the other side close, and nothing tells them apart: null.
 */
export function openEntries(
  id: VirtualServerId,
  real: Pick<RealServer, 'address' | 'port' | 'forward'>,
): 'all' | string | null {
  const there = `${address(real.address)} ${port(real.port)}`;
  const halfOpen = real.forward === 'masq' ? '(CLOSE_WAIT|FIN_WAIT)' : null;
  if ('fwmark' in id) {
    const halves = halfOpen === null ? [] : [`TCP .* ${there} ${halfOpen} `];
    return `^(${[`UDP .* ${there} UDP `, ...halves].join('|')})`;
  }
  if (id.protocol === 'udp') return 'all';
  if (id.protocol === 'sctp' || halfOpen === null) return null;
  return `^TCP [^ ]+ [^ ]+ ${address(id.address)} ${port(id.port)} ${there} ${halfOpen} `;
}

/** As the table writes it: `C0A80102`, `fd00:0000:0000:0000:0000:0000:0000:0002`. */
function address(text: string): string {
  const parsed = ipaddr.parse(text);
  if (parsed instanceof ipaddr.IPv6) return parsed.parts.map((part) => part.toString(16).padStart(4, '0')).join(':');
  const bytes = parsed.toByteArray().map((byte) => byte.toString(16).padStart(2, '0'));
  return bytes.join('').toUpperCase();
}

/** Port 0 stands for all. */
function port(number: number): string {
  return number === 0 ? '[0-9A-F]{4}' : number.toString(16).toUpperCase().padStart(4, '0');
}
