import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bootRecover } from '../../src/plan/files/boot/recover.ts';
import type { WayBackStep } from '../../src/plan/rollback/steps.ts';
import { arm, disarm, fire, keep, type Pending, readPending, revive } from '../../src/router/pending.ts';
import { AwaitingConfirmation, type Holder } from '../../src/router/runner.ts';
import { canHavePrivateRun, PrivateRun } from './support/private-run.ts';
import { sessionOf, shells } from './support/shells.ts';

const ann: Holder = ['ann', 'desk', '2026-01-01T00:00:00Z', 'lvs apply --confirm 5'];
const bob: Holder = ['bob', 'hall', '2026-01-01T00:00:01Z', 'lvs apply'];
const soon = { timeout: 30_000, interval: 50 };

describe.runIf(canHavePrivateRun).each(shells)(
  'a run that is to be confirmed, kept by %s %s',
  { timeout: 200_000 },
  (...shell) => {
    let run: PrivateRun;
    let sessions: ReturnType<typeof sessionOf>[];
    const open = () => {
      const session = sessionOf(run.shell(...shell));
      sessions.push(session);
      return session;
    };
    const inRun = (name: string) => path.join(run.directory, name);
    const pending = (seconds: number): Pending => ({
      holder: ann,
      until: '2026-01-01T00:00:05Z',
      seconds,
      routers: ['lvs1', 'lvs2'],
      file: null,
    });
    const step = (
      verb: 'run' | 'try' | 'guard',
      argv: readonly string[],
      input: string | null = null,
    ): WayBackStep => ({
      verb,
      stage: 'disable',
      argv,
      input,
    });
    const writes = (name: string, text: string) => step('run', ['tee', `/run/${name}`], text);
    const armed = async (seconds: number, steps: readonly WayBackStep[], paths: readonly string[] = []) => {
      const session = open();
      expect(await session.lock(ann)).toBeNull();
      expect(await arm(session, { pending: pending(seconds), steps, rules: false, paths })).toBeNull();
      return session;
    };
    /** A process that is killed keeps its lock until the kernel has taken it down, and that may be later. */
    const killWatcher = async (session: ReturnType<typeof sessionOf>) => {
      await session.run(['sh', '-c', 'kill -9 "$(cat /run/lvs/confirm/pid)"']);
      await vi.waitFor(async () => expect(await readPending(session)).toMatchObject({ unwatched: true }), soon);
    };
    beforeEach(() => {
      run = new PrivateRun();
      sessions = [];
    });
    afterEach(async () => {
      for (const session of sessions) await disarm(session).catch(() => {});
      await Promise.all(sessions.map((session) => session.close()));
      run.remove();
    });

    it('goes back by itself when time is up, also where the session that armed it was killed', async () => {
      const steps = [
        writes('one', "two words, $(id) 'quoted'\nand a line\n"),
        writes('two', 'no newline'),
        step('run', ['rm', '/run/gone']),
      ];
      writeFileSync(inRun('gone'), '');
      const session = await armed(4, steps);
      await expect(session.run(['sh', '-c', 'kill -9 $PPID'])).rejects.toThrow();
      expect(existsSync(inRun('one'))).toBe(false);
      await vi.waitFor(() => expect(existsSync(inRun('gone'))).toBe(false), soon);
      expect(readFileSync(inRun('one'), 'utf8')).toBe("two words, $(id) 'quoted'\nand a line\n");
      expect(readFileSync(inRun('two'), 'utf8')).toBe('no newline');
      const other = open();
      await vi.waitFor(
        async () => expect(await readPending(other)).toMatchObject({ state: 'put-back', report: [] }),
        soon,
      );
      // What came of it is told a moment before the lock is free.
      await vi.waitFor(async () => expect(await other.lock(bob)).toBeNull(), soon);
    });

    it('stays when it is confirmed from another session, and later than that it cannot be', async () => {
      await armed(6, [writes('one', 'x')]);
      const other = open();
      expect(await readPending(other)).toEqual({
        state: 'pending',
        pending: pending(6),
        left: expect.any(Number),
        unwatched: false,
        report: [],
      });
      expect(await keep(other)).toBe(true);
      await sleep(6500);
      expect(existsSync(inRun('one'))).toBe(false);
      expect(await readPending(other)).toMatchObject({ state: 'confirmed', left: null });
      expect(await keep(other)).toBe(false);
    });

    it('goes back at once when that is asked for', async () => {
      const session = await armed(60, [writes('one', 'x')]);
      await session.unlock();
      await fire(session, 'interrupted');
      await vi.waitFor(async () => expect((await readPending(session)).state).toBe('put-back'), soon);
      expect(existsSync(inRun('one'))).toBe(true);
      expect(await keep(session)).toBe(false);
    });

    it('has the lock to itself, and lets a monitor work', async () => {
      const session = await armed(60, []);
      await session.unlock();
      const other = open();
      await expect(other.lock(bob)).rejects.toEqual(
        new AwaitingConfirmation([...ann, '2026-01-01T00:00:05Z', '60', 'lvs1 lvs2']),
      );
      expect(await other.lock(['root', 'lvs1', 'now', 'lvs monitor'])).toBeNull();
      await other.unlock();
      expect(await session.lock(ann)).toBeNull();
      await session.unlock();
      await keep(other);
      expect(await other.lock(bob)).toBeNull();
    });

    it('is rolled back when the router is started anew, as far as files go, unless it was confirmed', async () => {
      const files = { ...writes('file', 'as before'), stage: 'files' } as const;
      const boot = () => open().run(['sh'], `${bootRecover}\nrecover\n`);
      const start = async () => {
        const session = await armed(60, [files, writes('one', 'x')]);
        await session.unlock();
        return session;
      };
      const lasting = () => existsSync(inRun('var-lib/lvs/confirm/steps'));
      let session = await start();
      expect(lasting()).toBe(true);
      // The unit is started once more: it is no boot.
      await boot();
      expect([existsSync(inRun('file')), lasting()]).toEqual([false, true]);
      await session.run(['sh', '-c', 'kill -9 "$(cat /run/lvs/confirm/pid)"; rm -rf /run/lvs/confirm']);
      expect((await boot()).status).toBe(0);
      expect(readFileSync(inRun('file'), 'utf8')).toBe('as before');
      expect([existsSync(inRun('one')), lasting()]).toEqual([false, false]);
      expect(await readPending(open())).toMatchObject({ state: 'put-back', pending: { holder: ann }, report: [] });

      writeFileSync(inRun('file'), 'after');
      session = await start();
      expect(await keep(session)).toBe(true);
      expect(lasting()).toBe(false);
      await boot();
      expect(readFileSync(inRun('file'), 'utf8')).toBe('after');
    });

    it('waits for whoever is at work, and does nothing where that puts an end to it', async () => {
      const session = await armed(0.3, [writes('one', 'x')]);
      await sleep(800);
      expect(existsSync(inRun('one'))).toBe(false);
      await disarm(session);
      await session.unlock();
      await sleep(300);
      expect(existsSync(inRun('one'))).toBe(false);
      expect(existsSync(inRun('lvs/confirm'))).toBe(false);
    });

    it('ends a run that shows no sign of life when its time is up, with the command that hangs', async () => {
      const session = await armed(1, [writes('one', 'x')]);
      // So it is when lvs hangs, or its network is cut.
      clearInterval((session as unknown as { heart: NodeJS.Timeout }).heart);
      const hanging = session.run(['sh', '-c', 'trap "" HUP TERM; sleep 60; echo late >/run/late']);
      await expect(hanging).rejects.toThrow();
      const other = open();
      await vi.waitFor(async () => expect(await readPending(other)).toMatchObject({ state: 'put-back' }), soon);
      expect([existsSync(inRun('one')), existsSync(inRun('late'))]).toEqual([true, false]);
    });

    it('goes on where a step fails, and says so unless all is as before', async () => {
      const failing = step('run', ['sh', '-c', 'echo no such luck >&2; exit 3']);
      writeFileSync(inRun('file'), 'before');
      const session = await armed(0.2, [failing, writes('one', 'x')], ['/run/file']);
      writeFileSync(inRun('file'), 'after');
      await session.unlock();
      await vi.waitFor(
        async () =>
          expect(await readPending(session)).toMatchObject({ state: 'failed', report: ['sh: no such luck '] }),
        soon,
      );
      expect(existsSync(inRun('one'))).toBe(true);

      await session.lock(ann);
      expect(
        await arm(session, { pending: pending(0.2), steps: [failing], rules: false, paths: ['/run/file'] }),
      ).toBeNull();
      await session.unlock();
      await vi.waitFor(
        async () => expect(await readPending(session)).toMatchObject({ state: 'put-back', report: [] }),
        soon,
      );
    });

    it('says what is not as before although no step failed, and nothing of what others changed', async () => {
      for (const name of ['rolled-back', 'others']) writeFileSync(inRun(name), 'before');
      const paths = ['/run/rolled-back', '/run/others'];
      const liar = step('run', ['sh', '-c', ': pretends to write', 'sh', '/run/rolled-back']);
      const session = await armed(0.2, [liar], paths);
      for (const name of ['rolled-back', 'others']) writeFileSync(inRun(name), 'after');
      await session.unlock();
      const report = ['differs after the rollback: /run/rolled-back'];
      await vi.waitFor(async () => expect(await readPending(session)).toMatchObject({ state: 'failed', report }), soon);
    });

    it('keeps addresses that nobody else holds', async () => {
      const nobody = step('guard', ['sh', '-c', 'echo nobody answers >&2; exit 1']);
      const session = await armed(0.2, [nobody, writes('disabled', 'x'), writes('file', 'x')], ['/run/file']);
      writeFileSync(inRun('file'), 'is new');
      await session.unlock();
      await vi.waitFor(
        async () =>
          expect(await readPending(session)).toMatchObject({ state: 'failed', report: ['sh: nobody answers '] }),
        soon,
      );
      expect(existsSync(inRun('disabled'))).toBe(false);
    });

    it('is nothing where its process was killed: others are not kept from working', async () => {
      const session = await armed(60, []);
      await session.unlock();
      await killWatcher(session);
      expect(await readPending(session)).toMatchObject({ state: 'pending' });
      expect(await open().lock(bob)).toBeNull();
    });

    it('costs its router next to nothing while it waits', async () => {
      const session = await armed(60, []);
      await session.run(['sleep', '2']);
      const stat = readFileSync(`/proc/${readFileSync(inRun('lvs/confirm/pid'), 'utf8').trim()}/stat`, 'utf8');
      // Of the process itself and its children, in user and kernel mode: hundredths of a second.
      const used = stat
        .replace(/^.*\) /, '')
        .split(' ')
        .slice(11, 15)
        .map(Number);
      expect(used.reduce((sum, ticks) => sum + ticks)).toBeLessThan(25);
    });

    it('is rolled back by another process when its own was killed', async () => {
      const session = await armed(60, [writes('one', 'x')]);
      await session.unlock();
      await killWatcher(session);
      expect(await revive(session)).toBe(true);
      expect(await readPending(session)).toMatchObject({ state: 'pending', unwatched: false });
      expect((await readPending(session)).left).toBeLessThanOrEqual(60);
      // There is one already.
      expect(await revive(session)).toBe(true);
      await fire(session, 'asked');
      await vi.waitFor(async () => expect((await readPending(session)).state).toBe('put-back'), soon);
      expect(existsSync(inRun('one'))).toBe(true);
      expect(await revive(session)).toBe(false);
    });

    it('is rolled back to the end when its process was killed half-way', async () => {
      const slow = step('run', ['sh', '-c', 'echo x >>/run/begun; [ -e /run/go ] || sleep 30']);
      const session = await armed(0.2, [slow, writes('one', 'x')]);
      await session.unlock();
      await vi.waitFor(() => expect(existsSync(inRun('begun'))).toBe(true), soon);
      await killWatcher(session);
      expect(await readPending(session)).toMatchObject({ state: 'going-back' });
      expect(existsSync(inRun('one'))).toBe(false);
      writeFileSync(inRun('go'), '');
      expect(await revive(session)).toBe(true);
      await vi.waitFor(async () => expect((await readPending(session)).state).toBe('put-back'), soon);
      expect(existsSync(inRun('one'))).toBe(true);
    });

    it('is refused where there is no place for it', async () => {
      const session = open();
      await session.lock(ann);
      rmSync(inRun('lvs'), { recursive: true });
      writeFileSync(inRun('lvs'), 'in the way');
      expect(await arm(session, { pending: pending(1), steps: [], rules: false, paths: [] })).toMatch(
        /mkdir|directory/i,
      );
    });
  },
);
