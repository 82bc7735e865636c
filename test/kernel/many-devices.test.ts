import { beforeAll, describe, expect, test } from 'vitest';
import { type TestHost, useCluster } from './support/cluster.ts';
import { stopHalfWay } from './support/half-way.ts';
import { aliases, type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';
import { replaceProgram } from './support/stand-in-program.ts';

/** Two public devices, several addresses on each, an address on a device of its own, and both families. */
const configuration = `routers:
  lvs1: { ssh: root@192.168.1.11 }
  lvs2: { ssh: root@192.168.1.12, devices: { eth2: other2 } }
public: { device: eth0 }
private: { device: eth1, nat-router: [192.168.1.254/32, "fd00::254"], label: "eth1:1" }
sync: { device: eth1, id: 7 }
virtual-servers:
  web: { address: tcp://1.2.3.1:80, scheduler: wrr, real-servers: [192.168.1.2, 192.168.1.3] }
  tls: { address: tcp://1.2.3.2:443, real-servers: [192.168.1.2] }
  web6: { address: "tcp://[2001:db8::1]:80", real-servers: ["fd00::2"] }
  mail: { address: tcp://5.6.7.1:25, device: eth2, label: "eth2:5", real-servers: [192.168.1.2] }
  mail2: { address: tcp://5.6.7.2:25, device: eth2, real-servers: [192.168.1.3] }
`;

const all = [
  '1.2.3.1/32',
  '1.2.3.2/32',
  '192.168.1.254/32',
  '2001:db8::1/128',
  '5.6.7.1/32',
  '5.6.7.2/32',
  'fd00::254/128',
];

describe('addresses on many devices', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  const held = async (host: TestHost) => (await aliases(host)).map((each) => each.replace(/ .*/, ''));

  beforeAll(async () => {
    await cluster.reset(configuration);
    await lvs1.output('ip link add eth2 type veth peer name far2 && ip link set eth2 up && ip link set far2 up');
    await lvs2.output('ip link add other2 type veth peer name far2 && ip link set other2 up && ip link set far2 up');
    await lvs1.output('lvs apply --yes');
  });

  test('move as one, there and back, each to its device', async () => {
    expect(await held(lvs1)).toEqual(all);
    expect(await held(lvs2)).toEqual([]);
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 50, streams: 6 });
    await lvs1.output('lvs failover --yes');
    expect(await held(lvs1)).toEqual([]);
    expect(await held(lvs2)).toEqual(all);
    expect(await aliases(lvs2)).toContain('5.6.7.1/32 other2:5');
    await lvs2.output('lvs failover --yes');
    expect(await held(lvs1)).toEqual(all);
    expect(await held(lvs2)).toEqual([]);
    const phases = await traffic.stop();
    for (const phase of phases) expect(phase).toMatchObject({ failed: {}, streams: { open: 6, broken: 0 } });
    await expectConverged(lvs1);
  });

  test.each([
    ['a single address', '*5.6.7.2*'],
    ['an IPv6 address', '*2001:db8::1*'],
  ])('%s that cannot be enabled keeps all of them where they are', async (_, words) => {
    const script = `input=$(case "$*" in *-batch*) cat;; esac)
case "$* $input" in *addr\\ add${words}) echo 'no such luck' >&2; exit 2;; esac
if [ -n "$input" ]; then printf '%s\\n' "$input" | "$real" "$@"; else "$real" "$@"; fi
`;
    const restore = await replaceProgram(lvs2, 'ip', script);
    const { status, document } = await lvsJson<ErrorDocument>(lvs1, 'failover --yes');
    await restore();
    expect({ status, message: document.error.message }).toEqual({
      status: 3,
      message: expect.stringContaining('everything is as it was before'),
    });
    expect(await held(lvs1)).toEqual(all);
    expect(await held(lvs2)).toEqual([]);
    expect((await client.requests(5)).answered).toBe(5);
  });

  test('a device of the target that goes down half-way leaves all of them where they were', async () => {
    const halfWay = await stopHalfWay(lvs2, 'arping', '*-U*');
    const running = await lvs1.start('lvs failover --yes');
    await halfWay.reached(running);
    await lvs2.output('ip link set other2 down');
    await halfWay.resume();
    const { status, stderr } = await running.finished;
    await lvs2.output('ip link set other2 up');
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: expect.stringContaining('everything is as it was before'),
    });
    expect(await held(lvs1)).toEqual(all);
    expect(await held(lvs2)).toEqual([]);
    expect((await client.requests(5)).answered).toBe(5);
  });

  test('a device of the target that is down is refused before anything moves', async () => {
    await lvs2.output('ip link set other2 down');
    const { status, stderr } = await lvs1.run('lvs failover --yes');
    await lvs2.output('ip link set other2 up');
    expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringContaining('other2 is down') });
    expect(await held(lvs1)).toEqual(all);
    await expectConverged(lvs1);
  });
});
