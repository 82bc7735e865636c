import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of this machine's: as root finds it after a login. */
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
};
/** What a package may change without leaving anything behind: lists, caches and logs of others, and what a boot empties. */
const volatile = ['/proc', '/run', '/tmp', '/root', '/var/cache', '/var/log', '/var/lib/apt', '/var/lib/dpkg'];

/**
 * A Debian of its own in a temporary folder, freshly installed. What runs in it has its own mounts and processes, which end with
 * it, so that removing the folder removes everything.
 */
export class DebianRoot {
  private readonly folder = mkdtempSync(join(tmpdir(), 'lvs-debian-'));

  /** @param packages besides those that no Debian can do without */
  static async install(suite: string, packages: readonly string[]): Promise<DebianRoot> {
    if (process.getuid?.() !== 0) throw new Error('only root can install a Debian in a folder');
    if (!existsSync('/usr/sbin/debootstrap'))
      throw new Error('a Debian is installed in a folder by debootstrap: apt-get install debootstrap');
    const root = new DebianRoot();
    const words = ['--variant=minbase', `--include=${packages.join(',')}`, suite, root.folder];
    const { status, stdout, stderr } = await apart([], ['debootstrap', ...words], process.env);
    if (status !== 0) {
      root.remove();
      throw new Error(`debootstrap: status ${status}\n${stdout.slice(-2000)}${stderr}`);
    }
    // No daemon of a package is started, as nowhere where nothing has been booted.
    writeFileSync(join(root.folder, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    return root;
  }

  /** Copies a file into root's home directory there. */
  put(file: string): void {
    copyFileSync(file, join(this.folder, 'root', basename(file)));
  }

  /** Runs a command line there, in root's home directory. */
  run(line: string, { network = true } = {}): Promise<Ended> {
    const there = [`--root=${this.folder}`, '--wd=/root', '--mount-proc', ...(network ? [] : ['--net'])];
    return apart(there, ['sh', '-c', line], environment);
  }

  /** Runs a command line there, and throws unless its status is 0. */
  async output(line: string, options?: { network: boolean }): Promise<string> {
    const { status, stdout, stderr } = await this.run(line, options);
    if (status !== 0) throw new Error(`${line}: status ${status}\n${stdout.slice(-2000)}${stderr}`);
    return stdout;
  }

  /** Every file and directory there, but for what comes and goes. */
  async files(): Promise<string[]> {
    const skipped = volatile.map((path) => `-path ${path}`).join(' -o ');
    return (await this.output(`find / -xdev \\( ${skipped} \\) -prune -o -print`)).trimEnd().split('\n').sort();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs a program in namespaces of its own, as unshare(1) makes them. */
async function apart(
  words: readonly string[],
  argv: readonly string[],
  env: NodeJS.ProcessEnv | typeof environment,
): Promise<Ended> {
  const child = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', ...words, '--', ...argv], {
    cwd: '/',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[status], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status, stdout, stderr };
}
