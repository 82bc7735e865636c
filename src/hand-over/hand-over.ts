import { spawn, spawnSync } from 'node:child_process';
import type { Manifest } from '../command-line/manifest.ts';
import { LvsError } from '../model/errors.ts';
import { findLvm, vgsBeside } from './find-lvm.ts';
import { whose } from './whose.ts';

/** Set for what we hand over to: should that call us again, it gets us, not a loop. */
const guard = 'LVSADM_HANDED_OVER';

/** What may be sent to this process is meant for the one in its place. */
const signals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Runs LVM's lvs in our place where the command line is LVM's and LVM is on the system, and ends as that one ends.
 * @param program the path that this program was called by.
 * @returns false where the command line is ours.
 */
export async function handOver(words: readonly string[], manifest: Manifest, program: string): Promise<boolean> {
  const owner = whose(words, manifest);
  if (owner === 'ours' || process.env[guard] !== undefined) return false;
  const lvm = findLvm(process.env.PATH ?? '', program);
  if (lvm === null) return false;
  if (owner === 'lvm-if-volume-group' && !isVolumeGroup(words[0] ?? '', lvm)) return false;
  await runInOurPlace(lvm, words);
  return true;
}

function isVolumeGroup(name: string, lvm: string): boolean {
  return spawnSync(vgsBeside(lvm), ['--noheadings', '-o', 'vg_name', name], { stdio: 'ignore' }).status === 0;
}

/** Node 20 cannot replace its own process by another: the other is a child that ours stands for until it ends. */
function runInOurPlace(program: string, words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    // Before the other starts: from then on a signal may come.
    for (const signal of signals) process.on(signal, pass);
    const child = spawn(program, words, { stdio: 'inherit', env: { ...process.env, [guard]: '1' } });
    child.on('error', (cause) =>
      reject(new LvsError('command-failed', `${program} cannot be run: ${cause.message}`, { cause })),
    );
    child.on('exit', (status, signal) => {
      for (const each of signals) process.off(each, pass);
      if (signal !== null) process.kill(process.pid, signal);
      else process.exitCode = status ?? 0;
      resolve();
    });
  });
}
