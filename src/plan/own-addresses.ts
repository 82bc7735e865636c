import ipaddr from 'ipaddr.js';
import { familyOf, fullPrefix } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';
import type { Desired } from './desired.ts';
import { placementOf } from './placements.ts';

type Judge = (held: HeldAddress) => boolean;

/** IFNAMSIZ less the terminating zero: a longer name leaves no room for a label. */
const longestLabel = 15;

/**
 * Which addresses are the router's own: it is on a network by them, and its routes go with them. They are never removed nor
 * replaced, whatever is declared. Floating addresses are aliases beside one of them: labelled, secondary, or of full length.
 * @param depended placements of further addresses that routes depend on
 */
export function ownAddresses(
  live: readonly HeldAddress[],
  { floating }: Pick<Desired, 'floating'>,
  depended: ReadonlySet<string> = new Set(),
): Judge {
  return (held) => {
    if (depended.has(placementOf(held))) return true;
    const { address, prefix, device, label, secondary } = held;
    if (secondary || label !== null || prefix >= fullPrefix(familyOf(address))) return false;
    const declared = floating.get(address);
    const isAsDeclared = declared?.prefix === prefix && declared.device === device;
    if (familyOf(address) === 'ipv4') return !(isAsDeclared && `${device}:1`.length > longestLabel);
    return !isAsDeclared && !live.some((other) => other !== held && sharesNetwork(other, held));
  };
}

/** Whether a device is on the network of an address by another one, too. */
function sharesNetwork(other: HeldAddress, { address, prefix, device }: HeldAddress): boolean {
  return other.device === device && other.prefix === prefix && within(other.address, address, prefix);
}

/** A route as `ip -j route show` has it. */
export interface Route {
  readonly gateway?: string;
  readonly dev?: string;
  readonly prefsrc?: string;
  /** The kernel's own go and come with addresses. */
  readonly protocol?: string;
}

/** The placements of addresses that a route depends on: as its source, or as the only way to its gateway. */
export function dependedOn(live: readonly HeldAddress[], routes: readonly Route[]): Set<string> {
  const made = routes.filter(({ protocol }) => protocol !== 'kernel');
  const isNeeded = (held: HeldAddress) =>
    made.some(({ gateway, dev, prefsrc }) => {
      if (prefsrc === held.address) return true;
      if (gateway === undefined || dev !== held.device) return false;
      const reaching = live.filter((each) => each.device === dev && within(gateway, each.address, each.prefix));
      return reaching.length === 1 && reaching[0] === held;
    });
  return new Set(live.filter(isNeeded).map(placementOf));
}

function within(address: string, network: string, prefix: number): boolean {
  if (familyOf(address) !== familyOf(network)) return false;
  if (familyOf(address) === 'ipv6') return ipaddr.IPv6.parse(address).match(ipaddr.IPv6.parse(network), prefix);
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse(network), prefix);
}
