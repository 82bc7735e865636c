import { setTimeout as pause } from 'node:timers/promises';
import { type AddressTable, parseAddresses } from '../grammar/addresses.ts';
import type { HeldAddress } from '../model/state.ts';
import { runOrFail, understood } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** How long an address may take to come to its device, and the time between two looks. */
const patience = { milliseconds: 2000, between: 100 };

/** The devices on which each floating address is declared. */
export type Places = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * A router's addresses and devices. An address that is on its way is looked for again until it is there, for two seconds at most:
 * one that is only lent to the loopback device (see plan/lending.ts), and a floating one of which the kernel still asks whether
 * another machine has it. A floating address on a device where it is not declared, and where nobody is told of it (the loopback
 * device, a dummy, a tunnel), is that of a real server for direct routing or tunnelling: it is left out.
 * @throws LvsError `read-failed` naming the command that failed
 */
export async function readAddresses(
  runner: Runner,
  router: string,
  places: Places = new Map(),
): Promise<Omit<AddressTable, 'lent'> & { readonly aside: readonly HeldAddress[] }> {
  const end = performance.now() + patience.milliseconds;
  for (;;) {
    const text = await runOrFail(runner, router, ['ip', '-j', 'addr', 'show']);
    const { lent, ...table } = await understood(router, () => parseAddresses(text));
    const silent = new Set(table.devices.filter(({ arp }) => !arp).map(({ name }) => name));
    const isThere = ({ address, device }: HeldAddress) =>
      !silent.has(device) || places.get(address)?.has(device) !== false;
    const there = table.addresses.filter(isThere);
    const aside = table.addresses.filter((held) => !isThere(held));
    const present = new Set(table.addresses.map(({ address }) => address));
    const away = lent.filter(({ address }) => !present.has(address));
    const carriers = new Set(table.devices.filter(({ carrier }) => carrier).map(({ name }) => name));
    const isComing = table.unusable.some(
      ({ address, device, because }) => because === 'tentative' && places.has(address) && carriers.has(device),
    );
    if (away.length === 0 && !isComing) return { ...table, aside, addresses: there };
    // It is where it is lent to, by now.
    if (performance.now() > end) return { ...table, aside, addresses: [...there, ...away.filter(isThere)] };
    await pause(patience.between);
  }
}
