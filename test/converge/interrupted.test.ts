import { describe, expect, it } from 'vitest';
import { EndedAtOnce } from '../../src/model/errors.ts';
import { both, failover, held } from '../failover/support/failover.ts';
import { convergedPair, errorOf, SimulatedPair } from './support/simulated-pair.ts';
import type { SimulatedRouter } from './support/simulated-router.ts';

/** A command of a router hangs; each time the signal comes a moment later. */
function interruptedAt(router: SimulatedRouter, command: string, { times = 1, signals = 1 } = {}): void {
  let hung = 0;
  router.hangsAt = (argv, input) => {
    if (hung >= times || !`${argv.join(' ')} ${input}`.includes(command)) return false;
    hung += 1;
    setImmediate(() => {
      for (let sent = 0; sent < signals; sent += 1) process.emit('SIGINT');
    });
    return true;
  };
}

describe('Ctrl-C while a command hangs', () => {
  it('ends the run, which is rolled back over a new session', async () => {
    const pair = await convergedPair();
    interruptedAt(pair.lvs2, 'addr add');
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'interrupted', exitStatus: 130 });
    expect(error.message).toMatch(
      /^interrupted: lvs2: ip .* has not ended within 3 s: everything is as it was before$/,
    );
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
    expect(pair.routers.map(({ lock }) => lock)).toEqual([null, null]);
  });

  it('on a router that does not come to itself: says what each was last seen to have', async () => {
    const pair = await convergedPair();
    const { lvs2 } = pair;
    interruptedAt(lvs2, 'addr add');
    const { hangsAt } = lvs2;
    lvs2.hangsAt = (argv, input) => {
      const hangs = hangsAt(argv, input);
      // Its sshd does not answer either.
      if (hangs) lvs2.kernel.execute = () => ({ status: 255, stdout: '', stderr: 'Broken pipe\n' });
      return hangs;
    };
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.details.map(({ message }) => message).join()).toContain('lvs2 cannot be read now');
  });

  it('in a read, before anything was changed: nothing was run', async () => {
    const pair = await convergedPair();
    interruptedAt(pair.lvs2, 'ip -j addr');
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'interrupted', exitStatus: 130, message: 'interrupted: nothing was run' });
    expect(pair.log).toEqual([]);
  });

  it('twice: ends at once, and says what may hold', async () => {
    const pair = await convergedPair();
    interruptedAt(pair.lvs2, 'addr add', { signals: 2 });
    const error = await errorOf(failover(pair));
    expect(error).toBeInstanceOf(EndedAtOnce);
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.details.map(({ message }) => message)).toEqual([
      expect.stringContaining('lvs1 '),
      expect.stringMatching(/^lvs2 .* it may hold 1\.2\.3\.1 and 192\.168\.1\.254 by now$/),
    ]);
  });

  it('leaves no listener behind', async () => {
    const before = process.listenerCount('SIGINT');
    await new SimulatedPair().apply();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
