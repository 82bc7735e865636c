import { describe, expect, it } from 'vitest';
import { type NamedReal, realServersAt } from '../../src/config/select.ts';
import { type Draining, type DrainStep, waitUntilDrained } from '../../src/converge/drain.ts';
import { requireDrained } from '../../src/converge/drain-count.ts';
import { withInterrupts } from '../../src/converge/interrupts.ts';
import { keyOfVirtualServer } from '../../src/model/identity.ts';
import { namedScope } from '../../src/plan/scope.ts';
import { failover } from '../failover/support/failover.ts';
import {
  clusterOf,
  convergedPair,
  errorOf,
  figure,
  figureCluster,
  type SimulatedPair,
} from './support/simulated-pair.ts';
import type { SimulatedRouter } from './support/simulated-router.ts';

const heading =
  'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port            Weight    PersistConn ActiveConn InActConn\n  -> RemoteAddress:Port\n';

const drainedFigure = clusterOf(figure.replace('weight: 2', 'weight: 2, state: drain'));
const reals = realServersAt(drainedFigure, '192.168.1.2');

interface Table {
  active: number;
  inactive: number;
  templates: number;
  /** Lines of the connection table that a pattern finds. */
  open: number;
}

/** Lets a router's kernel have connections, which the simulated one has not: the columns of `--persistent-conn`. */
function occupy({ kernel }: SimulatedRouter, next: () => Table): void {
  const execute = kernel.execute.bind(kernel);
  let table: Table = { active: 0, inactive: 0, templates: 0, open: 0 };
  kernel.execute = (argv, stdin) => {
    if (argv[0] === 'grep' && argv[1] === '-Ec')
      return { status: table.open === 0 ? 1 : 0, stdout: `${table.open}\n`, stderr: '' };
    if (!argv.includes('--persistent-conn')) return execute(argv, stdin);
    table = next();
    const server = kernel.state().virtualServers.get('tcp://1.2.3.1:80');
    if (server === undefined) return { status: 1, stdout: '', stderr: 'No such service\n' };
    const { active, inactive, templates } = table;
    const rows = [...server.realServers].map(
      ([key, { weight }]) => `  -> ${key} ${weight} ${templates} ${active} ${inactive}\n`,
    );
    return { status: 0, stdout: `${heading}TCP  1.2.3.1:80 wrr\n${rows.join('')}`, stderr: '' };
  };
}

/** The drained figure, where each count on either router finds the next of the tables, and the last for ever. */
async function drainedPair(tables: Partial<Table>[], settings: Record<string, string> = {}): Promise<SimulatedPair> {
  const pair = await convergedPair({ settings });
  await pair.apply({ cluster: drainedFigure });
  const left = [...tables];
  const next = () => ({ active: 0, inactive: 0, templates: 0, open: 0, ...(left.length > 1 ? left.shift() : left[0]) });
  for (const router of pair.routers) occupy(router, next);
  return pair;
}

async function wait(pair: SimulatedPair, draining: Partial<Draining> = {}) {
  const steps: DrainStep[] = [];
  const drained = await waitUntilDrained(drainedFigure, {
    reals,
    on: null,
    timeout: 5,
    signal: new AbortController().signal,
    connect: pair.connect,
    interval: 0.01,
    ...draining,
    tell: (step) => {
      steps.push(step);
      draining.tell?.(step);
    },
  });
  return { ...drained, steps };
}

/** Calls back at the nth count. */
function atCount(nth: number, act: () => void): Partial<Draining> {
  let counts = 0;
  return {
    tell: ({ type }) => {
      if (type === 'counted' && ++counts === nth) act();
    },
  };
}

const counts = (steps: readonly DrainStep[]) =>
  steps.map((step) => (step.type === 'counted' ? `${step.router} ${step.remains.connections}` : step.reason));

