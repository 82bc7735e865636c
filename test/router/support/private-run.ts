import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A directory that stands for /run, and with its `var-lib` for /var/lib, in the sessions of one test, as root there and without a trace on this machine. */
export class PrivateRun {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'lvs-run-'));

  /** Words that start a shell which sees the directory as /run. */
  shell(...shell: readonly string[]): string[] {
    return [...apart, 'sh', '-c', enter, this.directory, ...shell];
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Root has what it needs, and below test/apart.sh may not map itself once more. */
const apart = ['unshare', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];

const enter = 'mkdir -p "$0/var-lib" && mount --bind "$0/var-lib" /var/lib && mount --bind "$0" /run && exec "$@"';

/** Whether this machine lets us. Of /tmp, others may have mounted parts, with which it cannot be bound to another place. */
export const canHavePrivateRun = runs([...apart, 'mount', '--bind', '/var/tmp', '/run']);

function runs([program = '', ...words]: readonly string[]): boolean {
  return spawnSync(program, words).status === 0;
}
