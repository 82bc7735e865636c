import { canonicalAddress } from '../model/ip.ts';

export interface SocketAddress {
  /** Canonical, without brackets. */
  readonly address: string;
  readonly port: number;
}

const highestPort = 65535;

/**
 * Reads `1.2.3.1:80` and `[2001:db8::1]:80`; null where the text is neither.
 * @param portWhenOmitted ipvsadm's rule for an address without a port; undefined: there must be one
 */
export function parseSocketAddress(text: string, portWhenOmitted?: number): SocketAddress | null {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  const plain = bracketed ? null : /^([^:]+)(?::(\d+))?$/.exec(text);
  const [, addressText, portText] = bracketed ?? plain ?? [];
  if (addressText === undefined || addressText.includes(':') !== (bracketed !== null)) return null;
  const address = canonicalAddress(addressText);
  const port = portText === undefined ? portWhenOmitted : Number(portText);
  if (address === null || port === undefined || port > highestPort) return null;
  return { address, port };
}
