import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { networkNamespaceFile } from '../../src/rehearsal/cluster/host.ts';
import { run } from '../../src/rehearsal/cluster/process.ts';
import { readDeclared } from './declared.ts';
import type { Abandoned, RouterSight, Sight } from './invariants.ts';
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
  return { routers: Object.fromEntries(routers), declared: declaredIn(text), leftOver: own, abandoned };
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
  const [network, rules, files, processes, tried] = await Promise.all([
    run(['nsenter', `--net=${networkNamespaceFile(name)}`, '--', 'sh', '-c', networkScript]),
    world.rules(name),
    temporaryFiles(world, name),
    strangeProcesses(world, name),
    run(['flock', '-n', lock, 'true']),
  ]);
  const lines = network.stdout.split('\n');
  const ofNetwork = lines
    .filter((line) => /lvshold0|clsact|(lookup|table) 705[45]/.test(line))
    .map((line) => line.trim());
  return {
    addresses: floatingIn(lines),
    rules,
    leftOver: [...ofNetwork, ...files, ...processes],
    // A lock that does not exist is free.
    lockFree: tried.status !== 1,
  };
}

const networkScript = `ip -o addr show; ip -br link show; /sbin/tc qdisc show
for family in -4 -6; do ip $family rule; ip $family route show table all; done`;

/** Addresses of one machine only, on other devices than the loopback. */
function floatingIn(lines: readonly string[]): string[] {
  return lines
    .map((line) => /^\d+: (\S+) +inet6? ([\d.a-f:]+)\/(?:32|128) /.exec(line))
    .filter((found) => found !== null && found[1] !== 'lo')
    .map((found) => found?.[2] ?? '')
    .sort();
}

const watchedDirectories = [
  '/run/lvs',
  '/run/lvs/confirm',
  '/etc/lvs',
  '/etc/keepalived',
  '/etc/systemd/system',
  '/var/lib/lvs',
];
const temporary = /(\.|^)(lvs-new|new|tmp)$|\.lvs-new|^beat\.|^untold$|^armed$/;
/** What lvs writes beside lvs.yaml: if it is killed, its next run there removes it. */
const staged = /^\.lvs\.yaml\.\d+\.new$/;

async function temporaryFiles(world: World, machine: string): Promise<string[]> {
  const found = await Promise.all(
    watchedDirectories.map(async (directory) => {
      const names = await readdir(await world.pathOf(machine, directory)).catch(() => []);
      const left = names.filter((name) => temporary.test(name) && !staged.test(name));
      return left.map((name) => join(directory, name));
    }),
  );
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

/** What belongs to a machine that does nothing. */
const usual = [
  /^sh -c set -e name=/,
  /^sshd: \/usr\/sbin\/sshd/,
  /^\/usr\/sbin\/sshd/,
  /keepalived/,
  /run\.js monitor/,
  // They end by themselves, and change nothing: a pause that nobody waits for any more, and announcements.
  /^sleep /,
  /arping/,
];

interface Process {
  readonly pid: string;
  readonly parent: string;
  readonly line: string;
}

async function strangeProcesses(world: World, machine: string): Promise<string[]> {
  const proc = await world.pathOf(machine, '/proc');
  const names = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const processes = await Promise.all(names.map((pid) => readProcess(proc, pid)));
  const allowed = await listeners(world, machine, processes);
  return processes
    .filter(({ pid, line }) => line !== '' && !allowed.has(pid) && !usual.some((pattern) => pattern.test(line)))
    .map(({ line }) => `process: ${line.slice(0, 160)}`);
}

async function readProcess(proc: string, pid: string): Promise<Process> {
  const read = (file: string) => readFile(join(proc, pid, file), 'utf8').catch(() => '');
  const [words, stat] = await Promise.all([read('cmdline'), read('stat')]);
  const line = words.replaceAll('\0', ' ').replace(/\s+/g, ' ').trim();
  return { pid, parent: stat.slice(stat.lastIndexOf(')')).split(' ')[2] ?? '', line };
}

/** A router that has kept addresses of a run that died makes sure for an hour that it stays their only owner. */
async function listeners(world: World, machine: string, processes: readonly Process[]): Promise<Set<string>> {
  const found = new Set<string>();
  const hasKept = await readFile(await world.pathOf(machine, '/run/lvs/lease/kept')).catch(() => null);
  if (hasKept === null) return found;
  const isListener = ({ line, parent }: Process) => line === 'sh /run/lvs/lease/watch.sh' || found.has(parent);
  for (let size = -1; size < found.size; ) {
    size = found.size;
    for (const process of processes) if (isListener(process)) found.add(process.pid);
  }
  return found;
}
