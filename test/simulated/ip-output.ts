import type { HeldAddress } from '../../src/model/state.ts';
import { type DeviceTable, hasArp, type SimulatedDevice } from './device-table.ts';

const forever = 4294967295;

/** `ip -j addr show`, of all devices or one. */
export function addressesAsJson(table: DeviceTable, only: string | null): string {
  const links = table
    .devices()
    .map((device, index) => link(device, index + 1, table.addressesOf(device.name), table.unusable));
  return JSON.stringify(links.filter(({ ifname }) => only === null || ifname === only));
}

function link(
  { name, up, carrier, mac }: SimulatedDevice,
  ifindex: number,
  addresses: readonly HeldAddress[],
  unusable: DeviceTable['unusable'],
) {
  const loopback = name === 'lo';
  const arp = hasArp(name);
  return {
    ifindex,
    ifname: name,
    flags: [
      ...(loopback ? ['LOOPBACK'] : arp ? ['BROADCAST', 'MULTICAST'] : ['BROADCAST', 'NOARP']),
      ...(up ? ['UP'] : []),
      ...(carrier ? ['LOWER_UP'] : []),
    ],
    mtu: loopback ? 65536 : 1500,
    qdisc: 'noqueue',
    operstate: up ? (loopback ? 'UNKNOWN' : 'UP') : 'DOWN',
    group: 'default',
    txqlen: 1000,
    link_type: loopback ? 'loopback' : 'ether',
    address: mac,
    broadcast: loopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff',
    addr_info: addresses.map((held) => addressInfo(held, unusable.get(`${name} ${held.address}`))),
  };
}

function addressInfo(
  { address, prefix, device, label, secondary }: HeldAddress,
  unusable: 'dadfailed' | 'tentative' | undefined,
) {
  const ipv6 = address.includes(':');
  return {
    family: ipv6 ? 'inet6' : 'inet',
    local: address,
    prefixlen: prefix,
    scope: scopeOf(address),
    ...(secondary ? { secondary } : {}),
    ...(unusable ? { tentative: true } : {}),
    ...(unusable === 'dadfailed' ? { dadfailed: true } : {}),
    ...(ipv6 ? {} : { label: label ?? device }),
    valid_life_time: forever,
    preferred_life_time: forever,
  };
}

function scopeOf(address: string): string {
  if (address.startsWith('127.') || address === '::1') return 'host';
  return address.startsWith('fe80:') ? 'link' : 'global';
}
