import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { type AddressWatch, watchAddresses } from './support/address-watch.ts';
import { useCluster } from './support/cluster.ts';
import { freeze, thaw } from './support/frozen.ts';
import { stopHalfWay } from './support/half-way.ts';
import { electedFigure, stopKeepalived } from './support/keepalived.ts';
import { holdings, holdsAlone, type Pair, pairOf } from './support/pair.ts';
import { until } from './support/until.ts';

const addresses = ['1.2.3.1/32', '192.168.1.254/32'];

/** Where a failover is stopped: whose command, which program, and a pattern of its words. */
type Point = readonly [router: keyof Pair, program: string, words: string, when: 'before' | 'after'];

const points: readonly (readonly [string, Point])[] = [
  ['before the target enables an address', ['target', 'ip', '*addr add*', 'before']],
  ['when the target has enabled an address', ['target', 'ip', '*addr add*', 'after']],
  ['before the old router gives up', ['old', 'tc', '*filter add*', 'before']],
  ['when the old router has given up an address', ['old', 'tc', '*release_indefinite*', 'before']],
  ['while the target announces', ['target', 'arping', '*-U*', 'before']],
];

/** Seconds for which two routers may have an address, from when both run. */
const longest = 15;

describe.each([
  ['manual', figureFile],
  ['keepalived', electedFigure],
])('a run that dies, engine %s', (engine, file) => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  let pair: Pair;
  let watch: AddressWatch;

  async function install(): Promise<void> {
    await stopKeepalived([lvs1, lvs2]);
    await cluster.reset(file);
    await lvs1.output('lvs apply --yes');
  }

  beforeAll(install);
  beforeEach(async () => {
    pair = await pairOf(cluster, addresses);
    watch = await watchAddresses([lvs1, lvs2]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await install();
  });

  /** The longest time with two owners of an address since then, and with none; what was measured is told. */
  async function expectOneOwner(what: string, since = 0): Promise<void> {
    await until('one router has all addresses', async () => holdsAlone(await holdings(cluster), addresses));
    // Nothing is about to change it.
    await pause(6000);
    expect(holdsAlone(await holdings(cluster), addresses)).toBe(true);
    const spells = await watch.owners('1.2.3.1');
    const longestOf = (count: number) =>
      Math.max(0, ...spells.filter(({ owners }) => owners === count).map(({ from, to }) => to - Math.max(from, since)));
    const measured = { two: longestOf(2), none: longestOf(0) };
    console.log(`measured: ${engine}: ${what}: ${JSON.stringify(measured)}`);
    expect(measured.two).toBeLessThan(longest);
    expect(measured.none).toBeLessThan(longest);
    expect((await client.requests(10)).answered).toBe(10);
  }

  test.each(points)('lvs is killed with -9 %s', async (what, at) => {
    const halfWay = await stopHalfWay(pair[at[0]], at[1], at[2], at[3]);
    const running = await pair.old.start('lvs failover --yes');
    await halfWay.reached(running);
    await pair.old.output('pkill -KILL -f "[r]un.js failover"');
    await halfWay.resume();
    await running.finished;
    await expectOneOwner(`killed ${what}`);
  });

  test.each([
    ['target', 'before it enables an address', ['target', 'ip', '*addr add*', 'before']],
    ['old', 'when the target has them all', ['old', 'tc', '*filter add*', 'before']],
  ] as const)('the %s router is suspended %s, and wakes up when the run has ended', async (name, what, at) => {
    const [frozen, other] = name === 'target' ? [pair.target, pair.old] : [pair.old, pair.target];
    const halfWay = await stopHalfWay(pair[at[0]], at[1], at[2], at[3]);
    const running = await other.start('lvs failover --yes');
    await halfWay.reached(running);
    await freeze(frozen);
    await halfWay.resume();
    await running.finished;
    await pause(12_000);
    const since = await thaw(frozen);
    await expectOneOwner(`${name} suspended ${what}`, since);
  });
});
