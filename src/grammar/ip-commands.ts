import { familyOf } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';

/**
 * Arguments of ip(8), without the program's name; joined by blanks, the same words are a line for `ip -batch -`.
 *
 * IPv6 addresses are added without `nodad`: with it the kernel announces nothing. Where duplicate-address detection is
 * switched off (`accept_dad=0`) they can be used at once all the same.
 */
export function addAddress(held: Omit<HeldAddress, 'secondary'>): string[] {
  const label = held.label === null || familyOf(held.address) === 'ipv6' ? [] : ['label', held.label];
  return ['addr', 'add', `${held.address}/${held.prefix}`, 'dev', held.device, ...label];
}

/** Always with the prefix: without it ip(8) takes the first address that fits. */
export function deleteAddress(held: Pick<HeldAddress, 'address' | 'prefix' | 'device'>): string[] {
  return ['addr', 'del', `${held.address}/${held.prefix}`, 'dev', held.device];
}
