import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { networkNamespaceFile } from '../../src/rehearsal/cluster/host.ts';
import { run } from '../../src/rehearsal/cluster/process.ts';
import { readDeclared } from './declared.ts';
import { editOfAnother } from './faults.ts';
import type { Abandoned, RouterSight, Sight } from './played.ts';
import { strangeProcesses } from './strange-processes.ts';
import { routerNames, type World } from './world.ts';

/** Looks at the routers from outside, so that it does not matter what they do, and at the machine where lvs runs. */
export async function look(world: World, from: string): Promise<Sight> {
  const [routers, text, files, processes] = await Promise.all([
    Promise.all(routerNames.map(async (name) => [name, await lookAt(world, name)] as const)),
    world.read(from, '/etc/lvs/lvs.yaml'),
    temporaryFiles(world, from),
    isRouter(from) ? [] : strangeProcesses(world, from),
  ]);
  const own = isRouter(from) ? [] : [...files, ...processes];
  const abandoned = await abandonedFiles(world, [...new Set([...routerNames, from])]);
  return {
    routers: Object.fromEntries(routers),
    declared: declaredIn(text),
    edited: text?.includes(editOfAnother) ?? false,
    leftOver: own,
    abandoned,
  };
}

function isRouter(name: string): boolean {
  return routerNames.some((router) => router === name);
}

function declaredIn(text: string | null): Sight['declared'] {
  try {
    return text === null ? null : readDeclared(text);
  } catch {
    return null;
  }
}

async function lookAt(world: World, name: string): Promise<RouterSight> {
  const lock = await world.pathOf(name, '/run/lvs/lock');
  // A process of its own there, which the look at the processes is not to see.
  const settings = await world.host(name).run(['grep', '-s', '', ...settingFiles]);
  const [network, rules, files, processes, tried] = await Promise.all([
    networkOf(name),
    world.rules(name),
    temporaryFiles(world, name),
    strangeProcesses(world, name),
    run(['flock', '-n', lock, 'true']),
  ]);
  const lines = network.split('\n');
  const ofNetwork = lines
    .filter((line) => /lvshold0|clsact|(lookup|table) 705[45]/.test(line))
    .map((line) => line.trim());
  return {
    addresses: floatingIn(lines),
    rules,
    leftOver: [...ofNetwork, ...files, ...processes],
    // A lock that does not exist is free.
    lockFree: tried.status !== 1,
    settings: settings.stdout.trim().replaceAll('/proc/sys/', '').replaceAll(':', '=').split('\n'),
  };
}

/** Settings that a failover changes for a while. */
const settingFiles = [
  ...['sync_refresh_period', 'sloppy_tcp', 'sync_threshold'].map((name) => `/proc/sys/net/ipv4/vs/${name}`),
  ...['all', 'eth0', 'eth1'].map((name) => `/proc/sys/net/ipv4/conf/${name}/send_redirects`),
];

const networkScript = `ip -o addr show; ip -br link show; /sbin/tc qdisc show
for family in -4 -6; do ip $family rule; ip $family route show table all; done
echo whole`;

/** On a busy machine what was printed may be cut: it is read again then. */
async function networkOf(name: string): Promise<string> {
  for (let left = 5; left > 0; left -= 1) {
    const { stdout } = await run(['nsenter', `--net=${networkNamespaceFile(name)}`, '--', 'sh', '-c', networkScript]);
    if (stdout.endsWith('whole\n')) return stdout;
  }
  throw new Error(`${name}: its network cannot be read`);
}

/** Addresses of one machine only, on other devices than the loopback. */
function floatingIn(lines: readonly string[]): string[] {
  const found = lines.flatMap((line) => {
    const [, device, address] = /^\d+: (\S+) +inet6? ([\d.a-f:]+)\/(?:32|128) /.exec(line) ?? [];
    // An IPv6 address that is announced again leaves its device for a moment, and is on lo with a lifetime meanwhile.
    const isLent = / valid_lft \d+sec /.test(line);
    return address === undefined || (device === 'lo' && !isLent) ? [] : [address];
  });
  return [...new Set(found)].sort();
}

const watchedDirectories = ['/etc/lvs', '/etc/keepalived', '/etc/systemd/system', '/var/lib/lvs', '/tmp'];
const temporary = /(\.|^)(lvs-new|new|tmp)$|\.lvs-new|^tmp\./;
/** What lvs writes beside lvs.yaml: if it is killed, its next run there removes it. */
const staged = /^\.lvs\.yaml\.\d+\.new$/;

/** Of lvs alone: names there that nothing needs any more. */
const ownDirectories: Readonly<
  Record<string, (names: readonly string[], processes: readonly string[]) => readonly string[]>
> = {
  '/run/lvs': (names, processes) => {
    const usual = ['ask', 'confirm', 'lease', 'lock', 'monitor.json', 'monitor.lock', 'turn'];
    // Of a session that lives: whether it has a reason to is asked of its processes.
    const lives = (name: string) => name.startsWith('beat.') && processes.includes(name.replace('beat.', ''));
    return names.filter((name) => !usual.includes(name) && !lives(name));
  },
  // What came of the last one stays for who asks.
  '/run/lvs/confirm': (names) => names.filter((name) => name === 'armed' || name === 'firing'),
  // A router that has kept addresses of a run that died makes sure for an hour that it stays their only owner.
  '/run/lvs/lease': (names) => (names.includes('kept') ? [] : names),
  '/var/lib/lvs/confirm': (names) => names,
};

async function temporaryFiles(world: World, machine: string): Promise<string[]> {
  const namesIn = async (directory: string) => readdir(await world.pathOf(machine, directory)).catch(() => []);
  const isLeft = (name: string) => temporary.test(name) && !staged.test(name);
  const found = await Promise.all([
    ...watchedDirectories.map(async (directory) =>
      (await namesIn(directory)).filter(isLeft).map((name) => join(directory, name)),
    ),
    ...Object.entries(ownDirectories).map(async ([directory, leftIn]) =>
      leftIn(await namesIn(directory), await namesIn('/proc')).map((name) => join(directory, name)),
    ),
  ]);
  return found.flat();
}

async function abandonedFiles(world: World, machines: readonly string[]): Promise<Abandoned[]> {
  const found = await Promise.all(
    machines.map(async (machine) => {
      const names = await readdir(await world.pathOf(machine, '/etc/lvs')).catch(() => []);
      return names.filter((name) => staged.test(name)).map((file) => ({ machine, file }));
    }),
  );
  return found.flat();
}
