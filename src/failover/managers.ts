import type { Surveyed } from '../converge/survey.ts';
import { orLost } from '../router/lost.ts';

/** Where they keep what they know of a device, by its index: the file has such a line where they manage it. */
const managers = [
  { name: 'systemd-networkd', directory: '/run/systemd/netif/links' },
  { name: 'NetworkManager', directory: '/run/NetworkManager/devices' },
] as const;
const isManaged = '^(ADMIN_STATE=(initialized|configuring|configured)|managed=true)$';

/** A device of floating addresses, and who manages it. */
export interface ManagedDevice {
  readonly device: string;
  readonly manager: string;
}

/** Devices of floating addresses that somebody manages. */
export async function findManagedDevices({
  name,
  runner,
  desired,
  devices,
}: Pick<Surveyed, 'name' | 'runner' | 'desired' | 'devices'>): Promise<ManagedDevice[]> {
  const floating = new Set([...desired.floating.values()].map(({ device }) => device));
  const files = [...floating].flatMap((device) => {
    const index = devices.get(device)?.index;
    if (index === undefined) return [];
    return managers.map((manager) => ({ device, manager: manager.name, path: `${manager.directory}/${index}` }));
  });
  if (files.length === 0) return [];
  const command = ['grep', '-lsE', isManaged, ...files.map(({ path }) => path)];
  const { stdout } = await orLost(name, 'read-failed', runner.run(command));
  const managed = new Set(stdout.split('\n'));
  return files.filter(({ path }) => managed.has(path)).map(({ device, manager }) => ({ device, manager }));
}

/**
 * What may come between a router and the addresses that it takes: whoever manages a device may remove addresses from it that
 * others added, or look for duplicates. How they are set up cannot be seen, so that this is no reason to refuse.
 */
export async function managedDevices(router: Surveyed): Promise<string[]> {
  const found = await findManagedDevices(router);
  return found.map(
    ({ device, manager }) => `${manager} manages ${device} here: see that it lets addresses of others be`,
  );
}