describe('a wait', () => {
  it('ends when no connection remains, with closed ones or without, and holds no lock', async () => {
    const pair = await drainedPair([{ active: 2 }, { active: 1, inactive: 1 }, { inactive: 2 }]);
    const locks: unknown[] = [];
    const { end, remains, router, steps } = await wait(pair, {
      tell: () => locks.push(...pair.routers.map(({ lock }) => lock)),
    });
    expect({ end, remains, router }).toEqual({
      end: 'empty',
      remains: [{ connections: 0, closed: 2, templates: 0 }],
      router: 'lvs1',
    });
    expect(counts(steps)).toEqual(['lvs1 2', 'lvs1 1', 'lvs1 0']);
    expect(new Set(locks)).toEqual(new Set([null]));
  });

  it('goes on while half-open ones remain', async () => {
    const pair = await drainedPair([
      { inactive: 3, open: 2 },
      { inactive: 3, open: 0 },
    ]);
    const { end, steps } = await wait(pair);
    expect({ end, counts: counts(steps) }).toEqual({ end: 'empty', counts: ['lvs1 2', 'lvs1 0'] });
  });

  it.each([
    ['0', 'timed-out', 3],
    ['1', 'empty', 0],
  ])('goes on while templates bring clients: %s', async (value, end, templates) => {
    const pair = await drainedPair([{ templates: 3 }], { 'net.ipv4.vs.expire_quiescent_template': value });
    const drained = await wait(pair, { timeout: 0.05 });
    expect({ end: drained.end, templates: drained.remains?.[0]?.templates }).toEqual({ end, templates });
  });

  it('counts once where there is no time', async () => {
    const { end, steps, remains } = await wait(await drainedPair([{ active: 4 }]), { timeout: 0 });
    expect({ end, counts: counts(steps), remains: remains?.[0]?.connections }).toEqual({
      end: 'timed-out',
      counts: ['lvs1 4'],
      remains: 4,
    });
  });

  it('ends with the signal at once, whatever it waits for', async () => {
    const pair = await drainedPair([{ active: 4 }]);
    const drained = await withInterrupts((signal) =>
      wait(pair, {
        signal,
        timeout: null,
        interval: 60,
        ...atCount(1, () => setTimeout(() => process.emit('SIGINT'))),
      }),
    );
    expect({ end: drained.end, remains: drained.remains?.[0]?.connections }).toEqual({
      end: 'interrupted',
      remains: 4,
    });
  });

  it('ends with a signal that came before it', async () => {
    const { end, remains } = await wait(await drainedPair([{ active: 4 }]), { signal: AbortSignal.abort() });
    expect({ end, remains }).toEqual({ end: 'interrupted', remains: null });
  });

  it('ends when somebody enables it', async () => {
    const pair = await drainedPair([{ active: 4 }]);
    const enable = () => pair.lvs1.kernel.execute('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2'.split(' '));
    const { end, others } = await wait(pair, atCount(2, enable));
    expect({ end, others }).toEqual({ end: 'enabled', others: reals });
  });

  it.each(['ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.2:80', 'ipvsadm -D -t 1.2.3.1:80'])(
    'ends after %s',
    async (command) => {
      const pair = await drainedPair([{ active: 4 }]);
      const { end, others } = await wait(
        pair,
        atCount(2, () => pair.lvs1.kernel.execute(command.split(' '))),
      );
      expect({ end, others }).toEqual({ end: 'gone', others: reals });
    },
  );

  it('has nothing to wait for where the virtual server is disabled', async () => {
    const disabled = clusterOf(figure.replace('scheduler: wrr', 'state: disabled'));
    const pair = await drainedPair([{ active: 4 }]);
    const { end } = await wait(pair, { reals: realServersAt(disabled, '192.168.1.2') });
    expect(end).toBe('empty');
  });

  it('follows the addresses to the other router', async () => {
    const pair = await drainedPair([{ active: 4 }]);
    let moved: Promise<unknown> = Promise.resolve();
    const fail = () => {
      occupy(pair.lvs2, () => ({ active: 0, inactive: 0, templates: 0, open: 0 }));
      moved = failover(pair, { cluster: drainedFigure });
    };
    const { end, router, steps } = await wait(pair, atCount(2, fail));
    await moved;
    expect({ end, router }).toEqual({ end: 'empty', router: 'lvs2' });
    expect(counts(steps).slice(0, 2)).toEqual(['lvs1 4', 'lvs1 4']);
    expect(counts(steps).at(-1)).toBe('lvs2 0');
  });

  it('tells of a router that is lost, and counts again when it answers', async () => {
    const pair = await drainedPair([{ active: 4 }, { active: 4 }, { active: 2 }, { active: 0 }]);
    const { lvs1 } = pair;
    const { execute } = lvs1.kernel;
    const gone = { status: 255, stdout: '', stderr: 'Broken pipe\n' };
    const breakOnce = () => {
      lvs1.kernel.execute = (argv, stdin) => {
        if (argv[0] !== 'ip') return execute(argv, stdin);
        lvs1.kernel.execute = execute;
        return gone;
      };
    };
    const { end, steps } = await wait(pair, atCount(1, breakOnce));
    expect(end).toBe('empty');
    expect(counts(steps)).toContain('lvs1: the connection was lost: Broken pipe');
    expect(counts(steps).at(-1)).toBe('lvs1 0');
  });

  it('tries until time is up where the active router stays away, and says what it knew last', async () => {
    const pair = await drainedPair([{ active: 4 }]);
    const die = () => {
      pair.lvs1.kernel.execute = () => ({ status: 255, stdout: '', stderr: 'Broken pipe\n' });
      pair.lvs1.reachable = false;
    };
    const { end, remains, steps } = await wait(pair, { timeout: 0.2, ...atCount(1, die) });
    expect({ end, remains: remains?.[0]?.connections }).toEqual({ end: 'timed-out', remains: 4 });
    expect(counts(steps).at(-1)).toMatch(/^lvs1 cannot be reached: ssh/);
  });

  it('does not take a failure to look into the connection table for an empty one', async () => {
    const pair = await drainedPair([{ inactive: 3 }]);
    const { execute } = pair.lvs1.kernel;
    pair.lvs1.kernel.execute = (argv, stdin) =>
      argv[1] === '-Ec' ? { status: 2, stdout: '', stderr: 'grep: Permission denied\n' } : execute(argv, stdin);
    const { end, steps } = await wait(pair, { timeout: 0.05 });
    expect(end).toBe('timed-out');
    expect(counts(steps)[0]).toMatch(/^lvs1: grep .* failed: grep: Permission denied$/);
  });
});

describe('removal after a drain', () => {
  const [real] = reals as [NamedReal];
  const scope = namedScope({ realServers: new Map([[keyOfVirtualServer(real.server.id), new Set([real.realKey])]]) });
  const without = clusterOf(figure.replace('      - { address: 192.168.1.2, weight: 2 }\n', ''));
  const remove = (pair: SimulatedPair) =>
    pair.apply({
      cluster: without,
      request: (survey) => {
        requireDrained(reals)(survey);
        return { scope, prune: false };
      },
    });

  it('is done where it still has weight 0', async () => {
    const pair = await drainedPair([{}]);
    await remove(pair);
    expect(pair.routers.map((router) => router.rules().join())).not.toContain('192.168.1.2');
  });

  it('is refused where somebody gave it a weight again', async () => {
    const pair = await drainedPair([{}]);
    await pair.apply({ cluster: figureCluster });
    const error = await errorOf(remove(pair));
    expect(error).toMatchObject({ code: 'stale', exitStatus: 4 });
    expect(error.message).toBe('192.168.1.2:80 of web has weight 2 on lvs1 again; nothing is removed');
  });
});
