import { familyOf } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';
import type { Desired, FloatingAddress } from './desired.ts';

/** IFNAMSIZ less the terminating zero. */
const longestLabel = 15;

type Wanted = Pick<Desired, 'floating' | 'labels'>;

/**
 * Hands out the labels `eth0:1`, `eth0:2`, … of each device that no address has and no declaration asks for; null where the
 * device's name leaves no room for one.
 */
export function freeLabels(live: readonly HeldAddress[], desired: Wanted): (device: string) => string | null {
  const declared = [...desired.floating.values()].map(({ label }) => label);
  const chosen = desired.labels?.values() ?? [];
  const taken = new Set([...live.map(({ label }) => label), ...declared, ...chosen]);
  const lastNumber = new Map<string, number>();
  return (device) => {
    for (let number = (lastNumber.get(device) ?? 0) + 1; ; number++) {
      const label = `${device}:${number}`;
      if (label.length > longestLabel) return null;
      if (taken.has(label)) continue;
      lastNumber.set(device, number);
      return label;
    }
  };
}

/**
 * A label for every IPv4 floating address, by address: the declared one, the one in `chosen` (an earlier choice), the one that
 * the address has now, or a free one. No label is given twice, nor one that another address of the router has.
 */
export function chooseLabels(
  live: readonly HeldAddress[],
  desired: Wanted,
  chosen: ReadonlyMap<string, string | undefined>,
): Map<string, string | null> {
  const all = [...desired.floating.values()].filter(({ address }) => familyOf(address) === 'ipv4');
  const labels = new Map(all.flatMap(({ address, label }) => (label === null ? [] : [[address, label] as const])));
  const taken = new Set(labels.values());
  for (const floating of all) {
    const kept = earlierLabels(floating, live, chosen).find((label) => !taken.has(label));
    if (labels.has(floating.address) || kept === undefined) continue;
    labels.set(floating.address, kept);
    taken.add(kept);
  }
  const freeLabel = freeLabels(live, { floating: desired.floating, labels });
  return new Map(all.map(({ address, device }) => [address, labels.get(address) ?? freeLabel(device)]));
}

/** Labels that the address had or has on its device, unless they are another address's by now. */
function earlierLabels(
  { address, device }: FloatingAddress,
  live: readonly HeldAddress[],
  chosen: ReadonlyMap<string, string | undefined>,
): string[] {
  const held = live.filter((each) => each.address === address && each.device === device).map(({ label }) => label);
  const others = new Set(live.filter((each) => each.address !== address).map(({ label }) => label));
  return [chosen.get(address) ?? null, ...held].flatMap((label) =>
    label?.startsWith(`${device}:`) && !others.has(label) ? [label] : [],
  );
}
