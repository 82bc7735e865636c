import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fenceSession } from '../../src/plan/brief-lock.ts';
import { agent } from '../../src/router/agent.ts';
import { type Holder, LockUnavailable } from '../../src/router/runner.ts';
import { Session } from '../../src/router/session.ts';
import { canHavePrivateRun, PrivateRun } from './support/private-run.ts';
import { RawClient } from './support/raw-client.ts';
import { sessionOf, shells } from './support/shells.ts';

const ann: Holder = ['ann', 'desk', '2026-01-01T00:00:00Z', 'lvs vip add "tcp://1.2.3.1:80" $(id)'];
const bob: Holder = ['bob', 'hall', '2026-01-01T00:00:01Z', 'lvs apply'];

const files = (run: PrivateRun) => readdirSync(path.join(run.directory, 'lvs')).sort();

describe.runIf(canHavePrivateRun).each(shells)('the lock, kept by %s %s', (...shell) => {
  let run: PrivateRun;
  let sessions: Session[];
  const open = () => {
    const session = sessionOf(run.shell(...shell));
    sessions.push(session);
    return session;
  };
  beforeEach(() => {
    run = new PrivateRun();
    sessions = [];
  });
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    run.remove();
  });

  it('is had by one at a time, whose words the others are told', async () => {
    const [first, second] = [open(), open()];
    expect(await first.lock(ann)).toBeNull();
    expect(await second.lock(bob)).toEqual(ann);
    await first.unlock();
    expect(await second.lock(bob)).toBeNull();
    expect(await first.lock(ann)).toEqual(bob);
  });

  it('is free when its holder closes', async () => {
    const [first, second] = [open(), open()];
    await first.lock(ann);
    await first.close();
    expect(await second.lock(bob)).toBeNull();
  });

  it('is not held by the commands that run under it', async () => {
    const [first, second] = [open(), open()];
    await first.lock(ann);
    await first.runApart(['sleep', '3']);
    await first.run(['sh', '-c', 'sleep 3 >/dev/null 2>&1 &'], 'some input');
    await first.unlock();
    expect(await second.lock(bob)).toBeNull();
  });

  it('is free when the shell that holds it is killed', async () => {
    const [first, second] = [open(), open()];
    await first.lock(ann);
    await expect(first.run(['sh', '-c', 'kill -9 $PPID'])).rejects.toThrow('SIGKILL');
    expect(await second.lock(bob)).toBeNull();
  });

  it('is free when the client is killed', async () => {
    const client = spawn(process.execPath, ['-e', clientProgram, JSON.stringify(run.shell(...shell, '-c', agent))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => client.stdout.once('data', resolve));
    const second = open();
    expect(await second.lock(bob)).toEqual(['raw', '', '', '']);
    client.kill('SIGKILL');
    await vi.waitFor(async () => expect(await second.lock(bob)).toBeNull(), 3000);
  });

  it('cannot be had where there is no place for it', async () => {
    writeFileSync(path.join(run.directory, 'lvs'), 'in the way');
    const session = open();
    await expect(session.lock(ann)).rejects.toBeInstanceOf(LockUnavailable);
    expect((await session.run(['echo', 'still here'])).stdout).toBe('still here\n');
  });

  it('cannot be had where its file cannot be opened', async () => {
    mkdirSync(path.join(run.directory, 'lvs', 'lock'), { recursive: true });
    const session = open();
    await expect(session.lock(ann)).rejects.toBeInstanceOf(LockUnavailable);
    expect((await session.run(['echo', 'still here'])).stdout).toBe('still here\n');
  });

  it('cannot be had without flock', async () => {
    const without = agent.replace('flock -n 9', 'no-flock -n 9');
    const session = new Session([...run.shell(...shell), '-c', without]);
    sessions.push(session);
    await expect(session.lock(ann)).rejects.toThrow(/not found/);
  });
});

/** Starts the agent, takes the lock, says so, and waits. */
const clientProgram = `
const [program, ...words] = JSON.parse(process.argv[1]);
const agent = require('node:child_process').spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
agent.stdout.once('data', () => console.log('locked'));
agent.stdin.write('MARK\\nlock 4 0\\nraw\\n\\n\\n\\n');
`;

describe.runIf(canHavePrivateRun).concurrent('the lock of a session over a network', { timeout: 200_000 }, () => {
  const withClient = async (work: (client: RawClient, run: PrivateRun) => Promise<void>) => {
    const run = new PrivateRun();
    const client = new RawClient([...run.shell('sh'), '-c', agent], '192.0.2.1 50000 192.0.2.2 22');
    try {
      await client.lock();
      await work(client, run);
    } finally {
      client.kill();
      run.remove();
    }
  };
  /** One look of the watcher's and then some. */
  const soon = { timeout: 9000, interval: 200 };

  it('is free within 15 s when the client falls silent, and not while it speaks', ({ expect }) =>
    withClient(async (client, run) => {
      const other = sessionOf(run.shell('sh'));
      for (let beat = 1; beat <= 8; beat += 1) {
        client.say(`beat ${beat}\n`);
        await sleep(2000);
      }
      expect(await other.lock(bob)).toEqual(['raw', '', '', '']);
      await vi.waitFor(async () => expect(await other.lock(bob)).toBeNull(), { timeout: 15_000, interval: 250 });
      await other.close();
    }));

  it('leaves no file and no process behind when the session ends', ({ expect }) =>
    withClient(async (client, run) => {
      expect(files(run)).toEqual([expect.stringMatching(/^beat\.\d+$/), 'lock']);
      await client.end();
      expect(files(run)).toEqual(['lock']);
      await vi.waitFor(() => expect(client.isAlive).toBe(false), soon);
    }));

  it('leaves none either when its shell is killed', ({ expect }) =>
    withClient(async (client, run) => {
      client.kill();
      await vi.waitFor(() => expect(files(run)).toEqual(['lock']), soon);
      await vi.waitFor(() => expect(client.isAlive).toBe(false), soon);
    }));
});

