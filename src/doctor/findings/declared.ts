import type { DeclaredRealServer, DeclaredVirtualServer } from '../../model/cluster.ts';
import { familyOf } from '../../model/ip.ts';
import type { Family } from '../../model/state.ts';
import type { FloatingAddress } from '../../plan/desired.ts';
import type { Examination, Examined } from '../model/examination.ts';

/** Virtual servers that are to be in the kernel. */
export function enabledServers({ cluster }: Examination): DeclaredVirtualServer[] {
  return cluster.virtualServers.filter(({ enabled }) => enabled);
}

/** Their real servers. */
export function realServersOf(examination: Examination): DeclaredRealServer[] {
  return enabledServers(examination).flatMap(({ realServers }) => realServers);
}

export function floatingOf({ desired }: Pick<Examined, 'desired'>): FloatingAddress[] {
  return [...desired.floating.values()];
}

/** Devices on which the virtual servers' addresses are. */
export function publicDevices(router: Pick<Examined, 'desired'>): string[] {
  const all = floatingOf(router).filter(({ role }) => role === 'virtual-server');
  return [...new Set(all.map(({ device }) => device))];
}

/** The device towards the real servers; null: none is declared. */
export function privateDevice(
  router: Pick<Examined, 'router'>,
  { cluster }: Pick<Examination, 'cluster'>,
): string | null {
  if (cluster.private === null) return null;
  return router.router?.devices.get(cluster.private.device) ?? cluster.private.device;
}

export function syncDevice(router: Examined, { cluster }: Examination): string | null {
  if (cluster.sync === null) return null;
  return router.router?.devices.get(cluster.sync.device) ?? cluster.sync.device;
}

/** Families of the floating addresses. */
export function familiesOf(router: Examined): Set<Family> {
  return new Set(floatingOf(router).map(({ address }) => familyOf(address)));
}

export function holds({ state }: Examined, address: string): boolean {
  return state?.addresses.some((held) => held.address === address) === true;
}

/** Whether a device is there, up and connected. */
export function isUsable({ devices }: Examined, device: string): boolean {
  return devices.get(device)?.carrier === true;
}

/** An address of the router's own, not a floating one, that is on a device; null: there is none. */
export function ownAddress(
  { state, desired }: Pick<Examined, 'state' | 'desired'>,
  device: string,
  family: Family,
): string | null {
  const own = state?.addresses.find(
    (held) => held.device === device && familyOf(held.address) === family && !desired.floating.has(held.address),
  );
  return own?.address ?? null;
}
