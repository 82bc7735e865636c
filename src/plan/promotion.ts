import ipaddr from 'ipaddr.js';
import { familyOf } from '../model/ip.ts';
import type { HeldAddress, RouterState } from '../model/state.ts';

const allDevices = 'net.ipv4.conf.all.promote_secondaries';

/** The settings that decide whether secondaries survive their primary; sysctl(8) writes dots in a device's name as slashes. */
export function promotionSettings(devices: Iterable<string>): string[] {
  return [allDevices, ...[...devices].map(promotionSetting)];
}

function promotionSetting(device: string): string {
  return `net.ipv4.conf.${device.replaceAll('.', '/')}.promote_secondaries`;
}

/** A router before and after a change. */
export interface States {
  readonly before: RouterState;
  readonly after: RouterState;
}

/**
 * Deleting a primary address deletes the secondaries of its subnet with it, the router's own address perhaps among them,
 * unless promote_secondaries is set. Returns the setting that must be 1 meanwhile; null where it makes no difference.
 */
export function promotionNeeded(held: HeldAddress, { before, after }: States): string | null {
  if (held.secondary || held.prefix === 32 || familyOf(held.address) === 'ipv6') return null;
  const setting = promotionSetting(held.device);
  if (before.settings.get(allDevices) === '1' || before.settings.get(setting) === '1') return null;
  // What is added while the primary is there becomes its secondary.
  const present = new Set(before.addresses);
  const secondaries = [
    ...before.addresses.filter(({ secondary }) => secondary),
    ...after.addresses.filter((added) => !present.has(added)),
  ];
  return secondaries.some((other) => other.address !== held.address && inOneSubnet(other, held)) ? setting : null;
}

/** Whether a setting ends promotion: that comes last, when no address is deleted any more. */
export function endsPromotion(setting: string, value: string): boolean {
  return value === '0' && setting.endsWith('.promote_secondaries');
}

function inOneSubnet(a: HeldAddress, b: HeldAddress): boolean {
  if (a.device !== b.device || a.prefix !== b.prefix || familyOf(a.address) === 'ipv6') return false;
  return ipaddr.IPv4.parse(a.address).match(ipaddr.IPv4.parse(b.address), a.prefix);
}
