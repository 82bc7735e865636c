import { canonicalAddress, familyOf } from '../../model/ip.ts';
import type { Parsed } from './problem.ts';

/** An IP address in canonical form, with a port where one was written. */
export interface Endpoint {
  readonly address: string;
  readonly port: number | null;
}

const anyAddress = 'an IPv4 or IPv6 address';
const portRange = 'a port from 0 to 65535';

/** One IP address, without a port. */
export function parseAddress(text: string): Parsed<string> {
  const address = canonicalAddress(text);
  return address === null ? { problem: { allowed: anyAddress, hint: addressHint(text) } } : { value: address };
}

/** `192.168.1.2`, `192.168.1.2:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`. */
export function parseEndpoint(text: string): Parsed<Endpoint> {
  const { addressText, portText, bracketed } = splitEndpoint(text);
  const address = canonicalAddress(addressText);
  if (address === null || (bracketed && familyOf(address) !== 'ipv6'))
    return { problem: { allowed: `${anyAddress}, with or without :PORT`, hint: addressHint(addressText) } };
  if (portText === null) return { value: { address, port: null } };
  const port = parsePort(portText);
  return port === null ? { problem: { allowed: portRange } } : { value: { address, port } };
}

function splitEndpoint(text: string): { addressText: string; portText: string | null; bracketed: boolean } {
  const brackets = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (brackets !== null) return { addressText: brackets[1] ?? '', portText: brackets[2] ?? null, bracketed: true };
  const colon = text.indexOf(':');
  // With more than one colon and no brackets it can only be an IPv6 address.
  if (colon === -1 || text.includes(':', colon + 1)) return { addressText: text, portText: null, bracketed: false };
  return { addressText: text.slice(0, colon), portText: text.slice(colon + 1), bracketed: false };
}

function parsePort(text: string): number | null {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65535 ? Number(text) : null;
}

function addressHint(text: string): string | undefined {
  if (/^\d+(\.\d+){3}$/.test(text)) {
    const octets = text.split('.');
    const zeroed = octets.find((octet) => /^0\d/.test(octet));
    if (zeroed === undefined) return 'each of its four numbers is from 0 to 255';
    const plain = octets.map((octet) => octet.replace(/^0+(?=\d)/, '')).join('.');
    return `"${zeroed}" would be read as octal; write ${plain}`;
  }
  if (text.includes('%')) return 'leave the zone (%…) out';
  if (/^[\w-]*[a-z][\w-]*(\.[\w-]+)*$/i.test(text)) return 'host names are not looked up; write the address';
  return undefined;
}

/** What a canonical address cannot be used for as the address of a server, or null where nothing speaks against it. */
export function unusableAddress(
  address: string,
): 'unspecified' | 'loopback' | 'multicast' | 'reserved' | 'IPv4-mapped' | null {
  if (familyOf(address) === 'ipv6') {
    if (address === '::') return 'unspecified';
    if (address === '::1') return 'loopback';
    if (address.startsWith('::ffff:')) return 'IPv4-mapped';
    return address.startsWith('ff') ? 'multicast' : null;
  }
  const first = Number.parseInt(address, 10);
  if (first === 0) return 'unspecified';
  if (first === 127) return 'loopback';
  if (first >= 240) return 'reserved';
  return first >= 224 ? 'multicast' : null;
}

/** `192.168.1.254` or `192.168.1.254/24`; without a length the prefix is the full one. */
export function parsePrefixed(text: string): Parsed<{ address: string; prefix: number }> {
  const [addressText = '', lengthText, ...rest] = text.split('/');
  const address = canonicalAddress(addressText);
  if (address === null || rest.length > 0)
    return { problem: { allowed: 'ADDRESS or ADDRESS/LENGTH', hint: addressHint(addressText) } };
  const longest = familyOf(address) === 'ipv6' ? 128 : 32;
  if (lengthText === undefined) return { value: { address, prefix: longest } };
  const prefix = /^[1-9]\d{0,2}$/.test(lengthText) ? Number(lengthText) : 0;
  if (prefix < 1 || prefix > longest)
    return { problem: { allowed: `a prefix length from 1 to ${longest} after the slash` } };
  return { value: { address, prefix } };
}
