import type { Surveyed } from '../../converge/survey.ts';
import { familyOf } from '../../model/ip.ts';
import type { WayBack } from './detour.ts';

/**
 * How the router called `old` passes to `target` what real servers answer: for each NAT router address that leaves it, the
 * target's own address on that network.
 */
export function waysBack(
  old: Surveyed,
  target: Surveyed,
): { readonly ways: readonly WayBack[] } | { readonly obstacle: string } {
  const ways: WayBack[] = [];
  for (const { address, device } of old.live.addresses) {
    if (old.desired.floating.get(address)?.role !== 'nat-router') continue;
    const there = target.desired.floating.get(address)?.device ?? device;
    const own = target.live.addresses.filter(
      (held) =>
        held.device === there && familyOf(held.address) === familyOf(address) && !isFloating(target, held.address),
    );
    // An address that is good on this network only will do where there is no other.
    const via = (own.find((held) => !held.address.startsWith('fe80:')) ?? own[0])?.address;
    if (via === undefined) return { obstacle: `${target.name} has no address of its own on ${there}` };
    if (!ways.some((way) => way.via === via && way.device === device)) ways.push({ device, via });
  }
  return { ways };
}

function isFloating({ desired }: Surveyed, address: string): boolean {
  return desired.floating.has(address) || desired.retired.has(address);
}
