import { LvsError } from '../model/errors.ts';
import { canonicalAddress } from '../model/ip.ts';
import type { HeldAddress, UnusableAddress } from '../model/state.ts';
import { incomplete } from './lines.ts';

export interface Device {
  /** The kernel's number for it. */
  readonly index: number;
  readonly name: string;
  /** Whether the administrator switched it on. */
  readonly up: boolean;
  /** Whether it is up and its link is there. */
  readonly carrier: boolean;
  /** Null where it has none. */
  readonly mac: string | null;
  /** Whether anybody is asked by ARP on it: a dummy, a loopback or a tunnel device has nobody to ask. */
  readonly arp: boolean;
}

export interface AddressTable {
  /** In the kernel's order. */
  readonly addresses: readonly HeldAddress[];
  /** Those that a loopback device has for a limited time, which are left out above: they are lent to it. */
  readonly lent: readonly HeldAddress[];
  /** Those of which the kernel makes no use, which are left out above, too. */
  readonly unusable: readonly UnusableAddress[];
  readonly devices: readonly Device[];
}

/** What is read of ip(8)'s JSON. */
interface LinkJson {
  readonly ifindex?: number;
  readonly ifname?: string;
  readonly flags?: readonly string[];
  readonly link_type?: string;
  readonly address?: string;
  readonly addr_info?: readonly AddressJson[];
}

interface AddressJson {
  readonly local?: string;
  readonly prefixlen?: number;
  readonly label?: string;
  readonly secondary?: boolean;
  /** Seconds. */
  readonly valid_life_time?: number;
  /** Of IPv6: whether another machine has it is still being asked, or was found out. */
  readonly tentative?: boolean;
  readonly optimistic?: boolean;
  readonly dadfailed?: boolean;
}

/**
 * Reads `ip -j addr show`.
 * @throws LvsError `read-failed` where it is no JSON of that kind
 */
export function parseAddresses(text: string): AddressTable {
  const addresses: HeldAddress[] = [];
  const lent: HeldAddress[] = [];
  const unusable: UnusableAddress[] = [];
  const devices: Device[] = [];
  for (const link of readLinks(text)) {
    // ip leaves an empty object for each device that its own filters passed over.
    if (link.ifname === undefined) continue;
    devices.push(readDevice(link.ifname, link));
    for (const json of link.addr_info ?? []) {
      const held = readAddress(link.ifname, json);
      if (held === null) continue;
      const because = whyUnusable(json);
      if (isLent(link, json)) lent.push(held);
      else if (because !== null) unusable.push({ ...held, because });
      else addresses.push(held);
    }
  }
  return { addresses, lent, unusable, devices };
}

/** ip(8) says 2^32 - 1 where the kernel never takes an address away. */
function isLent({ flags = [] }: LinkJson, { valid_life_time: seconds = 2 ** 32 - 1 }: AddressJson): boolean {
  return seconds < 2 ** 32 - 1 && flags.includes('LOOPBACK');
}

function whyUnusable({ tentative, optimistic, dadfailed }: AddressJson): UnusableAddress['because'] | null {
  if (dadfailed === true) return 'dadfailed';
  return tentative === true && optimistic !== true ? 'tentative' : null;
}

/** There is a loopback device in every network namespace. */
function readLinks(text: string): readonly LinkJson[] {
  const source = 'ip -j addr show';
  if (text.trim() === '') throw incomplete(source, 'no JSON');
  try {
    const json: unknown = JSON.parse(text);
    if (Array.isArray(json)) {
      if (!json.some((link) => link?.ifname !== undefined)) throw incomplete(source, 'no device');
      return json;
    }
  } catch (cause) {
    if (cause instanceof LvsError) throw cause;
    throw new LvsError('read-failed', 'ip -j addr show: the output is not JSON.', { cause });
  }
  throw new LvsError('read-failed', 'ip -j addr show: the output is not a list of devices.');
}

function readDevice(name: string, { ifindex: index = 0, flags = [], link_type, address }: LinkJson): Device {
  const mac = link_type === 'ether' ? (address ?? null) : null;
  const arp = !flags.includes('NOARP') && !flags.includes('LOOPBACK');
  return { index, name, up: flags.includes('UP'), carrier: flags.includes('LOWER_UP'), mac, arp };
}

/** Null for an address of a family that is neither IPv4 nor IPv6. */
function readAddress(device: string, { local, prefixlen, label, secondary = false }: AddressJson): HeldAddress | null {
  const address = local === undefined ? null : canonicalAddress(local);
  if (address === null || prefixlen === undefined) return null;
  return { address, prefix: prefixlen, device, label: label === device ? null : (label ?? null), secondary };
}
