import { isIPv4 } from 'node:net';
import { netmaskWithHoles, parseNetmask } from '../../grammar/netmask.ts';
import type { Directive } from './blocks.ts';
import { wrong } from './directives.ts';

export interface PiranhaAddress {
  readonly address: string;
  /** `eth0:1`, and its device; null where none is said. */
  readonly label: string | null;
  readonly device: string | null;
}

/** `1.2.3.1 eth0:1`; Piranha knows IPv4 alone. @throws LvsError invalid-input */
export function readAddress(directive: Directive): PiranhaAddress {
  const [address = '', label, ...rest] = directive.value.split(/\s+/);
  const fits = label === undefined || /^[^\s/:]+(:[^\s/]+)?$/.test(label);
  if (!isIPv4(address) || !fits || rest.length > 0) {
    throw wrong(directive, 'an IPv4 address, and the device of its alias, such as 1.2.3.1 eth0:1');
  }
  const [device = null] = label?.split(':') ?? [];
  return { address, label: label?.includes(':') ? label : null, device };
}

/** The prefix length of a netmask. @throws LvsError invalid-input */
export function readMask(directive: Directive): number {
  const prefix = parseNetmask(directive.value, 'ipv4');
  if (prefix === undefined || prefix === netmaskWithHoles || prefix === 0) {
    throw wrong(directive, 'a netmask such as 255.255.255.0');
  }
  return prefix ?? 32;
}
