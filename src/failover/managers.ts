import type { Surveyed } from '../converge/survey.ts';
import { orLost } from '../router/lost.ts';

/** Where they keep what they know of a device, by its index: the file has such a line where they manage it. */
const managers = [
  { name: 'systemd-networkd', directory: '/run/systemd/netif/links' },
  { name: 'NetworkManager', directory: '/run/NetworkManager/devices' },
] as const;
const isManaged = '^(ADMIN_STATE=(initialized|configuring|configured)|managed=true)$';

/**
 * What may come between a router and the addresses that it takes: whoever manages a device may remove addresses from it that
 * others added, or look for duplicates. How they are set up cannot be seen, so that this is no reason to refuse.
 */
export async function managedDevices({ name, runner, desired, devices }: Surveyed): Promise<string[]> {
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
  return files
    .filter(({ path }) => managed.has(path))
    .map(({ device, manager }) => `${manager} manages ${device} here: see that it lets addresses of others be`);
}