describe
  .runIf(canHavePrivateRun)
  .concurrent('a command that hangs while the lock is held', { timeout: 200_000 }, () => {
    const soon = { timeout: 40_000, interval: 250 };
    /** What it says once it runs, and what cannot be ended but by KILL. */
    const hanging = 'trap "" HUP INT TERM; echo $$ >/run/hung; while :; do sleep 300; done';
    const withHung = async (
      network: boolean,
      work: (client: RawClient, run: PrivateRun, pid: () => number) => unknown,
    ) => {
      const run = new PrivateRun();
      const client = new RawClient([...run.shell('sh'), '-c', agent], network ? '192.0.2.1 50000 192.0.2.2 22' : '');
      const hung = path.join(run.directory, 'hung');
      try {
        await client.lock();
        client.say(`run 3 0\nsh\n-c\n${hanging}\n`);
        await vi.waitFor(() => expect(existsSync(hung) && readFileSync(hung, 'utf8')).toMatch(/\d\n/), soon);
        await work(client, run, () => Number(readFileSync(hung, 'utf8')));
      } finally {
        client.kill();
        client.killAll();
        run.remove();
      }
    };
    const isThere = (pid: number) =>
      existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const free = async (run: PrivateRun) => {
      const other = sessionOf(run.shell('sh'));
      await vi.waitFor(async () => expect(await other.lock(bob)).toBeNull(), soon);
      await other.close();
    };

    it.each([true, false])(
      'is killed, and the lock free, when the client falls silent (over a network: %s)',
      (network) =>
        withHung(network, async (_, run, pid) => {
          await free(run);
          expect(isThere(pid())).toBe(false);
        }),
    );

    it('does not end the session while the client speaks', () =>
      withHung(true, async (client, run, pid) => {
        const other = sessionOf(run.shell('sh'));
        for (let beat = 1; beat <= 9; beat += 1) {
          client.say(`beat ${beat}\n`);
          await sleep(2000);
        }
        expect(await other.lock(bob)).toEqual(['raw', '', '', '']);
        expect(isThere(pid())).toBe(true);
        await other.close();
      }));

    it('is killed, the lock free, and no sign of life left, when the client is gone', () =>
      withHung(false, async (client, run, pid) => {
        client.process.stdin?.end();
        await free(run);
        expect(isThere(pid())).toBe(false);
        expect(files(run)).toEqual(['lock']);
      }));

    it('is killed at once when the client says so', () =>
      withHung(true, async (client, run, pid) => {
        client.say('end\n');
        await free(run);
        expect(isThere(pid())).toBe(false);
      }));

    it('is killed with its session by whoever takes the lock by force', () =>
      withHung(true, async (client, _, pid) => {
        const force = `${fenceSession}; fence_session && flock -w 5 /run/lvs/lock echo free`;
        const there = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'])];
        const beats = setInterval(() => client.say('beat 1\n'), 500);
        const { stdout, stderr } = spawnSync(
          'nsenter',
          [...there, '-t', String(client.process.pid), 'sh', '-c', force],
          {
            encoding: 'utf8',
          },
        );
        clearInterval(beats);
        expect({ stdout, stderr }).toEqual({ stdout: 'free\n', stderr: '' });
        expect(isThere(pid())).toBe(false);
      }));
  });

describe.runIf(canHavePrivateRun).concurrent('a session over a network that has the lock', { timeout: 200_000 }, () => {
  it('lives as long as requests follow each other, whatever the moments at which it is looked at', async () => {
    const run = new PrivateRun();
    const [program = '', ...words] = run.shell('sh');
    const session = new Session(['env', 'SSH_CONNECTION=192.0.2.1 50000 192.0.2.2 22', program, ...words, '-c', agent]);
    // Between two beats.
    await sleep(1000);
    await session.lock(ann);
    for (const end = performance.now() + 18_000; performance.now() < end; ) {
      expect(await session.run(['true'])).toMatchObject({ status: 0 });
      await sleep(100);
    }
    await session.close();
    run.remove();
  });

  it('gives its lock to no command', async () => {
    const run = new PrivateRun();
    const session = sessionOf(run.shell('sh'));
    await session.lock(ann);
    const show = 'readlink /proc/$$/fd/* | grep lock; cat >/dev/null';
    expect(await session.run(['sh', '-c', show])).toMatchObject({ stdout: '' });
    expect(await session.run(['sh', '-c', show], 'input')).toMatchObject({ stdout: '' });
    await session.close();
    run.remove();
  });
});
