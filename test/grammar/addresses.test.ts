import { describe, expect, it } from 'vitest';
import { parseAddresses } from '../../src/grammar/addresses.ts';
import { outputOf } from './transcript.ts';

describe('ip -j addr show', () => {
  const { addresses } = parseAddresses(outputOf('addresses', 'ip -j addr show', 2));

  it('has labels, secondaries and both families', () => {
    expect(addresses.filter(({ device }) => device === 'eth0')).toEqual([
      { address: '1.2.3.11', prefix: 24, device: 'eth0', label: null, secondary: false },
      { address: '1.2.3.1', prefix: 32, device: 'eth0', label: 'eth0:1', secondary: false },
      { address: '1.2.3.4', prefix: 32, device: 'eth0', label: 'eth1:1', secondary: false },
      { address: '1.2.3.2', prefix: 24, device: 'eth0', label: 'eth0:2', secondary: true },
      { address: '1.2.3.3', prefix: 24, device: 'eth0', label: null, secondary: true },
      { address: 'fd00::1', prefix: 128, device: 'eth0', label: null, secondary: false },
      { address: 'fe80::ff:fe00:10', prefix: 64, device: 'eth0', label: null, secondary: false },
    ]);
  });

  it('has every device and its state', () => {
    const { devices } = parseAddresses(outputOf('devices', 'ip -j addr show'));
    expect(devices).toEqual([
      { index: expect.any(Number), name: 'lo', up: true, carrier: true, mac: null, arp: false },
      { index: expect.any(Number), name: 'eth0', up: true, carrier: true, mac: '02:00:00:00:00:10', arp: false },
      { index: expect.any(Number), name: 'eth1', up: false, carrier: false, mac: '02:00:00:00:00:11', arp: false },
      { index: expect.any(Number), name: 'veth1', up: false, carrier: false, mac: expect.any(String), arp: true },
      { index: expect.any(Number), name: 'veth0', up: true, carrier: false, mac: expect.any(String), arp: true },
      { index: expect.any(Number), name: 'br0', up: true, carrier: true, mac: expect.any(String), arp: true },
    ]);
  });

  it('has the local end of a point-to-point address, and addresses with a lifetime', () => {
    const held = parseAddresses(outputOf('devices', 'ip -j addr show', 2)).addresses;
    expect(held).toContainEqual({ address: '10.1.1.1', prefix: 32, device: 'eth0', label: null, secondary: false });
    expect(held).toContainEqual({ address: '10.1.2.1', prefix: 24, device: 'eth0', label: null, secondary: false });
  });

  it('sets apart what is lent to the loopback device, which has a lifetime there', () => {
    const { addresses, lent } = parseAddresses(outputOf('devices', 'ip -j addr show', 3));
    expect(lent.map(({ address }) => address)).toEqual(['1.2.3.1', '2001:db8::1']);
    expect(addresses.map(({ address }) => address)).toEqual(['127.0.0.1', '::1']);
  });

  it.each(['', '\n', '[]', '[{}]', '[{"ifname":"lo","addr_info":[{"local":"127.0.0'])(
    'is never empty, nor cut: %j is an error, and no router without addresses',
    (text) => {
      expect(() => parseAddresses(text)).toThrow(
        /ip -j addr show: the (answer is empty or was cut off|output is not JSON)/,
      );
    },
  );

  it('may have empty objects for devices that were passed over', () => {
    expect(parseAddresses('[{},{"ifname":"eth0"}]').devices).toEqual([
      { index: expect.any(Number), name: 'eth0', up: false, carrier: false, mac: null, arp: true },
    ]);
  });

  it.each(['1: lo: <LOOPBACK>', '{}', 'null'])('is not %j', (text) => {
    expect(() => parseAddresses(text)).toThrow(expect.objectContaining({ code: 'read-failed' }));
  });
});
