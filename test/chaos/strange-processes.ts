import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './world.ts';

/** What belongs to a machine that does nothing. */
const usual = [
  /^sh -c set -e name=/,
  /^sshd: \/usr\/sbin\/sshd/,
  /^\/usr\/sbin\/sshd/,
  // They end by themselves, and change nothing: a pause that nobody waits for any more, and announcements.
  /^sleep /,
  /arping/,
];
/** Services, with all that they started. How many may run is looked at elsewhere. */
const services = [/run\.js monitor/, /^keepalived/];

interface Process {
  readonly parent: string;
  readonly line: string;
}

/** Processes of a machine that nothing there needs any more. */
export async function strangeProcesses(world: World, machine: string): Promise<string[]> {
  const all = await processesOf(world, machine);
  // A router that has kept addresses of a run that died makes sure for an hour that it stays their only owner.
  const hasKept = (await world.read(machine, '/run/lvs/lease/kept')) !== null;
  const lasting = hasKept ? [...services, /^sh \/run\/lvs\/lease\/watch\.sh$/] : services;
  const ofService = (number: string): boolean => {
    const found = all.get(number);
    return found !== undefined && (lasting.some((each) => each.test(found.line)) || ofService(found.parent));
  };
  const strange = [...all]
    .filter(([number, { line }]) => !usual.some((pattern) => pattern.test(line)) && !ofService(number))
    .map(([, { line }]) => `process: ${line.slice(0, 160)}`);
  return [...strange, ...tooMany(all)];
}

/** Daemons of which one is enough: of what it starts itself it is the parent. */
function tooMany(all: ReadonlyMap<string, Process>): string[] {
  return services.flatMap((service) => {
    const first = [...all.values()].filter(
      ({ line, parent }) => service.test(line) && !service.test(all.get(parent)?.line ?? ''),
    );
    return first.length > 1 ? [`${first.length} times: ${first[0]?.line}`] : [];
  });
}

/** By number. */
async function processesOf(world: World, machine: string): Promise<Map<string, Process>> {
  const proc = await world.pathOf(machine, '/proc');
  const names = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const read = (name: string, file: string) => readFile(join(proc, name, file), 'utf8').catch(() => '');
  const found = await Promise.all(
    names.map(async (name) => {
      const [line, status] = await Promise.all([read(name, 'cmdline'), read(name, 'status')]);
      const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1] ?? '0';
      return [name, { parent, line: line.replaceAll('\0', ' ').replace(/\s+/g, ' ').trim() }] as const;
    }),
  );
  return new Map(found.filter(([, { line }]) => line !== ''));
}
