import { familyOf } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';

/** The kernel tells the addresses of a device apart by prefix, too. */
export function placementOf({ address, prefix, device }: HeldAddress): string {
  return `${address}/${prefix} ${device}`;
}

/** Whether a device cannot have both: an IPv6 address it has once, with one prefix. */
export function excludes(a: HeldAddress, b: HeldAddress): boolean {
  if (a.address !== b.address || a.device !== b.device) return false;
  return a.prefix === b.prefix || familyOf(a.address) === 'ipv6';
}

/**
 * Finds what each new placement of an address replaces: first of all what must go before it can come. `gone` is what
 * nothing replaces.
 */
export function pairUp(
  added: readonly HeldAddress[],
  removed: readonly HeldAddress[],
): { replaced: ReadonlyMap<HeldAddress, HeldAddress>; gone: readonly HeldAddress[] } {
  const left = new Map<string, Set<HeldAddress>>();
  for (const held of removed) left.set(held.address, (left.get(held.address) ?? new Set()).add(held));
  const replaced = new Map<HeldAddress, HeldAddress>();
  const pair = (held: HeldAddress, fits: (old: HeldAddress) => boolean) => {
    const candidates = left.get(held.address) ?? new Set();
    const old = [...candidates].find(fits);
    if (old === undefined || replaced.has(held)) return;
    candidates.delete(old);
    replaced.set(held, old);
  };
  for (const held of added) pair(held, (old) => excludes(old, held));
  for (const held of added) pair(held, () => true);
  return { replaced, gone: [...left.values()].flatMap((rest) => [...rest]) };
}
