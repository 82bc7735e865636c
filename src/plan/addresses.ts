import { familyOf } from '../model/ip.ts';
import type { HeldAddress, UnusableAddress } from '../model/state.ts';
import type { Desired, FloatingAddress } from './desired.ts';
import { freeLabels } from './labels.ts';
import { ownAddresses } from './own-addresses.ts';
import type { Request } from './target.ts';

/**
 * What a router does with the floating addresses: `enable` holds all of them, `disable` none, `keep` mends those that it
 * holds already and enables no other, `ignore` leaves them as they are.
 */
export type AddressPolicy = 'enable' | 'disable' | 'keep' | 'ignore';

/** The addresses that a router is to end with; additions come after what is there, in the file's order. */
export function targetAddresses(
  live: readonly HeldAddress[],
  desired: Desired,
  request: Request,
): readonly HeldAddress[] {
  if (request.addresses === 'ignore') return live;
  const isOwn = ownAddresses(live, desired, request.depended);
  const gone = new Set([...withdrawn(live, desired, request)].filter((held) => !isOwn(held)));
  const target = byAddress(live.filter((held) => !gone.has(held)));
  const freeLabel = freeLabels(live, desired);
  const labelOf: LabelOf = ({ address, device }) => desired.labels?.get(address) ?? freeLabel(device);
  for (const floating of desired.floating.values()) {
    if (!request.scope.everything && !request.scope.addresses.has(floating.address)) continue;
    const held = target.get(floating.address);
    // The router's own stays as it is, for what it is worth.
    if (held?.some(isOwn)) continue;
    if (request.addresses === 'disable') target.delete(floating.address);
    else if (request.addresses === 'enable' || held !== undefined)
      target.set(floating.address, [placed(floating, held, labelOf)]);
  }
  return [...target.values()].flat();
}

/**
 * What stays of the addresses that are there and not used: what is enabled comes in their place, and what is disabled or
 * withdrawn goes.
 */
export function targetUnusable(
  unusable: readonly UnusableAddress[],
  desired: Desired,
  request: Request,
): readonly UnusableAddress[] {
  const { scope, addresses } = request;
  if (addresses === 'ignore') return unusable;
  const gone = withdrawn(unusable, desired, { ...request, prune: false });
  const isDone = ({ address }: UnusableAddress) =>
    addresses !== 'keep' && desired.floating.has(address) && (scope.everything || scope.addresses.has(address));
  return unusable.filter((each) => !gone.has(each) && !isDone(each));
}

function byAddress(live: readonly HeldAddress[]): Map<string, HeldAddress[]> {
  const groups = new Map<string, HeldAddress[]>();
  for (const held of live) {
    const group = groups.get(held.address);
    if (group === undefined) groups.set(held.address, [held]);
    else group.push(held);
  }
  return groups;
}

/**
 * Held addresses that no enabled virtual server declares any more, in whatever form, and with `prune` the undeclared aliases:
 * those alone, for another device may have the same address for a reason of its own.
 */
function withdrawn(
  live: readonly HeldAddress[],
  desired: Desired,
  { scope, prune, protected: kept }: Request,
): Set<HeldAddress> {
  const isNamed = (address: string) => (scope.everything ? desired.retired.has(address) : scope.addresses.has(address));
  const undeclared = live.filter(({ address }) => isNamed(address) && !desired.floating.has(address));
  const aliases = scope.everything && prune ? unmanagedAliases(live, desired) : [];
  return new Set([...undeclared, ...aliases.filter(({ address }) => !kept.has(address))]);
}

/** Undeclared labelled /32 aliases on floating devices: they look like floating addresses that somebody forgot. */
export function unmanagedAliases(live: readonly HeldAddress[], desired: Desired): HeldAddress[] {
  return live.filter(
    (held) =>
      held.label !== null &&
      held.prefix === 32 &&
      desired.devices.has(held.device) &&
      !desired.floating.has(held.address) &&
      !desired.retired.has(held.address),
  );
}

type LabelOf = (floating: FloatingAddress) => string | null;

/** The floating address as it is to be held: as it is where that is right, else as declared. */
function placed(floating: FloatingAddress, held: readonly HeldAddress[] | undefined, labelOf: LabelOf): HeldAddress {
  const { address, prefix, device, label } = floating;
  const right = held?.find((candidate) => candidate.device === device && candidate.prefix === prefix);
  if (right !== undefined && (label === null || label === right.label)) return right;
  if (familyOf(address) === 'ipv6') return { address, prefix, device, label: null, secondary: false };
  return { address, prefix, device, label: label ?? labelOf(floating), secondary: false };
}
