import ipaddr from 'ipaddr.js';
import { familyOf } from '../../model/ip.ts';

/** lvs.yaml does not say how large networks are; these sizes are assumed. */
const assumedPrefix = { ipv4: 24, ipv6: 64 } as const;

/** The subnet that an address is assumed to be in: `192.168.1.0/24`, `2001:db8::/64`. */
export function subnetAround(address: string): string {
  return subnetWithPrefix(address, assumedPrefix[familyOf(address)]);
}

/** The subnet of a size that an address is in. */
export function subnetWithPrefix(address: string, prefix: number): string {
  const network = ipaddr.parse(address).kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${network.networkAddressFromCIDR(`${address}/${prefix}`).toString()}/${prefix}`;
}

/** `192.168.1.11` to `192.168.1.11/24`. */
export function withAssumedPrefix(address: string): string {
  return `${address}/${assumedPrefix[familyOf(address)]}`;
}

/**
 * The first address of the subnet that `taken` does not have, from a preferred host number on: number 11 is
 * `192.168.1.11`, and `2001:db8::11` for IPv6.
 */
export function freeAddress(subnet: string, preferred: number, taken: ReadonlySet<string>): string {
  const [network = ''] = subnet.split('/');
  for (let offset = 0; offset < 253; offset++) {
    const number = ((preferred - 1 + offset) % 253) + 1;
    const address = hostAddress(network, number);
    if (!taken.has(address)) return address;
  }
  throw new RangeError(`${subnet} has no free address`);
}

function hostAddress(network: string, number: number): string {
  if (familyOf(network) === 'ipv4') return network.replace(/\.\d+$/, `.${number}`);
  const bytes = ipaddr.parse(network).toByteArray();
  // Decimal digits read the same in the text of the address.
  const digits = Number.parseInt(String(number), 16);
  bytes[14] = digits >> 8;
  bytes[15] = digits & 255;
  return new ipaddr.IPv6(bytes).toRFC5952String();
}

/** A free address of a subnet, which is then taken. */
export function takeAddress(subnet: string, preferred: number, taken: Set<string>): string {
  const address = freeAddress(subnet, preferred, taken);
  taken.add(address);
  return address;
}

/** `192.168.1.11/24` to `192.168.1.11`. */
export function withoutPrefix(address: string): string {
  return address.replace(/\/\d+$/, '');
}
