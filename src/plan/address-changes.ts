import { announce } from '../grammar/arping-commands.ts';
import { addAddress, deleteAddress } from '../grammar/ip-commands.ts';
import { familyOf } from '../model/ip.ts';
import type { HeldAddress, RouterState, UnusableAddress } from '../model/state.ts';
import type { Change, Command, Stage } from './change.ts';
import type { Tools } from './difference.ts';
import { fieldsOfAddress } from './fields.ts';
import { excludes, pairUp, placementOf } from './placements.ts';
import { promotionNeeded, type States } from './promotion.ts';

/**
 * Changes of floating addresses. A wrong prefix or device is put right by adding the right one before the wrong one goes; a
 * label cannot be changed in place, nor an IPv6 prefix, so there the address goes and comes within one batch.
 */
export function addressChanges(before: RouterState, after: RouterState, announced: Announcer): Change[] {
  const [present, wanted] = [placements(before.addresses), placements(after.addresses)];
  const added = after.addresses.filter((held) => !sameLabel(present.get(placementOf(held)), held));
  const removed = before.addresses.filter((held) => !sameLabel(wanted.get(placementOf(held)), held));
  const { replaced, gone } = pairUp(added, removed);
  const states = { before, after };
  const unusable = before.unusable ?? [];
  const inTheWay = (held: HeldAddress) => unusable.find((old) => isSamePlace(old, held));
  const leaving = unusable.filter(
    (old) => after.unusable?.includes(old) === false && !added.some((held) => isSamePlace(old, held)),
  );
  return [
    ...leaving.map((old) => change('remove', old, null, removal('disable', old, states))),
    ...added.map((held) => {
      const useless = inTheWay(held);
      if (useless !== undefined) return change('change', useless, held, anew(useless, held, announced(held)));
      const old = replaced.get(held);
      return old === undefined
        ? change('add', null, held, [ip('enable', addAddress(held)), ...announced(held)])
        : change('change', old, held, replacement(old, held, announced(held), states));
    }),
    ...gone.map((held) => change('remove', held, null, removal('disable', held, states))),
  ];
}

/** The kernel has an address of IPv6 on a device once, whatever its prefix. */
function isSamePlace(old: UnusableAddress, held: HeldAddress): boolean {
  return old.address === held.address && old.device === held.device;
}

/** The kernel asks anew whether another machine has an address only when it is added. */
function anew(old: HeldAddress, held: HeldAddress, announced: Command[]): Command[] {
  return [ip('enable', deleteAddress(old)), ip('enable', addAddress(held)), ...announced];
}

function placements(addresses: readonly HeldAddress[]): Map<string, HeldAddress> {
  return new Map(addresses.map((held) => [placementOf(held), held]));
}

function sameLabel(found: HeldAddress | undefined, held: HeldAddress): boolean {
  return found !== undefined && found.label === held.label;
}

function replacement(old: HeldAddress, held: HeldAddress, announced: Command[], states: States): Command[] {
  const add = ip('enable', addAddress(held));
  if (!excludes(old, held)) return [add, ...announced, ...removal('disable', old, states)];
  return [...removal('enable', old, states), add, ...announced];
}

function change(
  action: Change['action'],
  before: HeldAddress | null,
  after: HeldAddress | null,
  commands: readonly Command[],
): Change {
  return {
    action,
    kind: 'address',
    virtualServer: null,
    key: (after ?? before)?.address ?? '',
    before: before && fieldsOfAddress(before),
    after: after && fieldsOfAddress(after),
    commands,
  };
}

type Announcer = (held: HeldAddress) => Command[];

/** IPv6 addresses announce themselves (ndisc_notify), and where there is no ARP there is nothing to announce. */
export function announcer({ arping, withoutArp }: Tools): Announcer {
  return ({ address, device }) => {
    if (familyOf(address) === 'ipv6' || withoutArp.has(device)) return [];
    return [{ stage: 'announce', argv: ['arping', ...announce(arping, address, device, 1)] }];
  };
}

function removal(stage: Stage, held: HeldAddress, states: States): Command[] {
  const remove = ip(stage, deleteAddress(held));
  const setting = promotionNeeded(held, states);
  if (setting === null) return [remove];
  return [
    { stage: 'settings', argv: ['sysctl', '-w', `${setting}=1`] },
    remove,
    { stage: 'restore', argv: ['sysctl', '-w', `${setting}=0`] },
  ];
}

function ip(stage: Stage, args: readonly string[]): Command {
  return { stage, argv: ['ip', ...args] };
}
