import type { Surveyed } from '../converge/survey.ts';
import type { ManagedDevice } from '../model/managed-device.ts';
import { orLost } from '../router/lost.ts';
import type { Runner } from '../router/runner.ts';

/** Where they keep what they know of a device, by its index. */
const managers = [
  { name: 'systemd-networkd', directory: '/run/systemd/netif/links' },
  { name: 'NetworkManager', directory: '/run/NetworkManager/devices' },
] as const;
const isManaged = /^(ADMIN_STATE=(initialized|configuring|configured)|managed=true)$/;
/** Of these files and of ifstate all lines that matter, and few others. */
const told = '^[A-Za-z_]+[^= ]*=';

/** Where ifupdown lists the devices that it has configured, `eth0=eth0`. */
const ifstate = '/run/network/ifstate';

type Asker = Pick<Surveyed, 'name' | 'runner' | 'desired' | 'devices'>;

/** Devices of floating addresses that a service manages. */
export async function findManagedDevices(router: Asker): Promise<ManagedDevice[]> {
  const { name, runner, desired, devices } = router;
  const floating = [...new Set([...desired.floating.values()].map(({ device }) => device))];
  const files = floating.flatMap((device) => {
    const index = devices.get(device)?.index;
    if (index === undefined) return [];
    return managers.map((manager) => ({ device, manager: manager.name, path: `${manager.directory}/${index}` }));
  });
  if (files.length === 0) return [];
  const command = ['grep', '-HsE', told, ...files.map(({ path }) => path), ifstate];
  const { stdout } = await orLost(name, 'read-failed', runner.run(command));
  const lines = stdout.split('\n');
  const linesOf = (path: string) =>
    lines.filter((line) => line.startsWith(`${path}:`)).map((line) => line.slice(path.length + 1));
  const known = files
    .filter(({ path }) => linesOf(path).some((line) => isManaged.test(line)))
    .map(async ({ device, manager, path }): Promise<ManagedDevice> => {
      const file = linesOf(path).find((line) => line.startsWith('NETWORK_FILE=')) ?? null;
      const network = file?.slice('NETWORK_FILE='.length) ?? null;
      return { device, manager, file: network, keeps: network !== null && (await keepsAddresses(runner, network)) };
    });
  const configured = new Set(linesOf(ifstate).map((line) => line.split('=')[0]));
  const byIfupdown = floating
    .filter((device) => configured.has(device))
    .map((device) => ({ device, manager: 'ifupdown' as const, file: null, keeps: false }));
  return [...(await orLost(name, 'read-failed', Promise.all(known))), ...byIfupdown];
}

/** Where systemd.network(5) looks for drop-ins of a file. */
const places = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'];

/** Whether systemd-networkd leaves static addresses that it did not configure (see KeepConfiguration= in systemd.network(5)). */
async function keepsAddresses(runner: Runner, network: string): Promise<boolean> {
  const dropIns = places.map((place) => `${place}/systemd/network/${network.replace(/^.*\//, '')}.d`);
  const words = '^[[:space:]]*KeepConfiguration[[:space:]]*=[[:space:]]*(static|yes|true|on|1|y|t)[[:space:]]*$';
  const { stdout } = await runner.run(['grep', '-rlsiE', words, network, ...dropIns]);
  return stdout.trim() !== '';
}

/** What may remove addresses from a router that takes them over: a line each. It is no reason to refuse. */
export async function managedDevices(router: Surveyed): Promise<string[]> {
  const found = await findManagedDevices(router);
  return found
    .filter(({ keeps, manager }) => !keeps && manager !== 'ifupdown')
    .map(({ device, manager }) => `${manager} manages ${device} here: see that it lets addresses of others be`);
}
