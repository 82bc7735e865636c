import { expect } from 'vitest';
import type { TestCluster, TestHost } from './cluster.ts';
import { aliases, expectConverged } from './lvs.ts';
import { until } from './until.ts';

/** The two routers, by what a failover makes of them. */
export interface Pair {
  /** It holds the addresses. */
  readonly old: TestHost;
  /** It is to take them. */
  readonly target: TestHost;
}

/** Floating addresses as `aliases` has them, without labels, by router. */
export type Holdings = Readonly<Record<string, readonly string[]>>;

export async function holdings({ lvs1, lvs2 }: TestCluster): Promise<Holdings> {
  const held = await Promise.all([lvs1, lvs2].map(aliases));
  return { lvs1: withoutLabels(held[0]), lvs2: withoutLabels(held[1]) };
}

function withoutLabels(held: readonly string[] = []): string[] {
  return held.map((each) => each.replace(/ .*/, ''));
}

/** Whether one router holds all of the addresses and the other one none. */
export function holdsAlone(held: Holdings, addresses: readonly string[]): boolean {
  const lists = Object.values(held).map((each) => each.join(' '));
  return lists.includes('') && lists.includes(addresses.join(' '));
}

/** Throws unless one router holds all of the addresses and the other one none. */
export async function pairOf(cluster: TestCluster, addresses: readonly string[]): Promise<Pair> {
  const held = await holdings(cluster);
  const isOld = held.lvs1?.length !== 0;
  expect(held).toEqual(isOld ? { lvs1: addresses, lvs2: [] } : { lvs1: [], lvs2: addresses });
  return isOld ? { old: cluster.lvs1, target: cluster.lvs2 } : { old: cluster.lvs2, target: cluster.lvs1 };
}

/** What a failover made to hold new connections back, and did not remove. */
export async function holdObjects(router: TestHost): Promise<string[]> {
  const shown = await router.output(
    'ip -br link; tc qdisc show; for family in -4 -6; do ip $family rule; ip $family route show table all; done',
  );
  return shown.split('\n').filter((line) => /lvshold0|clsact|(lookup|table) 705[45]/.test(line));
}

/**
 * After whatever went wrong one failover to the router that has no addresses, or to the one named where both have some, brings
 * everything in order, and nothing of either is left.
 */
export async function expectInOrderAfterFailover(
  cluster: TestCluster,
  from: TestHost,
  target: TestHost,
  addresses: readonly string[],
): Promise<void> {
  const held = await holdings(cluster);
  const to = holdsAlone(held, addresses) ? (held.lvs1?.length === 0 ? cluster.lvs1 : cluster.lvs2) : target;
  await from.output(`lvs failover --yes --to ${to.name}`);
  expect((await pairOf(cluster, addresses)).old.name).toBe(to.name);
  await expectConverged(from);
  expect((await cluster.client.requests(10)).answered).toBe(10);
  for (const router of [cluster.lvs1, cluster.lvs2]) await expectNothingLeft(router);
}

/** Neither objects nor processes that wait for something, and connections are synchronised as before. */
async function expectNothingLeft(router: TestHost): Promise<void> {
  expect(await holdObjects(router)).toEqual([]);
  expect(await router.output('sysctl -n net.ipv4.vs.sync_refresh_period')).toBe('10\n');
  const waiting = ['pgrep', '-a', '-f', '[s]weep-later|[t]ell-later|[r]elease-later|[a]t-once'];
  await until('nobody waits on the router any more', async () => (await router.run(waiting)).status === 1);
  expect(await router.run('ls /run/lvs/untold')).toMatchObject({ status: 2 });
}
