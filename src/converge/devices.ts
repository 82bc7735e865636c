import type { Device } from '../grammar/addresses.ts';
import type { RouterPlan } from '../plan/router-plan.ts';

/** Something that keeps a router from doing its part, and what to do about it. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}

/** The devices on which a plan enables addresses. */
export function devicesToCome({ live, target }: Pick<RouterPlan, 'live' | 'target'>): Set<string> {
  const held = new Set(live.addresses);
  return new Set(target.addresses.filter((address) => !held.has(address)).map(({ device }) => device));
}

/** Why addresses cannot be enabled on devices: those that are not there, and those that are down. */
export function deviceProblems(names: Iterable<string>, devices: ReadonlyMap<string, Device>): Problem[] {
  return [...names].flatMap((name) => {
    const device = devices.get(name);
    if (device === undefined) {
      return [{ message: `there is no device ${name}`, hint: 'see "ip link" there, and "devices:" in lvs.yaml' }];
    }
    if (!device.up) return [{ message: `the device ${name} is down`, hint: `switch it on: ip link set ${name} up` }];
    return [];
  });
}
