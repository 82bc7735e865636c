import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { modprobe } from '../kernel/init-script.ts';
import { clusterDirectory } from './cluster-directory.ts';
import { writeFileWithMode } from './files.ts';
import type { Host } from './host.ts';
import { runWell } from './process.ts';

/** What is run inside the rehearsal kernel besides what the machine has: paths, and a program with its first words. */
export interface Programs {
  readonly node: string;
  /** The `lvs` that is being rehearsed, as program and words. */
  readonly lvs: readonly string[];
  /** The stand-in for a real server, a JavaScript file. */
  readonly standIn: string;
  /** The client's traffic agent, a JavaScript file. */
  readonly trafficAgent: string;
}

/** Shows this kernel's processes to the routers, by which their `on` finds the networks of other hosts. */
const allProcesses = join(clusterDirectory, 'proc');
/** For each host that `on` can reach a file that names a process in its network. */
const hostProcesses = join(clusterDirectory, 'hosts');

/** Fills a directory with the programs that routers have in addition to the machine's. */
export async function writeRouterPrograms(directory: string, programs: Programs): Promise<void> {
  const lvs = `#!/bin/sh\nexec ${programs.lvs.map(shellWord).join(' ')} "$@"\n`;
  await Promise.all([
    writeFileWithMode(join(directory, 'lvs'), lvs, 0o755),
    writeFileWithMode(join(directory, 'sudo'), sudoStandIn, 0o755),
    writeFileWithMode(join(directory, 'on'), onProgram, 0o755),
    writeFileWithMode(join(directory, 'modprobe'), `#!/bin/sh\nexec ${modprobe} "$@"\n`, 0o755),
  ]);
  await mkdir(allProcesses);
  await runWell(['mount', '--bind', '/proc', allProcesses]);
}

/** Lets `on HOST COMMAND…`, typed at a router, reach these hosts. Routers are reached without. */
export async function openToOthers(hosts: readonly Host[]): Promise<void> {
  await Promise.all(
    hosts.map(async (host) => {
      const { pid } = await host.start(['sleep', 'infinity'], { input: '' });
      await writeFileWithMode(join(hostProcesses, host.name), `${pid}\n`, 0o644);
    }),
  );
}

const onProgram = `#!/bin/sh
if [ $# -lt 2 ]; then
  echo 'usage: on HOST COMMAND...' >&2
  exit 2
fi
host=$1
shift
process=${hostProcesses}/$host
[ -e "$process" ] || exec ssh "$host" "$@"
exec nsenter --net="${allProcesses}/$(cat "$process")/ns/net" -- "$@"
`;

/** Every user is root there, so there is nothing to become. */
const sudoStandIn = `#!/bin/sh
while :; do
  case $1 in
    --) shift; break ;;
    -*) shift ;;
    *) break ;;
  esac
done
exec "$@"
`;

function shellWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
