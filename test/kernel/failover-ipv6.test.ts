import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { advertisingAgain } from '../../src/plan/advertise.ts';
import type { Running } from '../../src/rehearsal/cluster/process.ts';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { type TestHost, useCluster } from './support/cluster.ts';
import { aliases, commandsOf, expectConverged, lvsJson } from './support/lvs.ts';
import { hardwareAddress, knownAddress, misinform } from './support/neighbours.ts';
import { holdObjects } from './support/pair.ts';
import { replaceProgram } from './support/stand-in-program.ts';
import { endOf, until, untilSays } from './support/until.ts';

const file = `${figureFile.replace('192.168.1.254/32', '[192.168.1.254/32, "fd00::254"]')}  web6:
    address: "tcp://[2001:db8::1]:80"
    real-servers: ["fd00::2"]
`;

/** What the kernel tests' cluster, which is the figure, does not have. */
const own = [
  ['client', '2001:db8::100/64', 'eth0'],
  ['lvs1', '2001:db8::11/64', 'eth0'],
  ['lvs1', 'fd00::11/64', 'eth1'],
  ['lvs2', '2001:db8::12/64', 'eth0'],
  ['lvs2', 'fd00::12/64', 'eth1'],
  ['rs1', 'fd00::2/64', 'eth0'],
] as const;

/** A keepalived that refuses to be reloaded once. */
const control = `
case $1 in
  start) exec env TMPDIR=/run keepalived </dev/null >/dev/null 2>&1;;
  stop) pkill -TERM -o -x keepalived;;
  reload) if rm /etc/keepalived/refuse 2>/dev/null; then echo no >&2; exit 1; fi; kill -HUP "$(cat /run/keepalived.pid)";;
esac
`;

const floating = [
  { address: '2001:db8::1', prefix: 128, device: 'eth0', label: null, secondary: false },
  { address: 'fd00::254', prefix: 128, device: 'eth1', label: null, secondary: false },
];

/** Addresses and routes. */
const onLoopback = (host: TestHost) => host.output('ip -br addr show dev lo; ip -6 route show table all dev lo');

