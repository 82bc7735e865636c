import { beforeAll, describe, expect, test } from 'vitest';
import type { StatusDocument } from '../../src/output/status-document.ts';
import { useCluster } from './support/cluster.ts';
import { aliases, expectConverged, lvsJson } from './support/lvs.ts';

const routersOnly = `# the two routers, and no virtual server yet
routers:
  lvs1: { ssh: root@192.168.1.11 }
  lvs2: { ssh: root@192.168.1.12 }

public: { device: eth0 }
private:
  device: eth1
  nat-router: 192.168.1.254/32    # default route of the real servers
  label: eth1:1
`;

const rules = `-A -t 1.2.3.1:80 -s wrr
-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2
-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1
`;

describe('the figure, built by typing', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset(routersOnly);
    await lvs1.output('lvs vip add 1.2.3.1:80 --name web --scheduler wrr');
    await lvs1.output('lvs real add web 192.168.1.2 --weight 2');
    await lvs1.output('lvs real add web 192.168.1.3');
  });

  test('both routers have the same rules', async () => {
    expect(await lvs1.output('ipvsadm -Sn')).toBe(rules);
    expect(await lvs2.output('ipvsadm -Sn')).toBe(rules);
  });

  test('the active router alone has the addresses, as aliases', async () => {
    expect(await aliases(lvs1)).toEqual(['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1']);
    expect(await aliases(lvs2)).toEqual([]);
  });

  test('the configuration has grown, with its comments and style kept', async () => {
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).toBe(`${routersOnly}
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    scheduler: wrr
    real-servers:
      - { address: 192.168.1.2, weight: 2 }
      - 192.168.1.3
`);
  });

  test('of 300 requests the first real server answers 200', async () => {
    expect(await client.requests(300)).toEqual({
      answered: 300,
      failed: {},
      shares: { '192.168.1.2:80': 200, '192.168.1.3:80': 100 },
    });
  });

  test('what is declared already is converged, and nothing else', async () => {
    const before = await lvs1.read('/etc/lvs/lvs.yaml');
    const { status, document } = await lvsJson(lvs1, 'vip add 1.2.3.1:80 --scheduler wrr');
    expect({ status, changed: document.changed }).toEqual({ status: 0, changed: false });
    const other = await lvs1.run('lvs vip add 1.2.3.1:80 --scheduler lc');
    expect(other.status).toBe(2);
    expect(other.stderr).toContain('lvs vip set web --scheduler');
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).toBe(before);
    await expectConverged(lvs1);
  });

  test.each([
    ['rr', { '192.168.1.2:80': 60, '192.168.1.3:80': 60 }],
    ['wrr', { '192.168.1.2:80': 80, '192.168.1.3:80': 40 }],
  ])('%s shares out 120 requests exactly', async (scheduler, shares) => {
    await lvs1.output(`lvs vip set web --scheduler ${scheduler}`);
    expect(await lvs2.output('ipvsadm -Sn')).toContain(`-s ${scheduler}`);
    expect(await client.requests(120)).toEqual({ answered: 120, failed: {}, shares });
  });

  test.each([
    ['lc', 6, 6],
    ['wlc', 8, 4],
  ])('%s shares out 12 long-lived connections', async (scheduler, first, second) => {
    await lvs1.output(`lvs vip set web --scheduler ${scheduler}`);
    await lvs1.output('ipvsadm -C && lvs apply --yes');
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 1, streams: 12 });
    const { document } = await lvsJson<StatusDocument>(lvs1, 'status');
    await traffic.stop();
    const active = document.virtualServers[0]?.realServers.map(({ activeConnections }) => activeConnections);
    expect(active).toEqual([first, second]);
  });

  test('drained, disabled, enabled and removed', async () => {
    await lvs1.output('lvs real drain web 192.168.1.2');
    expect(await lvs2.output('ipvsadm -Sn')).toContain('-r 192.168.1.2:80 -m -w 0');
    expect((await client.requests(20)).shares).toEqual({ '192.168.1.3:80': 20 });
    await lvs1.output('lvs real enable --all 192.168.1.2');
    expect(await lvs2.output('ipvsadm -Sn')).toContain('-r 192.168.1.2:80 -m -w 2');

    await lvs1.output('lvs vip disable web --yes');
    expect(await lvs2.output('ipvsadm -Sn')).toBe('');
    expect(await aliases(lvs1)).toEqual(['192.168.1.254/32 eth1:1']);
    await lvs1.output('lvs vip enable web');
    expect((await client.requests(20)).answered).toBe(20);

    await lvs1.output('lvs real remove web 192.168.1.3 --yes');
    expect(await lvs1.output('ipvsadm -Sn')).not.toContain('192.168.1.3');
    await lvs1.output('lvs vip remove web --yes');
    expect(await lvs1.output('ipvsadm -Sn')).toBe('');
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).not.toContain('web');
    await expectConverged(lvs1);
  });

  test('a preview changes nothing', async () => {
    const { status, document } = await lvsJson(lvs1, 'vip add udp://1.2.3.1:53 --name dns -n');
    expect({ status, changed: document.changed, applied: document.applied }).toEqual({
      status: 0,
      changed: true,
      applied: false,
    });
    expect(await lvs1.output('ipvsadm -Sn')).toBe('');
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).not.toContain('dns');
  });
});
