import { isIPv4 } from 'node:net';
import { fullPrefix } from '../model/ip.ts';
import type { Family } from '../model/state.ts';

/**
 * Stands for an IPv4 netmask with holes (`255.0.255.0`), which the kernel takes but no prefix length can say. It equals no
 * declared netmask, so that one is set instead.
 */
export const netmaskWithHoles = -1;

/**
 * A persistence granularity as `ipvsadm` prints it: a dotted quad, or for IPv6 a prefix length.
 * @returns the prefix length; null: full, each client on its own; undefined: no netmask
 */
export function parseNetmask(text: string, family: Family): number | null | undefined {
  const prefix = family === 'ipv6' ? parseLength(text) : parseQuad(text);
  return prefix === fullPrefix(family) ? null : prefix;
}

/** The `-M` word for a prefix length: `255.255.255.0`, and for IPv6 `64`. */
export function netmaskText(prefix: number, family: Family): string {
  if (family === 'ipv6') return String(prefix);
  const bits = prefix === 0 ? 0 : (~0 << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

function parseLength(text: string): number | undefined {
  const length = /^\d+$/.test(text) ? Number(text) : 0;
  return length >= 1 && length <= 128 ? length : undefined;
}

function parseQuad(text: string): number | undefined {
  if (!isIPv4(text)) return undefined;
  const bits = text
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  const prefix = bits.lastIndexOf('1') + 1;
  return bits.indexOf('0') < prefix && bits.includes('0') ? netmaskWithHoles : prefix;
}
