import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestHost, useCluster } from './support/cluster.ts';
import { aliases, commandsOf, expectConverged, lvsJson } from './support/lvs.ts';

/** The counter of connections of a real server, as `ipvsadm --stats --exact` has it. */
async function connectionsCounted(host: TestHost, real: string): Promise<number> {
  const line = (await host.output('ipvsadm -Ln --stats --exact')).split('\n').find((text) => text.includes(real));
  return Number(line?.trim().split(/\s+/)[2]);
}

describe('drift', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset();
  });
  beforeEach(async () => {
    await lvs1.output('lvs apply --yes --prune');
  });

  test('made by hand, it is named exactly, mended exactly, and the rest survives', async () => {
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 20, streams: 6 });
    const counted = await connectionsCounted(lvs1, '192.168.1.3:80');
    await lvs1.output('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 9');
    await lvs1.output('ipvsadm -A -t 9.9.9.9:99 -s rr');
    await lvs2.output('ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.3:80');
    await lvs1.output('ip addr del 192.168.1.254/32 dev eth1');

    const expected = {
      lvs1: [
        'ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2',
        'ip addr add 192.168.1.254/32 dev eth1 label eth1:1',
        'arping -q -U -c 1 -I eth1 192.168.1.254',
      ],
      lvs2: ['ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1'],
    };
    const diff = await lvsJson(lvs1, 'diff');
    expect(diff.status).toBe(1);
    expect(commandsOf(diff.document)).toEqual(expected);
    expect(diff.document.routers[0]?.unmanaged?.virtualServers).toEqual(['tcp://9.9.9.9:99']);

    const applied = await lvsJson(lvs1, 'apply');
    expect({ status: applied.status, commands: commandsOf(applied.document) }).toEqual({
      status: 0,
      commands: expected,
    });
    await expectConverged(lvs1);
    const [summary] = await traffic.stop();
    expect(summary).toMatchObject({ failed: {}, streams: { open: 6, broken: 0 } });
    expect(await connectionsCounted(lvs1, '192.168.1.3:80')).toBeGreaterThan(counted);
  });

  test("somebody else's service and alias are left alone, listed, and go with --prune", async () => {
    await lvs1.output('ipvsadm -A -t 9.9.9.9:99 -s rr && ip addr add 1.2.3.77/32 dev eth0 label eth0:77');
    const text = await lvs1.output('lvs apply');
    expect(text).toContain('tcp://9.9.9.9:99 is unmanaged: left alone');
    expect(text).toContain('address 1.2.3.77 is unmanaged: left alone');
    expect(await lvs1.output('ipvsadm -Sn')).toContain('9.9.9.9:99');

    const refused = await lvs1.run('lvs apply --prune');
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain('1 object would be removed, 1 address would be removed');
    expect(await lvs1.output('ipvsadm -Sn')).toContain('9.9.9.9:99');

    await lvs1.output('lvs apply --prune --yes');
    expect(await lvs1.output('ipvsadm -Sn')).not.toContain('9.9.9.9:99');
    expect(await aliases(lvs1)).toEqual(['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1']);
  });

  test('an address is pruned where it is an alias, and kept where another device has it', async () => {
    await lvs1.output('ip link add dummy9 type dummy && ip addr add 9.9.9.9/24 dev dummy9');
    await lvs1.output('ip addr add 9.9.9.9/32 dev eth0 label eth0:9');
    await lvs1.output('lvs apply --prune --yes');
    const held = await lvs1.output('ip -o -4 addr show');
    await lvs1.output('ip link del dummy9');
    expect(held).toMatch(/dummy9 +inet 9\.9\.9\.9\/24/);
    expect(held).not.toContain('9.9.9.9/32');
  });

  test('strangers among the real servers go with apply, after asking, and not with other commands', async () => {
    await lvs2.output('ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.9:80 -m');
    await lvs1.output('lvs vip set web --scheduler wlc');
    expect(await lvs2.output('ipvsadm -Sn')).toContain('192.168.1.9:80');
    expect((await lvs1.run('lvs apply')).status).toBe(4);
    await lvs1.output('lvs vip set web --scheduler wrr && lvs apply --yes');
    expect(await lvs2.output('ipvsadm -Sn')).not.toContain('192.168.1.9:80');
  });

  test('a router with hand-made aliases and rules is taken over under traffic without a gap, after asking', async () => {
    await cluster.reset();
    await lvs1.output('ip addr add 1.2.3.1/24 dev eth0 && ip addr add 192.168.1.254/24 dev eth1 label eth1:9');
    await lvs1.output('ipvsadm -R', {
      input:
        '-A -t 1.2.3.1:80 -s rr\n-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 5\n-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 5\n',
    });
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 100, streams: 6 });
    const asked = await lvs1.run('lvs apply');
    expect({ status: asked.status, stderr: asked.stderr }).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('2 live addresses would be replaced'),
    });
    expect((await lvsJson(lvs1, 'apply --yes')).status).toBe(0);
    const [summary] = await traffic.stop();
    expect(summary).toMatchObject({ failed: {}, streams: { open: 6, broken: 0 } });
    expect(await lvs1.output('ip -br -4 addr show eth0')).toMatch(/1\.2\.3\.11\/24 1\.2\.3\.1\/32\s*$/);
    expect((await client.requests(5)).answered).toBe(5);
  });

  test("the router's own address survives when it is the secondary of a hand-made alias", async () => {
    await lvs1.output(
      'ip addr flush dev eth0 && sysctl -qw net.ipv4.conf.eth0.promote_secondaries=0 net.ipv4.conf.all.promote_secondaries=0 && ip addr add 1.2.3.1/24 dev eth0 label eth0:9 && ip addr add 1.2.3.11/24 dev eth0',
    );
    await lvs1.output('lvs apply --yes');
    expect(await lvs1.output('ip -br -4 addr show eth0')).toMatch(/1\.2\.3\.11\/24/);
    expect(await aliases(lvs1)).toContain('1.2.3.1/32 eth0:1');
    expect(await lvs1.output('cat /proc/sys/net/ipv4/conf/eth0/promote_secondaries')).toBe('0\n');
    await expectConverged(lvs1);
  });
});
