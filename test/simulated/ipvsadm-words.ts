import { isIPv4, isIPv6 } from 'node:net';
import { canonicalAddress } from '../../src/model/ip.ts';

/** Wrong words. popt's own mistakes leave `ipvsadm -R` running; all others end it. */
export class BadWords extends Error {
  readonly status: 2 | 255;

  constructor(message: string, status: 2 | 255 = 2) {
    super(message);
    this.status = status;
  }
}

/** ipvsadm's `string_to_number`, with the message for a word that is none or out of range. */
export function readNumber(text: string, low: number, high: number, message: string): number {
  const number = /^[-+]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= low && number <= high) return number;
  throw new BadWords(message);
}

/** `1.2.3.1[:80]` or `[2001:db8::1]:80`; ipvsadm wants the port after brackets. */
export function readSocket(text: string): { address: string; port: number | undefined } | null {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]*)\](?=:)|([^:[\]]*))(?::(\d+))?$/.exec(text) ?? [];
  const address = isIPv6(bracketed ?? '')
    ? canonicalAddress(bracketed ?? '')
    : isIPv4(plain ?? '')
      ? (plain ?? null)
      : null;
  const port = portText === undefined ? undefined : Number(portText);
  return address === null || (port ?? 0) > 65535 ? null : { address, port };
}

export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** Bits 1, 2 and 4 for flag-1, flag-2 and flag-3, by whatever name. */
export function flagBits(scheduler: string, text: string): number {
  let bits = 0;
  for (const flag of text.split(',')) {
    const bit = ['flag-1', 'flag-2', 'flag-3'].indexOf(flag);
    const [, owner, name] = /^(sh|mh)-(fallback|port)$/.exec(flag) ?? [];
    if (bit < 0 && owner === undefined) throw new BadWords(`invalid scheduler flag \`${flag}'`);
    if (bit < 0 && owner !== scheduler) throw new BadWords(`incompatible scheduler flag \`${flag}'`);
    bits |= bit >= 0 ? 1 << bit : name === 'fallback' ? 1 : 2;
  }
  return bits;
}
