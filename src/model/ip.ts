import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Family } from './state.ts';

/** The canonical text of an IP address (RFC 5952 for IPv6), or null where it is none: leading zeros, short forms and zones are none. */
export function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  return ipaddr.IPv6.parse(text).toRFC5952String();
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** The prefix length that stands for one address: 32 or 128. */
export function fullPrefix(family: Family): 32 | 128 {
  return family === 'ipv6' ? 128 : 32;
}
