import { familyOf } from '../model/ip.ts';
import type { HeldAddress } from '../model/state.ts';
import type { Change, Command } from '../plan/change.ts';
import type { Moving } from '../plan/lease/decide.ts';
import { audible, enabledAddresses } from './announcements.ts';
import type { Planned } from './planned.ts';

/** The addresses that a router decides about, with what it needs for that. @param back what leads back on the router */
export function movingOf(
  router: Planned,
  all: readonly Planned[],
  moved: ReadonlySet<string>,
  back: readonly Change[],
): Moving {
  const { plan, tools } = router;
  const addresses = [...plan.live.addresses, ...enabledAddresses(router)].filter(({ address }) => moved.has(address));
  const commands = addressCommands([...plan.changes, ...back], moved);
  return {
    addresses,
    audible: audible(addresses, tools),
    enable: commands.filter(({ argv }) => argv[2] === 'add'),
    disable: commands.filter(({ argv }) => argv[2] === 'del'),
    macs: macsOfOthers(router, all),
    own: ownAddresses(router, moved),
  };
}

function addressCommands(changes: readonly Change[], moved: ReadonlySet<string>): Command[] {
  const own = changes.filter((change) => isAddressIn(moved, change)).flatMap(({ commands }) => commands);
  return own.filter(({ argv }) => argv[0] === 'ip' && argv[1] === 'addr');
}

export function isAddressIn(addresses: ReadonlySet<string>, { kind, key }: Change): boolean {
  return kind === 'address' && addresses.has(key);
}

const mac = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/**
 * By these the other routers are told from any other machine that answers for an address: a real server, a proxy. Null: a router
 * that takes no part may answer as well, or the addresses of one are not known.
 */
function macsOfOthers(router: Planned, all: readonly Planned[]): string[] | null {
  const others = all.filter((other) => other !== router);
  if (others.length === 0 || all.some(({ yields }) => yields)) return null;
  const macs = others.map(({ devices }) =>
    [...devices.values()].flatMap((device) => (device.mac !== null && mac.test(device.mac) ? [device.mac] : [])),
  );
  return macs.every((each) => each.length > 0) ? [...new Set(macs.flat())] : null;
}

/** By device, an IPv4 address that is there before the run and after it. */
function ownAddresses({ plan }: Planned, moved: ReadonlySet<string>): Map<string, string> {
  const isThere = new Set(plan.target.addresses.map(({ address }) => address));
  const stays = ({ address }: HeldAddress) =>
    familyOf(address) === 'ipv4' && !moved.has(address) && isThere.has(address);
  // The first of a device is its primary one.
  return new Map(
    plan.live.addresses
      .filter(stays)
      .map(({ device, address }) => [device, address] as const)
      .reverse(),
  );
}
