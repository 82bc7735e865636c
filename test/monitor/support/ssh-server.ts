import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Where sshd(8) insists on being called by its full path. */
export const sshd = '/usr/sbin/sshd';
export const sshdHere = existsSync(sshd);

/**
 * A directory whose `ssh` is the real one, and talks to a real sshd of its own for each connection, without a port: what its
 * configuration says of `known` (a host key that is known) and `strange` (one that is not).
 */
export class SshServer {
  readonly directory = mkdtempSync(join(tmpdir(), 'lvs-ssh-'));
  /** Lines of it are the connections that were begun. */
  readonly log = join(this.directory, 'log');

  constructor() {
    for (const name of ['host', 'user']) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', this.path(name)]);
    }
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    this.write('sshd_config', [
      `HostKey ${this.path('host')}`,
      `AuthorizedKeysFile ${this.path('user.pub')}`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
    ]);
    this.write('proxy', ['#!/bin/sh', `echo begun >>${this.log}`, `exec ${sshd} -i -f ${this.path('sshd_config')}`]);
    this.write('known_hosts', []);
    const hostKey = execFileSync('cat', [this.path('host.pub')], { encoding: 'utf8' });
    this.write('known_hosts', [`known ${hostKey.trim()}`]);
    this.write('config', [
      `User ${userInfo().username}`,
      `IdentityFile ${this.path('user')}`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${this.path('known_hosts')}`,
      'GlobalKnownHostsFile none',
      `ProxyCommand ${this.path('proxy')}`,
    ]);
    this.write('ssh', ['#!/bin/sh', `exec /usr/bin/ssh -F ${this.path('config')} "$@"`]);
    for (const name of ['proxy', 'ssh']) chmodSync(this.path(name), 0o755);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  private path(name: string): string {
    return join(this.directory, name);
  }

  private write(name: string, lines: readonly string[]): void {
    writeFileSync(this.path(name), lines.map((line) => `${line}\n`).join(''));
  }
}
