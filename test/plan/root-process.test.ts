import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askKeepalived } from '../../src/plan/election/ask.ts';
import { findKeepalived, rootProcess } from '../../src/plan/root-process.ts';
import { sessionOf, shells } from '../router/support/shells.ts';
import { NamedProcess } from '../support/named-process.ts';

const started: NamedProcess[] = [];
const start = async (name: string, as: readonly string[] = [], mode?: number) => {
  const process = await NamedProcess.start(name, there(...as), mode);
  started.push(process);
  return process;
};
afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.end()));
});

/** A machine of its own, as far as this goes: whatever runs on this one. */
let router: NamedProcess;
beforeEach(async () => {
  router = await NamedProcess.start('router', ['unshare', '--net']);
});
afterEach(() => router.end());
const there = (...words: readonly string[]) => ['nsenter', `--net=/proc/${router.pid}/ns/net`, ...words];

/** Writes what it knows on the signal, as keepalived does, with a child that knows the signal. */
const answering = `#!/bin/sh
trap : 36
while :; do sleep 0.02; done &
trap 'echo "[1]" >$TMPDIR/keepalived.json' 36
trap "kill $!; wait; exit" TERM
while :; do sleep 0.02; done
`;

const isRoot = process.getuid?.() === 0;
const canUnshare = spawnSync('unshare', ['--net', 'true']).status === 0;

/** Root's, in another network namespace; another user's; and what any user can start as root by a name of his own: su(1), by a link. */
const others = [
  ['in another network namespace', ['unshare', '--net']],
  ["another user's", ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']],
  ['run as root by another user', ['setpriv', '--ruid', '65534', '--regid', '65534', '--clear-groups']],
] as const;

describe.runIf(isRoot && canUnshare).each(shells)('other cluster software, looked for by %s %s', (...shell) => {
  const rivals = async () => {
    const session = sessionOf(there(...shell));
    try {
      return (await session.facts([])).rivals.filter((rival) => !rival.startsWith('/'));
    } finally {
      await session.close();
    }
  };

  it.each(['keepalived', 'ldirectord', 'pulse', 'nanny'])('%s counts where it is root’s', async (name) => {
    await start(name);
    expect(await rivals()).toEqual([name]);
  });

  it.each(others)('nothing counts that is %s', async (_, as) => {
    for (const name of ['keepalived', 'pulse']) await start(name, as);
    expect(await rivals()).toEqual([]);
  });

  it('no set-user-ID program counts: any user can start sudo(8) by a link of that name', async () => {
    for (const name of ['keepalived', 'pulse']) await start(name, [], 0o4755);
    expect(await rivals()).toEqual([]);
  });

  it('nothing counts whose name only begins like it', async () => {
    await start('pulseaudio');
    expect(await rivals()).toEqual([]);
  });
});

describe.runIf(isRoot && canUnshare).each(shells)('keepalived, looked for by %s %s', (...shell) => {
  const run = (script: string) => {
    const [program = '', ...words] = there(...shell, '-c', script);
    return spawnSync(program, words, { encoding: 'utf8' });
  };
  const find = () => run(`${rootProcess} ${findKeepalived} keepalived && echo "$pid"`).stdout.trim();

  it('is the one that started the others', async () => {
    const { pid } = await start('keepalived');
    expect(find()).toBe(String(pid));
  });

  it.each(others)('is none that is %s, and is not sent a signal', async (_, as) => {
    await start('keepalived', as);
    expect(find()).toBe('');
    expect(run(askKeepalived).stdout).toBe('not running\n');
  });

  it('is asked, whatever another user has made in the place of its answer', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'lvs-state-'));
    const program = path.join(directory, 'keepalived');
    writeFileSync(program, answering, { mode: 0o755 });
    mkdirSync(path.join(directory, 'keepalived.json/below'), { recursive: true });
    const [first = '', ...words] = there(program);
    const child = spawn(first, words, { stdio: 'ignore', env: { ...process.env, TMPDIR: directory } });
    try {
      await vi.waitFor(() => expect(run(askKeepalived).stdout).toBe('[1]\n'), 20_000);
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true });
    }
  });

  it('is none that has ended, and that its parent has not waited for', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'lvs-ended-'));
    try {
      const program = path.join(directory, 'keepalived');
      copyFileSync('/bin/sleep', program);
      const { pid } = await start('parent', ['sh', '-c', '"$0" 0 & exec "$@"', program]);
      const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
      await vi.waitFor(() => expect(readFileSync(`/proc/${child}/stat`, 'utf8')).toContain('(keepalived) Z '), 10_000);
      expect(find()).toBe('');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('is not whatever a file says that names a process', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'lvs-pid-'));
    try {
      const { pid } = await start('keepalived', others[0][1]);
      writeFileSync(path.join(directory, 'keepalived.pid'), `${pid}\n`);
      const looking = findKeepalived.replace('/run/keepalived.pid', path.join(directory, 'keepalived.pid'));
      expect(run(`${rootProcess} ${looking} keepalived; echo $?`).stdout).toBe('1\n');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
