import { setTimeout as pause } from 'node:timers/promises';
import { type AddressTable, parseAddresses } from '../grammar/addresses.ts';
import { runOrFail, understood } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** The longest time for an address to come back to its device, and the time between two looks. */
const patience = { milliseconds: 2000, between: 100 };

/**
 * A router's addresses and devices. An address that is on its way, and only lent to the loopback device (see plan/lending.ts), is
 * looked for again until it is back, for some seconds at most.
 * @throws LvsError `read-failed` naming the command that failed
 */
export async function readAddresses(runner: Runner, router: string): Promise<AddressTable> {
  const end = performance.now() + patience.milliseconds;
  for (;;) {
    const text = await runOrFail(runner, router, ['ip', '-j', 'addr', 'show']);
    const table = await understood(router, () => parseAddresses(text));
    const present = new Set(table.addresses.map(({ address }) => address));
    if (table.lent.every((address) => present.has(address)) || performance.now() > end) return table;
    await pause(patience.between);
  }
}
