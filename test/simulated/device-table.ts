import type { HeldAddress } from '../../src/model/state.ts';

export interface SimulatedDevice {
  readonly name: string;
  up: boolean;
  carrier: boolean;
  readonly mac: string;
}

/** On dummy devices and the loopback there is none. */
export function hasArp(name: string): boolean {
  return name !== 'lo' && !name.startsWith('dummy');
}

type NewAddress = Omit<HeldAddress, 'secondary'>;

/** Network devices and their addresses, under the kernel's rules. */
export class DeviceTable {
  readonly #devices = new Map<string, SimulatedDevice>();
  #addresses: HeldAddress[] = [];
  readonly #promotesSecondaries: (device: string) => boolean;

  /** @param promotesSecondaries whether a secondary takes the place of a primary that goes (`promote_secondaries`) */
  constructor(devices: Iterable<SimulatedDevice>, promotesSecondaries: (device: string) => boolean) {
    for (const device of devices) this.#devices.set(device.name, device);
    this.#promotesSecondaries = promotesSecondaries;
  }

  has(device: string): boolean {
    return this.#devices.has(device);
  }

  devices(): SimulatedDevice[] {
    return [...this.#devices.values()];
  }

  device(name: string): SimulatedDevice | undefined {
    return this.#devices.get(name);
  }

  /** What the kernel says of an address of which it makes no use, by device and address. */
  readonly unusable = new Map<string, 'dadfailed' | 'tentative'>();

  addresses(): HeldAddress[] {
    return this.#addresses.map((held) => ({ ...held }));
  }

  addressesOf(device: string): HeldAddress[] {
    return this.addresses().filter((held) => held.device === device);
  }

  /** @returns false where the device holds it already */
  add(held: NewAddress): boolean {
    const own = this.addressesOf(held.device);
    const isIpv6 = held.address.includes(':');
    const same = own.some(({ address, prefix }) => address === held.address && (isIpv6 || prefix === held.prefix));
    if (same) return false;
    const secondary = !isIpv6 && own.some((other) => !other.secondary && inOneSubnet(other, held));
    const label = isIpv6 || held.label === held.device ? null : held.label;
    this.#insert({ ...held, label, secondary });
    return true;
  }

  /** @returns false where the device does not hold it; a prefix of null fits any */
  delete(device: string, address: string, prefix: number | null): boolean {
    const held = this.#addresses.find(
      (other) => other.device === device && other.address === address && (prefix === null || other.prefix === prefix),
    );
    if (held === undefined) return false;
    this.#addresses = this.#addresses.filter((other) => other !== held);
    this.unusable.delete(`${device} ${held.address}`);
    if (!held.secondary && !held.address.includes(':')) this.#afterPrimary(held);
    return true;
  }

  /** Its secondaries go with a primary, unless the first of them is promoted. */
  #afterPrimary(primary: HeldAddress): void {
    const orphans = this.#addresses.filter(
      (other) => other.device === primary.device && other.secondary && inOneSubnet(other, primary),
    );
    this.#addresses = this.#addresses.filter((other) => !orphans.includes(other));
    if (!this.#promotesSecondaries(primary.device)) return;
    for (const [index, orphan] of orphans.entries()) this.#insert({ ...orphan, secondary: index > 0 });
  }

  /** IPv4: primaries before secondaries. IPv6: the newest first, link-local ones last. */
  #insert(held: HeldAddress): void {
    const rank = ({ address, secondary }: HeldAddress) => {
      if (!address.includes(':')) return secondary ? 1 : 0;
      return address.startsWith('fe80:') ? 3 : 2;
    };
    const isIpv6 = held.address.includes(':');
    const index = this.#addresses.findIndex(
      (other) => other.device === held.device && (isIpv6 ? rank(other) >= rank(held) : rank(other) > rank(held)),
    );
    this.#addresses.splice(index < 0 ? this.#addresses.length : index, 0, held);
  }
}

function inOneSubnet(a: NewAddress, b: NewAddress): boolean {
  return a.prefix === b.prefix && network(a) === network(b);
}

function network({ address, prefix }: NewAddress): string {
  return address
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('')
    .slice(0, prefix);
}
