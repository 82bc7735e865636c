import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agent } from '../../src/router/agent.ts';
import { Session } from '../../src/router/session.ts';
import { takingTurns } from '../../src/router/turn.ts';
import { canHavePrivateRun, PrivateRun } from './support/private-run.ts';
import { sessionOf, shells } from './support/shells.ts';

describe.runIf(canHavePrivateRun).each(shells)('turns, kept by %s %s', (...shell) => {
  let run: PrivateRun;
  let sessions: Session[];
  const open = (mostSeconds = 10) => {
    const session = new Session(run.shell(...takingTurns([...shell, '-c', agent], mostSeconds)));
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

  it('are taken by one after the other', async () => {
    const first = open();
    await first.run(['true']);
    let begun = false;
    const second = open();
    const waiting = second.run(['echo', 'mine']).then(({ stdout }) => {
      begun = true;
      return stdout;
    });
    await first.run(['sleep', '0.3']);
    expect(begun).toBe(false);
    await first.close();
    expect(await waiting).toBe('mine\n');
  });

  it('are not kept by what outlives the session', async () => {
    const first = open();
    const file = path.join(run.directory, 'outliving');
    await first.runApart(['sh', '-c', 'echo $$ >"$0"; exec sleep 300', file]);
    await first.run(['sh', '-c', 'until [ -s "$0" ]; do sleep 0.1; done', file]);
    await first.close();
    await open().run(['sh', '-c', 'read -r pid <"$0"; kill "$pid"', file]);
  });

  it('are another matter than the lock', async () => {
    const holder = sessionOf(run.shell(...shell, '-c', agent));
    sessions.push(holder);
    expect(await holder.lock(['ann', 'desk', 'noon', 'lvs failover'])).toBeNull();
    expect((await open().run(['echo', 'mine'])).stdout).toBe('mine\n');
    expect(existsSync(path.join(run.directory, 'lvs', 'turn'))).toBe(true);
  });

  it('pass on when the session is killed', async () => {
    const first = open();
    await expect(first.run(['sh', '-c', 'kill -9 $PPID'])).rejects.toThrow();
    expect((await open().run(['echo', 'mine'])).stdout).toBe('mine\n');
  });

  it('end in words where they do not come', async () => {
    await open().run(['true']);
    await expect(open(1).run(['true'])).rejects.toThrow('another takeover or release has not ended within 1 s');
  });
});