describe('failover of an IPv6 virtual server', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2, rs1 } = cluster;
  const endpoint = { protocol: 'tcp', address: '2001:db8::1', port: 80 } as const;
  let standIn: Running;

  beforeAll(async () => {
    await cluster.reset(file);
    const hosts = { client, lvs1, lvs2, rs1 };
    for (const [host, address, device] of own) await hosts[host].output(`ip addr add ${address} dev ${device} nodad`);
    await rs1.output('ip route add ::/0 via fd00::254 dev eth0 onlink');
    const { node, standIn: program } = inject('clusterPlan').programs;
    const listeners = [{ protocol: 'tcp', address: 'fd00::2', port: 80 }];
    standIn = await rs1.start([node, program], { input: JSON.stringify({ name: 'rs1', listeners }) });
    await untilSays(standIn, 'ready');
    await lvs1.output('lvs apply --yes');
  });

  afterAll(async () => {
    standIn.kill();
    for (const router of [lvs1, lvs2]) await router.run('pkill -TERM -o -x keepalived');
    await client.output('ip addr del 2001:db8::100/64 dev eth0');
    await rs1.output('ip route del ::/0 via fd00::254 dev eth0; ip addr del fd00::2/64 dev eth0');
  });

  test('clients learn of the new holder without asking', async () => {
    expect(await client.requests(3, endpoint)).toMatchObject({ answered: 3 });
    expect(await knownAddress(client, '2001:db8::1')).toBe(await hardwareAddress(lvs1, 'eth0'));
    await lvs1.output('lvs failover --yes');
    expect(await knownAddress(client, '2001:db8::1')).toBe(await hardwareAddress(lvs2, 'eth0'));
    expect(await knownAddress(rs1, 'fd00::254')).toBe(await hardwareAddress(lvs2, 'eth1'));
    expect(await aliases(lvs2)).toContain('2001:db8::1/128');
    await until('nothing of it on the loopback device', async () => !(await onLoopback(lvs2)).includes('2001:db8'));
    // An announcement got lost.
    await misinform(client, '2001:db8::1', await hardwareAddress(lvs1, 'eth0'));
    const learnt = async () => (await knownAddress(client, '2001:db8::1')) === (await hardwareAddress(lvs2, 'eth0'));
    await until('the client is told again', learnt);
    expect(await client.requests(3, endpoint)).toMatchObject({ answered: 3 });
  });

  test('whoever looks while they come again sees them where they are', async () => {
    // Slow enough for a look in between.
    const restore = await replaceProgram(
      lvs2,
      'ip',
      `case "$*" in
  *-batch*) while read -r words; do "$real" $words || exit; sleep 0.4; done;;
  *) "$real" "$@";;
esac
`,
    );
    const ended = endOf(await lvs2.start(advertisingAgain(2, floating)));
    const looks: unknown[] = [];
    while (!ended()) looks.push(commandsOf((await lvsJson(lvs1, 'diff')).document));
    await restore();
    expect(looks.length).toBeGreaterThan(1);
    expect(looks).toEqual(looks.map(() => ({})));
    await until('nothing of it on the loopback device', async () => !(await onLoopback(lvs2)).includes('2001:db8'));
  });

  test('where it fails, clients learn again of the router that keeps them, and no address is left elsewhere', async () => {
    // Filters of its own keep the old router from holding connections back, so that the target announces at once.
    await lvs2.output('tc qdisc add dev eth0 clsact');
    const restore = await replaceProgram(lvs1, 'arping', 'case "$*" in *-U*) exit 2;; esac; "$real" "$@"');
    const announced = await lvs1.run('lvs failover --yes');
    await restore();
    await lvs2.output('tc qdisc del dev eth0 clsact');
    expect(announced).toMatchObject({ status: 3, stderr: expect.stringContaining('everything is as it was before') });
    const learnt = async () => (await knownAddress(client, '2001:db8::1')) === (await hardwareAddress(lvs2, 'eth0'));
    await until('the client is told who keeps it', learnt);

    const mend = await replaceProgram(
      lvs1,
      'ip',
      `case "$*" in *-batch*) ;; *) exec "$real" "$@";; esac
lines=$(cat)
case $lines in *addr del*2001:db8::1*addr add*) lines=$(printf '%s\n' "$lines" | sed 's/^addr add/no such luck/');; esac
printf '%s\n' "$lines" | "$real" "$@"
`,
    );
    const told = await lvs1.run('lvs failover --yes');
    await mend();
    expect(told).toMatchObject({ status: 3, stderr: expect.stringContaining('everything is as it was before') });
    expect(await lvs1.output('ip -o addr show to 2001:db8::1; ip -o addr show to fd00::254')).toBe('');
    expect([await aliases(lvs1), (await aliases(lvs2)).length]).toEqual([[], 4]);
    expect(await client.requests(3, endpoint)).toMatchObject({ answered: 3 });
  });

  test('under traffic over IPv6 and IPv4, back again: no request fails, and no connection breaks', async () => {
    const web = { protocol: 'tcp', address: '1.2.3.1', port: 80 } as const;
    const traffic = await cluster.startTraffic({ endpoints: [endpoint, web], connectionsPerSecond: 60, streams: 10 });
    await lvs1.output('lvs failover --yes');
    const [summary] = await traffic.stop();
    expect(summary).toMatchObject({ failed: {}, streams: { open: 10, broken: 0 } });
    expect(summary?.slowest).toBeLessThan(1000);
    expect(await aliases(lvs1)).toHaveLength(4);
    expect(await aliases(lvs2)).toEqual([]);
    for (const router of [lvs1, lvs2]) expect(await holdObjects(router)).toEqual([]);
    await expectConverged(lvs1);
  });

  test('under engine: keepalived all of it moves as one, and a reload that fails on one router is put back on both', async () => {
    const elected = file.replace(
      /^virtual-servers:/m,
      'failover: { engine: keepalived, advert-interval: 0.1, control: [sh, /etc/keepalived/control] }\n\nvirtual-servers:',
    );
    expect(elected).toContain('control:');
    for (const router of [lvs1, lvs2]) {
      await router.output('mkdir -p /etc/keepalived');
      await router.write('/etc/keepalived/control', control);
    }
    await lvs1.write('/etc/lvs/lvs.yaml', elected);
    // keepalived gives up everything where one of its addresses leaves its device: nobody else may announce them.
    const ended = endOf(await lvs1.start(advertisingAgain(1000, floating)));
    await lvs1.output('lvs apply --yes --overwrite');
    await until('the end of the announcements', async () => ended());
    expect(await aliases(lvs1)).toHaveLength(4);
    const traffic = await cluster.startTraffic({ endpoints: [endpoint], connectionsPerSecond: 30, streams: 10 });
    await lvs1.output('lvs failover --yes');
    const [summary] = await traffic.stop();
    expect(summary).toMatchObject({ failed: {}, streams: { open: 10, broken: 0 } });
    expect([await aliases(lvs1), (await aliases(lvs2)).length]).toEqual([[], 4]);
    expect(await knownAddress(client, '2001:db8::1')).toBe(await hardwareAddress(lvs2, 'eth0'));

    await lvs1.output('touch /etc/keepalived/refuse');
    const conf = '/etc/keepalived/keepalived.conf';
    const before = [await lvs1.read(conf), await lvs2.read(conf)];
    const failed = await lvs1.run('lvs vip add [2001:db8::9]:80 --name other');
    expect(failed).toMatchObject({ status: 3, stderr: expect.stringContaining('everything is as it was before') });
    expect([await lvs1.read(conf), await lvs2.read(conf)]).toEqual(before);
    expect(await lvs1.read('/run/lvs-hold')).toBe('0\n');
    expect([await aliases(lvs1), (await aliases(lvs2)).length]).toEqual([[], 4]);
    expect((await lvs1.run('lvs status --check')).stdout).toMatch(/keepalived: BACKUP.*keepalived: MASTER/s);
    expect(await client.requests(3, endpoint)).toMatchObject({ answered: 3 });
    await expectConverged(lvs1);
  });
});
