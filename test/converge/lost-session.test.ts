import { describe, expect, it } from 'vitest';
import { both, failover, held } from '../failover/support/failover.ts';
import { breakAfter } from './support/break-after.ts';
import { convergedPair, errorOf, SimulatedPair } from './support/simulated-pair.ts';

describe('a session that breaks half-way', () => {
  it('to a router that answers again: the router is gone to once more, and put back', async () => {
    const pair = await convergedPair();
    breakAfter(pair.lvs2, 'addr add');
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(error.message).toMatch(/^lvs2: the connection was lost: .*: everything is as it was before$/);
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
    expect(pair.routers.map(({ lock }) => lock)).toEqual([null, null]);
  });

  it('when all is done that was meant: the run goes on to its end, and succeeds', async () => {
    const pair = await convergedPair();
    breakAfter(pair.lvs1, 'addr del');
    const steps: string[] = [];
    await failover(pair, { onStep: ({ type }) => void steps.push(type) });
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
    expect(steps).toContain('resumed');
    expect(steps.at(-1)).toBe('verified');
    expect(pair.routers.map(({ lock }) => lock)).toEqual([null, null]);
    // Neighbours are told nevertheless.
    expect(pair.lvs2.apart.some((command) => command.includes('announce'))).toBe(true);
  });

  it('when it is verified: it is read once more', async () => {
    const pair = new SimulatedPair();
    let ran = false;
    pair.lvs2.kernel.onMutation(() => {
      ran = true;
    });
    const execute = pair.lvs2.kernel.execute.bind(pair.lvs2.kernel);
    let broken = false;
    pair.lvs2.kernel.execute = (argv, stdin) => {
      if (!ran || broken || !argv.join(' ').startsWith('ip -j')) return execute(argv, stdin);
      broken = true;
      return { status: 255, stdout: '', stderr: 'Broken pipe\n' };
    };
    expect(await pair.apply()).toMatchObject({ applied: true });
    expect(broken).toBe(true);
  });

  it('to a router that somebody else has locked since then: it is left alone', async () => {
    const pair = await convergedPair();
    breakAfter(pair.lvs2, 'addr add');
    const { lvs2 } = pair;
    const execute = lvs2.kernel.execute.bind(lvs2.kernel);
    lvs2.kernel.execute = (argv, stdin) => {
      const result = execute(argv, stdin);
      if (result.stderr.includes('Broken pipe'))
        queueMicrotask(() => {
          lvs2.lock = { session: null, holder: ['bob', 'hall', '2026-01-01', 'lvs apply'] };
        });
      return result;
    };
    expect(await errorOf(failover(pair))).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(lvs2.lock?.holder[0]).toBe('bob');
  });

  it('to the old router, for good: the target keeps what nobody else answers for', async () => {
    const pair = await convergedPair();
    breakAfter(pair.lvs1, 'addr del', { forGood: true });
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(pair.lvs2.held()).toEqual(both);
    expect(error.details.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^lvs1 cannot be read now; .*; it may have given up .*1\.2\.3\.1.* by now$/),
        'lvs2 has 1.2.3.1, 192.168.1.254 and 1 virtual server',
      ]),
    );
  });

  it('to the old router, which answers still and is about to give them up: likewise', async () => {
    const pair = await convergedPair();
    const { kernel } = pair.lvs2;
    for (const address of ['1.2.3.1', '192.168.1.254']) kernel.addNeighbour(address);
    const execute = kernel.execute.bind(kernel);
    let asked = 0;
    kernel.execute = (argv, stdin) => {
      if (argv.includes('-D')) asked += 1;
      return argv.includes('-D') && asked > 2 ? { status: 0, stdout: '', stderr: '' } : execute(argv, stdin);
    };
    breakAfter(pair.lvs1, 'addr del', { forGood: true });
    expect(await errorOf(failover(pair))).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(pair.lvs2.held()).toEqual(both);
  });

  it('to the old router, which still answers for every address: the target is undone', async () => {
    const pair = await convergedPair();
    for (const address of ['1.2.3.1', '192.168.1.254']) pair.lvs2.kernel.addNeighbour(address);
    breakAfter(pair.lvs1, 'addr del', { forGood: true });
    expect(await errorOf(failover(pair))).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(pair.lvs2.held()).toEqual([]);
  });
});
