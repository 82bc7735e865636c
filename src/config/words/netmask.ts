import { isIPv4 } from 'node:net';
import type { Parsed } from './problem.ts';
import { leadingZerosHint } from './zeros.ts';

/** Dotted quads are for IPv4 alone. */
export interface Netmask {
  readonly prefix: number;
  readonly dotted: boolean;
}

const allowed = 'a netmask such as 255.255.255.0, or a prefix length from 1 to 32 (IPv6: 128)';

/** `255.255.255.0`, `24`, `/24`. */
export function parseNetmask(value: string | number): Parsed<Netmask> {
  const text = String(value);
  if (isIPv4(text)) return parseDotted(text);
  const digits = text.replace(/^\//, '');
  const prefix = /^[1-9]\d{0,2}$/.test(digits) ? Number(digits) : 0;
  if (prefix >= 1 && prefix <= 128) return { value: { prefix, dotted: false } };
  return { problem: { allowed, hint: leadingZerosHint(digits) } };
}

function parseDotted(text: string): Parsed<Netmask> {
  const bits = text
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
  const prefix = bits.lastIndexOf('1') + 1;
  if (prefix > 0 && !bits.slice(0, prefix).includes('0')) return { value: { prefix, dotted: true } };
  return { problem: { allowed, hint: 'its ones must come first and without a gap' } };
}
