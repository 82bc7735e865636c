import { setTimeout as pause } from 'node:timers/promises';
import { type AddressTable, parseAddresses } from '../grammar/addresses.ts';
import { runOrFail, understood } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** How long an address may take to come back to its device, and the time between two looks. */
const patience = { milliseconds: 2000, between: 100 };

/**
 * A router's addresses and devices. An address that is on its way, and only lent to the loopback device (see plan/lending.ts), is
 * looked for again until it is back, for two seconds at most. After that the loopback device is where it is.
 * @throws LvsError `read-failed` naming the command that failed
 */
export async function readAddresses(runner: Runner, router: string): Promise<AddressTable> {
  const end = performance.now() + patience.milliseconds;
  for (;;) {
    const text = await runOrFail(runner, router, ['ip', '-j', 'addr', 'show']);
    const table = await understood(router, () => parseAddresses(text));
    const present = new Set(table.addresses.map(({ address }) => address));
    const away = table.lent.filter(({ address }) => !present.has(address));
    if (away.length === 0) return table;
    if (performance.now() > end) return { ...table, addresses: [...table.addresses, ...away] };
    await pause(patience.between);
  }
}
