import { describe, expect, test } from 'vitest';
import { inspect } from '../../src/converge/inspect.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { paintFor } from '../../src/output/paint.ts';
import { renderStatus } from '../../src/output/status.ts';
import { type StatusDocument, statusDocument } from '../../src/output/status-document.ts';
import {
  clusterOf,
  convergedPair,
  figure,
  figureCluster,
  type SimulatedPair,
} from '../converge/support/simulated-pair.ts';

async function statusOf(pair: SimulatedPair, cluster: Cluster = figureCluster): Promise<StatusDocument> {
  const inspection = await inspect(cluster, { on: null, statistics: false, connect: pair.connect });
  return statusDocument(cluster, 'lvs.yaml', inspection);
}

describe('status', () => {
  test('of a cluster that is as declared has no fault', async () => {
    const document = await statusOf(await convergedPair());
    expect(document.faults).toEqual([]);
    expect(document.routers.map(({ name, role, drift }) => ({ name, role, drift }))).toEqual([
      { name: 'lvs1', role: 'active', drift: 0 },
      { name: 'lvs2', role: 'backup', drift: 0 },
    ]);
    expect(document.virtualServers[0]?.realServers.map(({ state }) => state)).toEqual(['enabled', 'enabled']);
  });

  test('names drift, missing and undeclared real servers, and a weight that is another', async () => {
    const pair = await convergedPair();
    const [first, second] = figureCluster.virtualServers[0]?.realServers.map(({ address }) => address) ?? [];
    pair.lvs1.kernel.execute(['ipvsadm', '-e', '-t', '1.2.3.1:80', '-r', `${first}:80`, '-m', '-w', '9']);
    pair.lvs1.kernel.execute(['ipvsadm', '-d', '-t', '1.2.3.1:80', '-r', `${second}:80`]);
    pair.lvs1.kernel.execute(['ipvsadm', '-a', '-t', '1.2.3.1:80', '-r', '192.168.1.99:80', '-m']);
    const document = await statusOf(pair);
    expect(document.faults).toEqual(['lvs1 has 3 differences: "lvs diff" shows them']);
    expect(document.virtualServers[0]?.realServers.map(({ state }) => state)).toEqual([
      'enabled',
      'missing',
      'unmanaged',
    ]);
    const text = renderStatus(document, paintFor({}, false));
    expect(text).toMatch(/192\.168\.1\.\d+:80 +9 \(\d+\)/);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  test('names a router out of reach, and a conflict', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.execute(['ip', 'addr', 'add', '1.2.3.1/32', 'dev', 'eth0']);
    expect((await statusOf(pair)).faults[0]).toBe(
      'lvs1 and lvs2 both hold floating addresses: "lvs failover --to ROUTER" resolves it',
    );
    pair.lvs2.reachable = false;
    const document = await statusOf(pair);
    expect(document.faults[0]).toMatch(/^lvs2 cannot be reached: /);
    expect(document.routers.map(({ role }) => role)).toEqual(['active', 'unreachable']);
  });

  test('says what this version leaves undone', async () => {
    const checked = clusterOf(figure.replace('scheduler: wrr', 'scheduler: wrr\n    check: tcp'));
    const { notes } = await statusOf(await convergedPair(), checked);
    expect(notes).toEqual([
      'failover is manual: nothing takes over by itself',
      'checks, load and sorry servers are declared; nothing in this version runs them',
    ]);
  });

  test('says what the kernel takes and does not work', async () => {
    const udp = figure.replace('tcp://', 'udp://').replace('scheduler: wrr', 'scheduler: wrr\n    one-packet: true');
    const { notes } = await statusOf(await convergedPair(), clusterOf(udp));
    expect(notes.at(-1)).toMatch(/^web: one-packet with masq loses the answers to UDP/);
    const direct = clusterOf(udp.replace('one-packet', 'forward: direct\n    one-packet'));
    expect((await statusOf(await convergedPair(), direct)).notes).toHaveLength(1);
  });
});
