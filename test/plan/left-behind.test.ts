import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sweep, sweepLater } from '../../src/plan/left-behind.ts';
import { agent } from '../../src/router/agent.ts';
import type { Session } from '../../src/router/session.ts';
import { canHavePrivateRun, PrivateRun } from '../router/support/private-run.ts';
import { sessionOf, shells } from '../router/support/shells.ts';

const open = 'tc qdisc change dev lvshold0 root plug release_indefinite';
const gone = [
  'tc qdisc del dev eth0 clsact',
  'tc qdisc del dev eth2 clsact',
  ...['7054', '7055'].flatMap((table) =>
    ['-4', '-6'].flatMap((family) => [
      `ip ${family} rule del pref ${table}`,
      `ip ${family} route flush table ${table}`,
    ]),
  ),
  'ip link del lvshold0',
];

describe.runIf(canHavePrivateRun).each(shells)('what a failover left, removed by %s %s', (...shell) => {
  let run: PrivateRun;
  let sessions: Session[];
  beforeEach(() => {
    run = new PrivateRun();
    sessions = [];
    mkdirSync(programs());
    writeFileSync(inRun('index'), '7\n');
    for (const [name, text] of Object.entries(stubs)) {
      writeFileSync(path.join(programs(), name), `#!/bin/sh\n${text}`);
      chmodSync(path.join(programs(), name), 0o755);
    }
  });
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    rmSync(inRun('index'), { force: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    run.remove();
  });
  const inRun = (name: string) => path.join(run.directory, name);
  const programs = () => inRun('programs');
  const ran = () => (existsSync(inRun('log')) ? readFileSync(inRun('log'), 'utf8').trim().split('\n') : []);
  /** Whoever has the lock, as a run does. */
  const lock = async () => {
    const session = sessionOf(run.shell(...shell, '-c', agent));
    sessions.push(session);
    expect(await session.lock(['ann', 'desk', 'noon', 'lvs failover'])).toBeNull();
    return session;
  };
  const start = (command: readonly string[]) => {
    const script = command.indexOf('sh');
    const [program = '', ...words] = run.shell(...shell, ...command.slice(script + 1));
    const env = { ...process.env, PATH: `${programs()}:${process.env.PATH}` };
    const child = spawn(program, words, { env, stdio: 'ignore' });
    return new Promise<number | null>((resolve) => child.once('close', resolve));
  };

  it('goes at once where somebody sees to it, the queue last of all', async () => {
    await start(sweep(['eth0', 'eth2']));
    expect(ran()).toEqual(gone);
  });

  it('goes although a command that removes it is disturbed', async () => {
    writeFileSync(inRun('disturbed'), '');
    expect(await start(sweep(['eth0', 'eth2']))).toBe(0);
    expect(ran().at(-1)).toBe('ip link del lvshold0');
    expect(ran().filter((line) => line === 'ip link del lvshold0')).toHaveLength(1);
    expect(existsSync(inRun('gone-47054'))).toBe(true);
  });

  it('keeps the device, which stands for it, if a rule cannot be removed, and is tried again', async () => {
    writeFileSync(inRun('stuck'), '');
    expect(await start(sweep(['eth0', 'eth2']))).toBe(1);
    expect(ran()).toContain('ip -6 rule del pref 7055');
    // A program that says nonsense for each of them would take the whole time that a run has.
    expect(ran().filter((line) => line === 'ip -4 rule del pref 7054')).toHaveLength(3);
    expect(ran()).not.toContain('ip link del lvshold0');

    const ended = start(sweepLater('10', ['eth0', 'eth2']));
    const until = ran().length;
    await vi.waitFor(() => expect(ran().slice(until)).toContain('ip -4 rule del pref 7054'), 10_000);
    rmSync(inRun('stuck'));
    await ended;
    expect(ran().at(-1)).toBe('ip link del lvshold0');
  });

  it('goes when the run that made it has died, and not before', async () => {
    const holder = await lock();
    const ended = start(sweepLater('10', ['eth0', 'eth2']));
    await vi.waitFor(() => expect(ran()).toContain(open), 5000);
    await holder.run(['sleep', '0.2']);
    expect(ran()).toEqual([open]);
    await holder.close();
    await ended;
    expect(ran()).toEqual([open, open, 'sysctl -q -w net.ipv4.vs.sync_refresh_period=10', ...gone]);
    const next = await lock();
    await next.unlock();
  });

  it('stays while a run that has lost its session for a moment puts things in order', async () => {
    const holder = await lock();
    writeFileSync(inRun('late'), '');
    const ended = start(sweepLater('10', ['eth0']));
    await holder.close();
    await vi.waitFor(() => expect(ran()).toEqual([open]), 5000);
    const again = await lock();
    rmSync(inRun('late'));
    await again.run(['sleep', '0.4']);
    expect(ran().filter((line) => line !== open)).toEqual([]);
    rmSync(inRun('index'));
    await ended;
    expect(ran().filter((line) => line !== open)).toEqual([]);
  });

  it('is left to whoever has removed it, or made another one, meanwhile', async () => {
    await lock();
    const ended = start(sweepLater('10', ['eth0']));
    await vi.waitFor(() => expect(ran()).toEqual([open]), 5000);
    writeFileSync(inRun('index'), '8\n');
    await ended;
    expect(ran()).toEqual([open]);
  });

  it('is not looked for where it is gone already', async () => {
    rmSync(inRun('index'));
    await start(sweepLater('10', ['eth0']));
    expect(ran()).toEqual([]);
  });
});

/** A rule of each kind is there once. Seconds are short. */
const stubs = {
  cat: 'case $1 in /sys/*) exec /bin/cat /run/index;; esac; exec /bin/cat "$@"\n',
  sleep: `/bin/sleep 0.02; while [ -e /run/late ] && [ -e /run/log ]; do /bin/sleep 0.02; done
`,
  tc: '[ "$2" = show ] || echo "tc $*" >>/run/log\n',
  sysctl: '[ "$1" = -n ] && { echo 0; exit; }; echo "sysctl $*" >>/run/log\n',
  ip: `
case $* in
  *' rule show '*) [ -e "/run/gone$1$5" ] || echo "$5: from all iif eth0 lookup $5"; exit 0;;
  *' route show '*) exit 2;;
esac
echo "ip $*" >>/run/log
case $* in
  '-4 rule del pref 7054')
    [ ! -e /run/stuck ] || { echo garbage; exit 0; }
    [ ! -e /run/disturbed ] || { rm /run/disturbed; echo garbage; exit 0; };;
esac
case $* in *' rule del '*) [ ! -e "/run/gone$1$5" ] && : >"/run/gone$1$5";; esac
`,
};
