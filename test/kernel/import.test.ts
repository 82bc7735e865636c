import { beforeAll, describe, expect, test } from 'vitest';
import { type TestHost, useCluster } from './support/cluster.ts';
import { commandsOf, lvsJson } from './support/lvs.ts';

/** What somebody made by hand: one of most that a table can hold, and addresses in several forms. */
const rules = `-A -t 1.2.3.1:80 -s wrr -p 300 -M 255.255.255.0
-a -t 1.2.3.1:80 -r 192.168.1.2:8080 -m -w 3 -x 500 -y 400
-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 0
-A -u 1.2.3.1:53 -s sh -o -b sh-fallback,sh-port
-a -u 1.2.3.1:53 -r 192.168.1.2:53 -g -w 1
-A -t 1.2.3.2:443 -s mh
-a -t 1.2.3.2:443 -r 192.168.1.2:443 -i -w 2 --tun-type gue --tun-port 6080 --tun-csum
-A -f 7 -s nq
-a -f 7 -r 192.168.1.2:0 -m -w 1
-A -f 8 -6 -s lblc -p 60 -M 64
-a -f 8 -6 -r [fd00::2]:0 -g -w 1
-A -t [2001:db8::1]:80 -s rr
-a -t [2001:db8::1]:80 -r [fd00::2]:80 -m -w 1
-A -t 9.9.9.9:80 -s rr
-a -t 9.9.9.9:80 -r 192.168.1.2:80 -m -w 1
-A -u 1.2.3.1:5060 -s rr -p 60 --pe sip
`;

async function makeByHand(router: TestHost): Promise<void> {
  await router.output('ipvsadm -C && ipvsadm -R', { input: rules });
  await router.output('ipvsadm --set 800 100 30');
  await router.output('sysctl -w net.ipv4.vs.expire_nodest_conn=1 net.ipv4.vs.sync_threshold="3 40"');
  for (const role of ['master', 'backup']) {
    await router.output(`ipvsadm --start-daemon ${role} --mcast-interface eth1 --syncid 9`);
  }
}

/** Imports what runs into a file, and compares with it. */
async function importAndDiff(router: TestHost, words: string) {
  const imported = await router.run(`rm -f /run/live.yaml && lvs import live --output /run/live.yaml ${words}`);
  expect({ status: imported.status, stdout: imported.stdout }).toEqual({
    status: 0,
    stdout: expect.stringContaining('/run/live.yaml is written'),
  });
  const diff = await lvsJson(router, 'diff --config /run/live.yaml');
  return { diff, stderr: imported.stderr, text: await router.output('cat /run/live.yaml') };
}

describe('import live', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset(null);
    await makeByHand(lvs1);
    await lvs1.output('ip addr add 1.2.3.1/32 dev eth0 label eth0:4 && ip addr add 1.2.3.2/32 dev eth0');
    await lvs1.output('ip addr add 2001:db8::1/128 dev eth0');
  });

  test('of one router, it does not differ', async () => {
    const { diff, stderr, text } = await importAndDiff(lvs1, '');
    expect({ status: diff.status, changed: diff.document.changed, commands: commandsOf(diff.document) }).toEqual({
      status: 0,
      changed: false,
      commands: {},
    });
    expect(text).toContain('label: eth0:4');
    expect(text).toContain('upper-threshold: 500, lower-threshold: 400');
    expect(text).toContain('settings:\n  expire_nodest_conn: 1\n  sync_refresh_period: 0\n  sync_threshold: "3 40"\n');
    expect(text).toContain('  device: eth1\n  id: 9\n  max-length: 1472\n');
    expect(stderr).toContain('no device of lvs1 has 9.9.9.9: lvs would add it');
    expect(diff.document.routers[0]?.unmanaged?.virtualServers).toContain('tcp://9.9.9.9:80');
  });

  test('of a pair over ssh, it does not differ on either', async () => {
    await makeByHand(lvs2);
    const words = '--on lvs1=root@192.168.1.11 --on lvs2=root@192.168.1.12';
    const { diff, text } = await importAndDiff(lvs1, words);
    expect({ status: diff.status, commands: commandsOf(diff.document) }).toEqual({ status: 0, commands: {} });
    expect(diff.document.routers.map(({ name, role }) => `${name} ${role}`)).toEqual(['lvs1 active', 'lvs2 backup']);
    expect(text).toContain('lvs2: { ssh: root@192.168.1.12 }');

    await lvs2.output('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 5');
    const other = await importAndDiff(lvs1, words);
    expect({ status: other.diff.status, commands: commandsOf(other.diff.document) }).toEqual({
      status: 0,
      commands: {},
    });
    expect(other.stderr).toContain('tcp-1.2.3.1-80": not declared: lvs2 does not have the same');
  });

  test('taken over by apply, and exported, it builds the same table again', async () => {
    await lvs1.output('rm -f /run/live.yaml && lvs import live --output /run/live.yaml');
    const saved = await lvs1.output('ipvsadm -Sn');
    const applied = await lvsJson(lvs1, 'apply --yes --config /run/live.yaml');
    expect(applied.status).toBe(0);
    expect(
      Object.values(commandsOf(applied.document))
        .flat()
        .filter((line) => /^(ipvsadm|ip) /.test(line)),
    ).toEqual([]);
    expect(await lvs1.output('ipvsadm -Sn')).toBe(saved);

    await lvs1.output('lvs export commands --config /run/live.yaml >/tmp/build.sh');
    await lvs1.output('ipvsadm --stop-daemon master && ipvsadm --stop-daemon backup && ipvsadm -C');
    await lvs1.output('ip addr del 1.2.3.1/32 dev eth0 && ip addr del 1.2.3.2/32 dev eth0');
    await lvs1.output('sh /tmp/build.sh');
    const diff = await lvsJson(lvs1, 'diff --config /run/live.yaml');
    expect({ status: diff.status, commands: commandsOf(diff.document) }).toEqual({ status: 0, commands: {} });
  });
});
