import { expect, it } from 'vitest';
import { readAddresses } from '../../src/router/addresses.ts';
import type { Runner } from '../../src/router/runner.ts';

const device = (name: string, flags: string[], seconds: number) => ({
  ifname: name,
  flags,
  addr_info: [{ family: 'inet6', local: '2001:db8::1', prefixlen: 128, valid_life_time: seconds }],
});
const lent = device('lo', ['LOOPBACK'], 60);
const held = device('eth0', ['BROADCAST'], 2 ** 32 - 1);

/** A router that prints one list of devices after the other, and the last one again and again. */
function printing(...tables: object[][]): { runner: Runner; looks: () => number } {
  let looks = 0;
  const run = async () => {
    const table = tables[Math.min(looks, tables.length - 1)];
    looks += 1;
    return { status: 0, stdout: JSON.stringify(table), stderr: '' };
  };
  return { runner: { run } as unknown as Runner, looks: () => looks };
}

it('waits for an address that is on its way, and does not count what is lent', async () => {
  const { runner, looks } = printing([lent], [lent], [lent, held]);
  const { addresses } = await readAddresses(runner, 'lvs1');
  expect(addresses.map(({ address, device }) => [address, device])).toEqual([['2001:db8::1', 'eth0']]);
  expect(looks()).toBe(3);
});

it('looks once where nothing is on its way', async () => {
  const { runner, looks } = printing([held]);
  expect((await readAddresses(runner, 'lvs1')).addresses).toHaveLength(1);
  expect(looks()).toBe(1);
});

it('does not wait for ever: then the loopback device has it', async () => {
  const { runner, looks } = printing([lent]);
  expect((await readAddresses(runner, 'lvs1')).addresses).toMatchObject([{ address: '2001:db8::1', device: 'lo' }]);
  expect(looks()).toBeGreaterThan(10);
});
