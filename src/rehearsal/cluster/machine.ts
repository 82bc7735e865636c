import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './files.ts';
import { networkNamespaceFile } from './host.ts';
import { machineScript } from './machine-script.ts';
import { lineFrom, start } from './process.ts';

/** How long a router may take to come up, on a busy machine. */
const startLimitSeconds = 180;

/** Where a router keeps what is its own. */
export interface MachinePlace {
  readonly name: string;
  /** Its disk, and beside it the file that says which process holds its namespaces. */
  readonly disk: string;
  /** Directory of programs that it has in addition to this machine's. */
  readonly programs: string;
}

/** Starts a router in its network namespace, which must be there; returns when its sshd listens. */
export async function startMachine(place: MachinePlace): Promise<void> {
  const { name, disk, programs } = place;
  const running = start(
    [
      ...['nsenter', `--net=${networkNamespaceFile(name)}`, '--'],
      ...['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
      ...['sh', '-c', machineScript, 'machine', name, disk, programs],
    ],
    { input: '' },
  );
  await mkdir(disk, { recursive: true });
  await writeFile(holderFile(place), `${running.pid}\n`);
  await lineFrom(running, 'ready', startLimitSeconds);
  running.release();
}

/** Ends every process of a router at once, as a power cut would. */
export async function killMachine(place: MachinePlace): Promise<void> {
  const pid = await machineHolder(place);
  process.kill(pid, 'SIGKILL');
  for (let tries = 0; tries < 200; tries++) {
    if (!(await exists(`/proc/${pid}`))) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${place.name}: process ${pid} did not end`);
}

/** The process that holds a router's namespaces. Rejects where the router is not running. */
export async function machineHolder(place: MachinePlace): Promise<number> {
  const pid = Number(await readFile(holderFile(place), 'utf8'));
  if (await exists(`/proc/${pid}/ns/net`)) return pid;
  throw new Error(`${place.name} is not running`);
}

function holderFile({ disk }: MachinePlace): string {
  return join(disk, 'holder');
}
