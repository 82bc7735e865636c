import type { HeldAddress } from '../model/state.ts';
import type { Desired } from './desired.ts';

/** IFNAMSIZ less the terminating zero. */
const longestLabel = 15;

/**
 * Hands out the labels `eth0:1`, `eth0:2`, … of each device that no address has and no declaration asks for; null where the
 * device's name leaves no room for one.
 */
export function freeLabels(
  live: readonly HeldAddress[],
  desired: Pick<Desired, 'floating'>,
): (device: string) => string | null {
  const declared = [...desired.floating.values()].map(({ label }) => label);
  const taken = new Set([...live.map(({ label }) => label), ...declared]);
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
