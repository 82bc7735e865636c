import { beforeAll, describe, expect, test } from 'vitest';
import type { StatusDocument } from '../../src/output/status-document.ts';
import { useCluster } from './support/cluster.ts';
import { aliases, expectConverged, lvsJson } from './support/lvs.ts';
import { holdObjects } from './support/pair.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];

describe('failover', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
  });

  test('under traffic, to and fro: one holder, and no request fails', async () => {
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 50, streams: 10 });
    expect(await lvs1.output('lvs failover --yes')).toContain('Done');
    expect(await aliases(lvs1)).toEqual([]);
    expect(await aliases(lvs2)).toEqual(both);
    await traffic.mark('back');
    await lvs2.output('lvs failover --yes');
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
    const phases = await traffic.stop();
    for (const phase of phases) expect(phase).toMatchObject({ failed: {}, streams: { open: 10, broken: 0 } });
    expect((await client.requests(10)).answered).toBe(10);
    await expectConverged(lvs1);
    for (const router of [lvs1, lvs2]) expect(await holdObjects(router)).toEqual([]);
  });

  test('what a run that died has left is shown, and removed by the next run, whatever it is', async () => {
    await lvs1.output('ip link add lvshold0 type ifb && tc qdisc add dev eth0 clsact');
    await lvs1.output('ip rule add lookup 7054 pref 7054 && ip -6 rule add lookup 7055 pref 7055');
    await lvs1.output('ip route add 1.2.3.1 dev eth0 table 7054');
    const { status, document } = await lvsJson<StatusDocument>(lvs1, 'status --check');
    expect({ status, left: document.routers.map(({ leftBehind }) => leftBehind) }).toEqual({
      status: 1,
      left: [['lvshold0'], undefined],
    });
    const found = await lvsJson(lvs1, 'failover --to lvs1');
    expect(found).toMatchObject({ status: 0, document: { changed: false } });
    expect(await holdObjects(lvs1)).toEqual([]);
  });

  test('a router that has filters of its own keeps them, and a note says what that costs', async () => {
    await lvs1.output('tc qdisc add dev eth0 clsact');
    const { stdout } = await lvs1.run('lvs failover -n');
    await lvs1.output('tc qdisc del dev eth0 clsact');
    expect(stdout).toContain('new connections are not held back: eth0 of lvs1 has traffic control of its own');
    expect(stdout).not.toContain('lvshold0');
  });

  test('to the router that is active already there is nothing to do', async () => {
    const { status, document } = await lvsJson(lvs2, 'failover --to lvs1');
    expect({ status, changed: document.changed }).toEqual({ status: 0, changed: false });
  });

  test('asks, and its preview shows the steps of both routers', async () => {
    const refused = await lvs1.run('lvs failover');
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain('2 addresses would move to another router');
    const { status, document } = await lvsJson(lvs1, 'failover -n');
    expect(status).toBe(0);
    expect(document.summary).toEqual({ add: 2, change: 0, remove: 2 });
    expect(await aliases(lvs1)).toEqual(both);
  });

  test.each([
    ['a device is down', 'ip link set eth0 down', 'ip link set eth0 up', 'eth0 is down'],
    ['it does not forward', 'sysctl -qw net.ipv4.ip_forward=0', 'sysctl -qw net.ipv4.ip_forward=1', 'ip_forward is 0'],
    ['its rules differ', 'ipvsadm -C', null, 'lvs apply'],
  ])('a target is refused where %s', async (_, harm, mend, said) => {
    await lvs2.output(harm);
    const { status, stderr } = await lvs1.run('lvs failover --yes');
    expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringContaining(said) });
    expect(await aliases(lvs1)).toEqual(both);
    await (mend === null ? lvs1.output('lvs apply --yes') : lvs2.output(mend));
  });

  test('an old router without its sync daemons is refused', async () => {
    await lvs1.output('ipvsadm --stop-daemon backup');
    const { status, stderr } = await lvs1.run('lvs failover --yes');
    expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringContaining('not ready to hand over') });
    expect(await aliases(lvs1)).toEqual(both);
    await lvs1.output('lvs apply --yes');
  });

  test('nothing is announced on a device without ARP', async () => {
    const former = await lvs1.read('/etc/lvs/lvs.yaml');
    for (const router of [lvs1, lvs2]) await router.output('ip link add dummy9 type dummy && ip link set dummy9 up');
    await lvs1.output(
      'lvs vip add 1.2.3.9:80 --name quiet --device dummy9 && lvs failover --yes && lvs failover --yes',
    );
    expect(await lvs1.output('ip -o addr show dev dummy9')).toContain('1.2.3.9/32');
    await lvs1.output('lvs vip remove quiet --yes');
    for (const router of [lvs1, lvs2]) await router.output('ip link del dummy9');
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).toBe(former);
  });
});
