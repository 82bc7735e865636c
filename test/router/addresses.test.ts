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

it('waits while the kernel asks whether another machine has a floating address, and not for others', async () => {
  const at = (more: object) => ({
    ifname: 'eth0',
    flags: ['UP', 'LOWER_UP'],
    addr_info: [{ family: 'inet6', local: '2001:db8::1', prefixlen: 128, ...more }],
  });
  const places = new Map([['2001:db8::1', new Set(['eth0'])]]);
  const coming = printing([at({ tentative: true })], [at({ tentative: true })], [at({})]);
  expect((await readAddresses(coming.runner, 'lvs1', places)).addresses).toHaveLength(1);
  expect(coming.looks()).toBe(3);
  const failed = printing([at({ tentative: true, dadfailed: true })]);
  expect(await readAddresses(failed.runner, 'lvs1', places)).toMatchObject({
    addresses: [],
    unusable: [{ address: '2001:db8::1', device: 'eth0', because: 'dadfailed' }],
  });
  expect(failed.looks()).toBe(1);
  const other = printing([at({ tentative: true })]);
  expect((await readAddresses(other.runner, 'lvs1')).addresses).toEqual([]);
  expect(other.looks()).toBe(1);
});

it('leaves out a floating address that a real server has for itself', async () => {
  const places = new Map([['1.2.3.1', new Set(['eth0'])]]);
  const on = (name: string, flags: string[]) => ({
    ifname: name,
    flags,
    addr_info: ['1.2.3.1', '127.0.0.1'].map((local) => ({ family: 'inet', local, prefixlen: 32, label: name })),
  });
  const found = async (places: ReadonlyMap<string, ReadonlySet<string>>, ...devices: object[]) =>
    (await readAddresses(printing(devices).runner, 'lvs1', places)).addresses.map(
      ({ address, device }) => `${address} ${device}`,
    );
  const lo = on('lo', ['LOOPBACK']);
  expect(await found(places, lo, on('dummy0', ['NOARP']))).toEqual(['127.0.0.1 lo', '127.0.0.1 dummy0']);
  expect(await found(new Map([['1.2.3.1', new Set(['lo'])]]), lo)).toEqual(['1.2.3.1 lo', '127.0.0.1 lo']);
  expect(await found(places, on('eth1', []))).toEqual(['1.2.3.1 eth1', '127.0.0.1 eth1']);
});

it('does not wait for ever: then the loopback device has it', async () => {
  const { runner, looks } = printing([lent]);
  expect((await readAddresses(runner, 'lvs1')).addresses).toMatchObject([{ address: '2001:db8::1', device: 'lo' }]);
  expect(looks()).toBeGreaterThan(10);
});
