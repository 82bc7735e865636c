import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agent } from '../../../src/router/agent.ts';
import { Session } from '../../../src/router/session.ts';

/**
 * Every kind of sh on this machine that runs the programs on PATH; a router may have any of them. Debian's busybox runs its own
 * `ip`, `arping` and `sysctl` instead, so that a test's stand-ins would not be run, but the real ones.
 */
export const shells = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  (shell) => isHere(shell) && runsProgramsOnPath(shell),
);

function isHere([program = '', ...words]: readonly string[]): boolean {
  return spawnSync(program, [...words, '-c', ':']).error === undefined;
}

export function runsProgramsOnPath([program = '', ...words]: readonly string[]): boolean {
  const place = mkdtempSync(join(tmpdir(), 'lvs-shell-'));
  try {
    const standIn = join(place, 'ip');
    writeFileSync(standIn, '#!/bin/sh\necho stand-in\n');
    chmodSync(standIn, 0o755);
    const env = { PATH: `${place}:${process.env.PATH}` };
    return execFileSync(program, [...words, '-c', 'ip'], { env, encoding: 'utf8', stdio: 'pipe' }) === 'stand-in\n';
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** A session as agentCommand starts it on this machine, by the shell given. */
export function sessionOf(shell: readonly string[]): Session {
  return new Session([...shell, '-c', agent]);
}
