import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { monitorCommand } from '../../src/model/monitor-command.ts';
import { rollingBack } from '../../src/plan/brief-lock.ts';
import type { WayBackStep } from '../../src/plan/rollback/steps.ts';
import { armLease, endLeaseOn, leaveLeaseOn } from '../../src/router/lease.ts';
import type { Holder } from '../../src/router/runner.ts';
import type { Session } from '../../src/router/session.ts';
import { canHavePrivateRun, PrivateRun } from './support/private-run.ts';
import { sessionOf } from './support/shells.ts';

const ann: Holder = ['ann', 'desk', '2026-01-01T00:00:00Z', 'lvs failover'];
const bob: Holder = ['bob', 'hall', '2026-01-01T00:00:01Z', 'lvs apply'];
const soon = { timeout: 30_000, interval: 50 };

const step = (argv: readonly string[], input: string | null = null): WayBackStep => ({
  verb: 'run',
  stage: 'enable',
  argv,
  input,
});

describe.runIf(canHavePrivateRun).each([['sh'], ['bash', '--posix']])(
  'a lease, kept by %s %s',
  { timeout: 200_000 },
  (...shell) => {
    let run: PrivateRun;
    let sessions: Session[];
    const inRun = (name: string) => path.join(run.directory, name);
    const open = () => {
      const session = sessionOf(run.shell(...shell));
      sessions.push(session);
      return session;
    };
    const armed = async (steps: readonly WayBackStep[], listening: readonly WayBackStep[] = []) => {
      const session = open();
      expect(await session.lock(ann)).toBeNull();
      expect(await armLease(session, ann, { steps, listening })).toBe(true);
      return session;
    };
    const rolledBack = () => existsSync(inRun('back'));
    const back = step(['tee', '/run/back'], "back, $(id) 'quoted'\n");
    /** Its signs of life stop, and all else goes on: so it is when lvs hangs, or its network is cut. */
    const fallSilent = (session: Session) => clearInterval((session as unknown as { heart: NodeJS.Timeout }).heart);
    beforeEach(() => {
      run = new PrivateRun();
      sessions = [];
    });
    afterEach(async () => {
      await Promise.all(sessions.map((session) => session.run(['rm', '-rf', '/run/lvs/lease']).catch(() => {})));
      await Promise.all(sessions.map((session) => session.close()));
      run.remove();
    });

    it('lasts as long as the session shows signs of life, also while a command of it takes long', async () => {
      const session = await armed([back]);
      await session.run(['sleep', '9']);
      expect(rolledBack()).toBe(false);
      expect(await endLeaseOn(session)).toBe(true);
      fallSilent(session);
      await sleep(8500);
      expect(rolledBack()).toBe(false);
    });

    it('ends a session that falls silent, with the command that hangs, and rolls back', async () => {
      const session = await armed([step(['cp', '/run/late', '/run/back'])]);
      fallSilent(session);
      const hanging = session.run(['sh', '-c', 'trap "" HUP TERM; sleep 60; echo late >/run/late']);
      writeFileSync(inRun('late'), 'not yet');
      await expect(hanging).rejects.toThrow();
      await vi.waitFor(() => expect(rolledBack()).toBe(true), soon);
      expect(readFileSync(inRun('back'), 'utf8')).toBe('not yet');
      await vi.waitFor(async () => expect(await open().lock(bob)).toBeNull(), soon);
    });

    it('rolls back when the session is gone, before another run begins', async () => {
      const session = await armed([back]);
      await session.run(['sh', '-c', 'kill -KILL 0']).catch(() => {});
      const other = open();
      await vi.waitFor(async () => expect(await other.lock(bob)).toBeNull(), soon);
      expect(readFileSync(inRun('back'), 'utf8')).toBe("back, $(id) 'quoted'\n");
    });

    it('is due while the run shows signs of life, if that leaves it to the router', async () => {
      const session = await armed([back]);
      const children = 'for child in $(cat "/proc/$0/task/$0/children"); do cat "/proc/$child/comm"; done';
      const pid = readFileSync(inRun('lvs/lease/pid'), 'utf8').trim();
      await leaveLeaseOn(session);
      const waiting = async () => (await session.run(['sh', '-c', children, pid])).stdout;
      await vi.waitFor(async () => expect(await waiting()).toContain('flock'), soon);
      expect(rolledBack()).toBe(false);
      await session.unlock();
      await vi.waitFor(() => expect(rolledBack()).toBe(true), soon);
    });

    it('has nothing to settle for a run that leaves it to the router too late', async () => {
      const session = await armed([back]);
      expect(await endLeaseOn(session)).toBe(true);
      await leaveLeaseOn(session);
      expect(existsSync(inRun('lvs/lease/left'))).toBe(false);
    });

    it('is told to other runs until then, and keeps neither its own nor a monitor from the lock', async () => {
      await (await armed([back])).close();
      const [other, monitor, again] = [open(), open(), open()];
      const found = await other.lock(bob);
      expect(found).toEqual([...ann.slice(0, 3), rollingBack]);
      expect(await monitor.lock(['root', 'lvs1', 'now', monitorCommand])).toBeNull();
      await monitor.unlock();
      expect(await again.lock(ann)).toBeNull();
      expect(await endLeaseOn(again)).toBe(true);
      await again.unlock();
      expect(await other.lock(bob)).toBeNull();
      expect(rolledBack()).toBe(false);
    });

    it('keeps nobody from the lock when the process that would roll back is gone', async () => {
      const session = await armed([back]);
      const pid = readFileSync(inRun('lvs/lease/pid'), 'utf8').trim();
      await session.run(['kill', '-KILL', pid]);
      await session.close();
      const other = open();
      await vi.waitFor(async () => expect(await other.lock(bob)).toBeNull(), soon);
      expect(rolledBack()).toBe(false);
    });

    it('goes on listening without the lock when addresses were kept', async () => {
      const session = await armed([step(['touch', 'kept'])], [step(['tee', '/run/back'], 'listens')]);
      await session.close();
      await vi.waitFor(() => expect(rolledBack()).toBe(true), soon);
      expect(readFileSync(inRun('back'), 'utf8')).toBe('listens');
      expect(await open().lock(bob)).toBeNull();
    });

    it('goes on listening when the run has come to its end, if the run says so', async () => {
      const session = await armed([step(['touch', '/run/rolled-back'])], [step(['tee', '/run/back'], 'listens')]);
      expect(await endLeaseOn(session, { listens: true })).toBe(true);
      await vi.waitFor(() => expect(rolledBack()).toBe(true), soon);
      expect(existsSync(inRun('rolled-back'))).toBe(false);
      await session.unlock();
      expect(await open().lock(bob)).toBeNull();
    });

    it('can only be had where there is a place for it', async () => {
      const session = open();
      await session.lock(ann);
      rmSync(inRun('lvs'), { recursive: true });
      writeFileSync(inRun('lvs'), 'in the way');
      expect(await armLease(session, ann, { steps: [back], listening: [] })).toBe(false);
    });
  },
);
