import type { Protocol } from '../../model/state.ts';
import { type Endpoint, parseEndpoint } from './address.ts';
import { didYouMean } from './nearest.ts';
import type { Parsed } from './problem.ts';

/** How lvs.yaml names what a virtual server listens on. */
export type VirtualAddress =
  | { readonly protocol: Protocol; readonly address: string; readonly port: number }
  | { readonly fwmark: number };

const protocols: readonly Protocol[] = ['tcp', 'udp', 'sctp'];
const forms = 'tcp://, udp:// or sctp:// with ADDRESS:PORT, or fwmark:MARK';
const largestMark = 0xffff_ffff;

/** `tcp://1.2.3.1:80`, `udp://[2001:db8::1]:53`, `fwmark:7`; port 0 is all ports. */
export function parseVirtualAddress(text: string): Parsed<VirtualAddress> {
  const mark = /^fwmark:(.*)$/.exec(text);
  if (mark !== null) return parseMark(mark[1] ?? '');
  const scheme = /^([^:/]*):\/\/(.*)$/.exec(text);
  if (scheme === null) return { problem: { allowed: forms, hint: schemeHint(text) } };
  const [, name = '', rest = ''] = scheme;
  const protocol = protocols.find((known) => known === name);
  if (protocol === undefined) return { problem: { allowed: forms, hint: didYouMean(name, protocols) } };
  const endpoint = parseEndpoint(rest);
  return 'value' in endpoint ? withPort(protocol, endpoint.value) : endpoint;
}

function withPort(protocol: Protocol, { address, port }: Endpoint): Parsed<VirtualAddress> {
  if (port !== null) return { value: { protocol, address, port } };
  const host = address.includes(':') ? `[${address}]` : address;
  return { problem: { allowed: 'ADDRESS:PORT', hint: `add the port, such as ${protocol}://${host}:80` } };
}

function parseMark(text: string): Parsed<VirtualAddress> {
  const fwmark = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (fwmark < 1 || fwmark > largestMark) return { problem: { allowed: `a firewall mark from 1 to ${largestMark}` } };
  return { value: { fwmark } };
}

function schemeHint(text: string): string | undefined {
  const endpoint = parseEndpoint(text);
  return 'value' in endpoint ? `write tcp://${text}` : undefined;
}
