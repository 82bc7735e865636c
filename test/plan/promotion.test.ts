import { describe, expect, it } from 'vitest';
import type { HeldAddress } from '../../src/model/state.ts';
import { SimulatedKernel } from '../simulated/kernel.ts';
import { converge } from './support/carry-out.ts';
import { addressText } from './support/comparable.ts';

/** `1.2.3.1/24 eth0`, perhaps followed by a label. */
function held(text: string): HeldAddress {
  const [whole = '', device = '', label = null] = text.split(' ');
  const [address = '', prefix] = whole.split('/');
  return { address, prefix: Number(prefix), device, label, secondary: false };
}

/** A router with these addresses, and with promotion switched off unless told otherwise. */
function kernelWith(addresses: readonly string[], promotes = '0'): SimulatedKernel {
  const settings = { 'net.ipv4.conf.all.promote_secondaries': '0', 'net.ipv4.conf.eth0.promote_secondaries': promotes };
  return new SimulatedKernel({ addresses: addresses.map(held), settings });
}

/** Leads to these addresses; those that stay are the very same. Returns the commands, without announcements. */
function leadTo(kernel: SimulatedKernel, addresses: readonly string[]): string[] {
  const live = kernel.state();
  const target = addresses.map((text) => live.addresses.find((one) => addressText(one) === text) ?? held(text));
  expect(converge(kernel, { ...live, addresses: target })).toBeNull();
  expect(kernel.state().addresses.map(addressText).sort()).toEqual([...addresses].sort());
  expect(kernel.state().settings).toEqual(live.settings);
  return kernel.log().filter((command) => !command.startsWith('arping'));
}

const on = 'sysctl -w net.ipv4.conf.eth0.promote_secondaries=1';
const off = 'sysctl -w net.ipv4.conf.eth0.promote_secondaries=0';

describe('secondaries are promoted while a primary goes', () => {
  it('that the router had', () => {
    const kernel = kernelWith(['1.2.3.1/24 eth0', '1.2.3.11/24 eth0']);
    expect(leadTo(kernel, ['1.2.3.11/24 eth0'])).toEqual([on, 'ip addr del 1.2.3.1/24 dev eth0', off]);
  });

  it('that came while the primary was there', () => {
    const kernel = kernelWith(['1.2.3.1/24 eth0']);
    expect(leadTo(kernel, ['1.2.3.2/24 eth0'])).toEqual([
      on,
      'ip addr add 1.2.3.2/24 dev eth0',
      'ip addr del 1.2.3.1/24 dev eth0',
      off,
    ]);
  });

  it('whose label alone changes', () => {
    const kernel = kernelWith(['1.2.3.1/24 eth0', '1.2.3.11/24 eth0']);
    expect(leadTo(kernel, ['1.2.3.1/24 eth0 eth0:1', '1.2.3.11/24 eth0'])).toEqual([
      on,
      'ip addr del 1.2.3.1/24 dev eth0',
      'ip addr add 1.2.3.1/24 dev eth0 label eth0:1',
      off,
    ]);
  });
});

it.each([
  ['the router promotes anyway', '1', ['1.2.3.1/24 eth0', '1.2.3.11/24 eth0'], '1.2.3.1/24 eth0'],
  ['they are of another subnet', '0', ['1.2.3.1/24 eth0', '1.2.4.11/24 eth0', '1.2.4.12/24 eth0'], '1.2.3.1/24 eth0'],
  ['they are of another device', '0', ['1.2.3.1/24 eth0', '1.2.3.11/24 eth1', '1.2.3.12/24 eth1'], '1.2.3.1/24 eth0'],
  ['a secondary goes', '0', ['1.2.3.11/24 eth0', '1.2.3.1/24 eth0'], '1.2.3.1/24 eth0'],
  ['it stands alone', '0', ['1.2.3.1/32 eth0', '1.2.3.11/24 eth0', '1.2.3.12/24 eth0'], '1.2.3.1/32 eth0'],
])('nothing needs to be promoted where %s', (_, promotes, addresses, gone) => {
  const kernel = kernelWith(addresses, promotes);
  const left = addresses.filter((text) => text !== gone);
  expect(leadTo(kernel, left)).toEqual([`ip addr del ${gone.split(' ')[0]} dev eth0`]);
});

it('is switched off again only when no address is to be deleted any more', () => {
  const kernel = kernelWith(['1.2.3.1/24 eth0', '1.2.3.11/24 eth0'], '1');
  const live = kernel.state();
  const settings = new Map(live.settings).set('net.ipv4.conf.eth0.promote_secondaries', '0');
  const addresses = live.addresses.filter(({ address }) => address === '1.2.3.11');
  expect(converge(kernel, { ...live, settings, addresses })).toBeNull();
  expect(kernel.log()).toEqual(['ip addr del 1.2.3.1/24 dev eth0', off]);
});

it('replaces an IPv6 prefix in place, for a device has an address once', () => {
  const kernel = kernelWith(['2001:db8::1/64 eth0', '2001:db8::1/64 eth1']);
  expect(leadTo(kernel, ['2001:db8::1/128 eth0'])).toEqual([
    'ip addr del 2001:db8::1/64 dev eth0',
    'ip addr add 2001:db8::1/128 dev eth0',
    'ip addr del 2001:db8::1/64 dev eth1',
  ]);
});
