import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { bootKernel } from '../../src/rehearsal/kernel/boot.ts';

export interface PlaceOptions {
  /** The package's directory. */
  readonly root: string;
  /** What runs there: a JavaScript file. */
  readonly inside: string;
  /** A directory that both sides see. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Longest time for which worlds are played in. */
const timeLimitSeconds = 6 * 3600;

/** Runs it in a rehearsal kernel, which has IPVS. */
export async function inKernel({ root, inside, scratch, signal, onLine }: PlaceOptions): Promise<void> {
  await bootKernel({
    scratch,
    entry: { directory: root, argv: [process.execPath, inside, scratch] },
    visible: [root, dirname(process.execPath)],
    timeLimitSeconds,
    memoryMegabytes: 2048,
    signal,
    onConsoleLine: onLine,
  });
}

/**
 * The first process of namespaces in which a world is built. Nothing of the machine is touched: /run and /tmp are empty, networks and
 * processes are its own. Its words: how many directories below /tmp are to be there all the same, these, and what to run.
 */
const namespaceScript = `set -e
mount --make-rprivate /
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /run
count=$1; shift
left=$count
while [ "$left" -gt 0 ]; do
  mkdir -p "/run/keep/$left"
  mount --bind "$1" "/run/keep/$left"
  kept="$kept $1"
  shift
  left=$((left - 1))
done
mount -t tmpfs tmpfs /tmp
left=$count
for directory in $kept; do
  mkdir -p "$directory"
  mount --bind "/run/keep/$left" "$directory"
  left=$((left - 1))
done
mkdir -p /tmp/home /tmp/lvs-modules
printf '#!/bin/sh\\nexit 0\\n' >/tmp/lvs-modules/modprobe
chmod 755 /tmp/lvs-modules/modprobe
ip link set lo up
hostname chaos
exec "$@"
`;

/** Runs it in namespaces of this machine's kernel, which need not have IPVS. */
export async function inNamespaces({ root, inside, scratch, signal, onLine }: PlaceOptions): Promise<void> {
  const visible = [root, dirname(process.execPath), scratch];
  const child = spawn(
    'unshare',
    [
      ...['--mount', '--net', '--pid', '--uts', '--ipc', '--fork', '--kill-child', '--mount-proc', '--'],
      ...['sh', '-c', namespaceScript, 'chaos', String(visible.length), ...visible],
      ...[process.execPath, inside, scratch],
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
      env: {
        ...process.env,
        HOME: '/tmp/home',
        LC_ALL: 'C.UTF-8',
        PATH: `/usr/local/sbin:/usr/sbin:/sbin:${process.env.PATH}`,
      },
    },
  );
  createInterface({ input: child.stdout }).on('line', onLine);
  const kill = () => endGroup(child);
  signal.addEventListener('abort', kill);
  process.on('exit', kill);
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  process.off('exit', kill);
  signal.removeEventListener('abort', kill);
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended already.
  }
}
