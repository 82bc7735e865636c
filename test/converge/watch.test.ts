import { describe, expect, test } from 'vitest';
import type { Connect } from '../../src/converge/connect.ts';
import { Watch } from '../../src/converge/watch.ts';
import {
  clusterOf,
  convergedPair,
  errorOf,
  figure,
  figureCluster,
  type SimulatedPair,
} from './support/simulated-pair.ts';

const options = { statistics: false, rates: true };

/** A watch of the pair, and the names of the routers to which it opened sessions, in that order. */
function watched(pair: SimulatedPair) {
  const opened: string[] = [];
  const connect: Connect = (router, local) => {
    opened.push(router?.name ?? '');
    return pair.connect(router, local);
  };
  const watch = new Watch(null, connect);
  const read = async (cluster = figureCluster) => {
    const { routers, unreachable } = await watch.read(cluster, options);
    return { reached: routers.map(({ name }) => name), lost: unreachable.map(({ name }) => name) };
  };
  return { watch, opened, read };
}

const both = { reached: ['lvs1', 'lvs2'], lost: [] };
const alone = { reached: ['lvs1'], lost: ['lvs2'] };

/** lvs2 is gone, and its session with it. */
function cut({ lvs2 }: SimulatedPair): void {
  lvs2.reachable = false;
  lvs2.kernel.fail({ matching: /./, effect: 'die' });
  lvs2.kernel.execute('ip addr add 9.9.9.9/32 dev eth0'.split(' '));
}

function mend({ lvs2 }: SimulatedPair): void {
  lvs2.reachable = true;
  lvs2.kernel.repair();
  lvs2.kernel.revive();
}

describe('a watch', () => {
  test('reads over the same sessions, and of the serving router alone the traffic', async () => {
    const { opened, watch, read } = watched(await convergedPair());
    for (let times = 0; times < 3; times++) expect(await read()).toEqual(both);
    expect(opened).toEqual(['lvs1', 'lvs2']);
    const { routers } = await watch.read(figureCluster, options);
    expect(routers.map(({ traffic }) => traffic !== null)).toEqual([true, false]);
    expect(routers[0]?.traffic?.rates?.get('tcp://1.2.3.1:80')?.total.connections).toBe(0);
  });

  test('goes on without a router that is lost, and finds it again', async () => {
    const pair = await convergedPair();
    const { opened, read } = watched(pair);
    await read();
    cut(pair);
    expect(await read()).toEqual(alone);
    // It is tried again beside the readings, one attempt at a time.
    expect(await read()).toEqual(alone);
    mend(pair);
    await read();
    expect(await read()).toEqual(both);
    expect(opened.filter((name) => name === 'lvs1')).toHaveLength(1);
  });

  test('waits for a router that it asks for the first time, and not for one that it knows to be lost', async () => {
    const pair = await convergedPair();
    pair.lvs2.reachable = false;
    const { read } = watched(pair);
    expect(await read()).toEqual(alone);
  });

  test('throws what a router says that answers', async () => {
    const pair = await convergedPair();
    const { watch, read } = watched(pair);
    await read();
    const execute = pair.lvs1.kernel.execute.bind(pair.lvs1.kernel);
    pair.lvs1.kernel.execute = (argv, input) =>
      argv[0] === 'ipvsadm' ? { status: 2, stdout: '', stderr: "Can't initialize ipvs" } : execute(argv, input);
    expect(await errorOf(watch.read(figureCluster, options))).toMatchObject({ code: 'read-failed' });
    pair.lvs1.kernel.execute = execute;
    expect(await read()).toEqual(both);
  });

  test('follows a configuration that names other routers, or the same ones elsewhere', async () => {
    const { opened, read } = watched(await convergedPair());
    await read();
    const single = clusterOf(figure.replace(/ {2}lvs2: .*\n/, ''));
    expect(await read(single)).toEqual({ reached: ['lvs1'], lost: [] });
    await read(clusterOf(figure.replace('192.168.1.11', '192.168.1.21')));
    expect(opened).toEqual(['lvs1', 'lvs2', 'lvs1', 'lvs2']);
  });

  test('gives up a router that has fallen silent', async () => {
    const pair = await convergedPair();
    let isSilent = false;
    const connect: Connect = (router, local) => {
      const runner = pair.connect(router, local);
      const run = runner.run.bind(runner);
      if (router?.name === 'lvs2') runner.run = (argv, input) => (isSilent ? new Promise(() => {}) : run(argv, input));
      return runner;
    };
    const watch = new Watch(null, connect);
    await watch.read(figureCluster, options);
    isSilent = true;
    pair.lvs2.reachable = false;
    const { unreachable } = await watch.read(figureCluster, options);
    expect(unreachable).toMatchObject([{ name: 'lvs2', reason: 'no answer within 1 s' }]);
  });
});
