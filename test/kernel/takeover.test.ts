import { beforeAll, describe, expect, inject, test } from 'vitest';
import { keepalivedExample, notifyExample } from '../../src/failover/local/notify-example.ts';
import { type TestHost, useCluster } from './support/cluster.ts';
import { aliases, commandsOf, type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';
import { hardwareAddress, knownAddress } from './support/neighbours.ts';
import { replaceProgram } from './support/stand-in-program.ts';
import { until } from './support/until.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];

/** What a take-over of the figure's addresses runs. */
const enabling = [
  'ip addr add 192.168.1.254/32 dev eth1 label eth1:1',
  'arping -q -U -c 1 -I eth1 192.168.1.254',
  'ip addr add 1.2.3.1/32 dev eth0 label eth0:1',
  'arping -q -U -c 1 -I eth0 1.2.3.1',
];

describe('takeover and release', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
    for (const router of [lvs1, lvs2]) await router.write('/etc/lvs/lvs.yaml', await lvs1.read('/etc/lvs/lvs.yaml'));
  });

  test('what they would do is shown, and not done', async () => {
    const { status, document } = await lvsJson(lvs2, 'takeover -n');
    expect({ status, changed: document.changed, applied: document.applied }).toEqual({
      status: 0,
      changed: true,
      applied: false,
    });
    expect(commandsOf(document)).toEqual({ lvs2: enabling });
    expect(commandsOf((await lvsJson(lvs1, 'release --dry-run')).document)).toEqual({
      lvs1: ['ip addr del 1.2.3.1/32 dev eth0', 'ip addr del 192.168.1.254/32 dev eth1'],
    });
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
  });

  test('release and takeover make a failover: nothing is asked, rules stay, clients are answered', async () => {
    const rules = await lvs1.output('ipvsadm -Sn');
    const released = await lvs1.output('lvs release');
    expect(released).toContain('Done: 2 removed.');
    expect(await aliases(lvs1)).toEqual([]);
    expect(await lvs1.output('ipvsadm -Sn')).toBe(rules);
    expect(await lvs2.output('lvs takeover')).toContain('Done: 2 added.');
    expect(await aliases(lvs2)).toEqual(both);
    expect((await client.requests(10)).answered).toBe(10);
    await expectConverged(lvs1);
    expect(await lvs2.output('lvs status')).toMatch(/^lvs2 active .*1\.2\.3\.1, 192\.168\.1\.254/m);
  });

  test('a second run does nothing, and announces nothing', async () => {
    const restore = await replaceProgram(lvs2, 'arping', 'echo "$@" >>/run/arpings; exec "$real" "$@"\n');
    const taken = await lvsJson(lvs2, 'takeover');
    const released = await lvsJson(lvs1, 'release');
    await restore();
    for (const { status, document } of [taken, released])
      expect({ status, changed: document.changed, commands: commandsOf(document) }).toEqual({
        status: 0,
        changed: false,
        commands: {},
      });
    expect(await lvs2.output('grep -v -e -V /run/arpings || true')).toBe('');
    expect(await lvs2.output('lvs takeover')).toContain('Nothing to do: it holds every floating address.');
    expect(await lvs1.output('lvs release')).toContain('Nothing to do: it holds no floating address.');
  });

  test("with the router's lock held by somebody else, who keeps it", async () => {
    const lock = await lvs2.start(
      "flock -n /run/lvs/lock sh -c \"printf '%s\\n' alice here 2026-01-01 'lvs failover' > /run/lvs/lock; sleep 60\"",
    );
    await until('the lock', async () => (await lvs2.read('/run/lvs/lock')).startsWith('alice'), lock);
    await lvs2.output('lvs release');
    expect(await aliases(lvs2)).toEqual([]);
    await lvs2.output('lvs takeover');
    expect(await aliases(lvs2)).toEqual(both);
    expect(await lvs2.read('/run/lvs/lock')).toMatch(/^alice/);
    await lvs2.signal(lock, 'SIGKILL');
    await lvs2.output('pkill -KILL sleep; true');
  });

  test('both at once, again and again, wait for each other and leave all or nothing', async () => {
    const words = ['takeover', 'release', 'takeover', 'release', 'takeover', 'takeover'];
    const runs = await Promise.all(words.map((word) => lvs2.run(`lvs ${word}`, { timeLimitSeconds: 60 })));
    expect(runs.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      words.map(() => ({ status: 0, stderr: expect.stringMatching(/^(lvs: waiting for lvs2: .*\n)*$/) })),
    );
    expect([[], both]).toContainEqual(await aliases(lvs2));
    await lvs2.output('lvs takeover');
  });

  test('a program of others beside it is no rival: it may be the one that calls', async () => {
    await lvs2.output('mkdir -p /etc/keepalived');
    await lvs2.write('/etc/keepalived/keepalived.conf', '# mine\n');
    await lvs2.output('lvs release');
    await lvs2.output('lvs takeover');
    await lvs2.output('rm -r /etc/keepalived');
    expect(await aliases(lvs2)).toEqual(both);
  });

  test('rules, settings and daemons that are missing come before the addresses; what is there is left', async () => {
    await lvs2.output('lvs release');
    await lvs2.output('ipvsadm -C; ipvsadm --stop-daemon master; sysctl -qw net.ipv4.vs.sync_refresh_period=0');
    await lvs2.output('ipvsadm -A -t 1.2.3.1:80 -s lc && ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 0');
    const log =
      'echo "$(basename "$real") $(ip -br addr show | grep -c -F -e 1.2.3.1/32)" >>/run/order; exec "$real" "$@"\n';
    const restore = await replaceProgram(lvs2, 'ipvsadm', log);
    const { status, document } = await lvsJson(lvs2, 'takeover');
    await restore();
    expect({ status, commands: commandsOf(document) }).toEqual({
      status: 0,
      commands: {
        lvs2: [
          'sysctl -w net.ipv4.vs.sync_refresh_period=10',
          'ipvsadm --start-daemon master --mcast-interface eth1 --syncid 7 --sync-maxlen 88',
          'ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1',
          ...enabling,
        ],
      },
    });
    // Every change of rules was made while the address was not there.
    const order = (await lvs2.read('/run/order')).trim().split('\n');
    const lastBefore = order.lastIndexOf('ipvsadm 0');
    expect(lastBefore).toBeGreaterThan(1);
    expect(await lvs2.output('ipvsadm -Sn')).toBe(
      '-A -t 1.2.3.1:80 -s lc\n-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 0\n-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1\n',
    );
    expect((await client.requests(10)).answered).toBe(10);
    expect(document.routers[0]?.otherDrift).toBe(2);
    await lvs2.output('lvs apply --yes');
  });

  test('a change that fails is put back, all of it', async () => {
    await lvs2.output('lvs release && ipvsadm -C');
    const restore = await replaceProgram(
      lvs2,
      'ip',
      'case "$*" in "-batch -") sed "s/ eth0 .*/ nowhere0/" | "$real" -batch -;; *) exec "$real" "$@";; esac\n',
    );
    const { status, document } = await lvsJson<ErrorDocument>(lvs2, 'takeover');
    await restore();
    expect({ status, said: document.error.message }).toEqual({
      status: 3,
      said: expect.stringMatching(/lvs2: .*nowhere0.*: everything is as it was before/),
    });
    expect(await aliases(lvs2)).toEqual([]);
    expect(await lvs2.output('ipvsadm -Sn')).toBe('');
  });

  test('the other router is dead: it takes over all the same, and clients are answered', async () => {
    await lvs1.output('lvs takeover');
    expect((await client.requests(10)).answered).toBe(10);
    await cluster.killRouter('lvs1');
    await lvs2.output('lvs takeover');
    expect(await aliases(lvs2)).toEqual(both);
    expect((await client.requests(10)).answered).toBe(10);
    expect(await lvs2.output('lvs status')).toMatch(/^lvs2 active/m);
    await cluster.restartRouter('lvs1');
    await lvs2.output('lvs apply --yes');
    await expectConverged(lvs2);
  });

  test('no process is left when the announcements are over', async () => {
    await until('the last announcement', async () => (await lvs2.run('pgrep arping')).status === 1);
    expect(await lvs2.output('pgrep -l "flock|ipvsadm|xargs" || true')).toBe('');
  });

  test.each(['takeover', 'release'])('%s on a machine that is no router is refused, and nothing runs', async (word) => {
    await client.write('/run/lvs.yaml', await lvs2.read('/etc/lvs/lvs.yaml'));
    const { lvs } = inject('clusterPlan').programs;
    const { status, stderr } = await client.run([...lvs, word, '--config', '/run/lvs.yaml']);
    expect({ status, stderr }).toEqual({
      status: 4,
      stderr: expect.stringContaining('this machine is none of the routers (lvs1 and lvs2); nothing was run'),
    });
  });

  test('$LVS_ROUTER says which router it is', async () => {
    const { status, stderr } = await lvs2.run(['env', 'LVS_ROUTER=lvs9', 'lvs', 'takeover', '-n']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('there is no router "lvs9"') });
    expect(await lvs2.output(['env', 'LVS_ROUTER=lvs1', 'lvs', 'takeover', '-n'])).toMatch(/^lvs1 /m);
  });

  test('keepalived moves the addresses: elected, at fault, preempted, in quick succession, and stopped', {
    timeout: 300_000,
  }, async () => {
    const routers = [lvs1, lvs2] as const;
    const holders = async () => {
      const held = await Promise.all(routers.map(aliases));
      return routers.filter((_, index) => both.every((alias) => held[index]?.includes(alias))).map(({ name }) => name);
    };
    const holdsNone = async (router: TestHost) => !(await aliases(router)).some((alias) => both.includes(alias));
    for (const [index, router] of routers.entries()) {
      await router.output('lvs release');
      await router.output('mkdir -p /etc/keepalived');
      await router.write('/etc/keepalived/keepalived.conf', keepalived(150 - index));
      await router.write('/etc/keepalived/lvs-notify', notifyExample.replaceAll('/usr/local/bin/lvsadm', 'lvs'));
      await router.output('chmod 755 /etc/keepalived/lvs-notify; echo 0 >/run/fault');
      // As one that an administrator started who had come in by a floating address, and has long left.
      await router.start(['env', 'SSH_CONNECTION=1.2.3.100 1022 1.2.3.1 22', 'keepalived', '--dont-fork']);
    }
    await until('an election', async () => (await holders()).join() === 'lvs1');
    await lvs1.output('ip link set eth1 down');
    await until('lvs2 to take over', async () => (await holders()).join() === 'lvs2');
    await until('lvs1 to let go', () => holdsNone(lvs1));
    expect((await client.requests(10)).answered).toBe(10);
    await lvs1.output('ip link set eth1 up');
    await until('lvs1 to be back', async () => (await holders()).join() === 'lvs1');
    await until('lvs2 to let go', () => holdsNone(lvs2));
    expect((await client.requests(10)).answered).toBe(10);

    // Master, at fault, and so on, each before what the last state asks for can have been done.
    await lvs1.output('for n in 1 0 1 0 1; do echo $n >/run/fault; sleep 0.6; done');
    for (const router of routers) await until(`the last word on ${router.name}`, () => isQuiet(router));
    expect(await holders()).toEqual(['lvs2']);
    expect(await holdsNone(lvs1)).toBe(true);
    // Whoever had them in between has not had the last word either.
    const [outside, inside] = [await hardwareAddress(lvs2, 'eth0'), await hardwareAddress(lvs2, 'eth1')];
    await until('the client to know lvs2', async () => (await knownAddress(client, '1.2.3.1')) === outside);
    await until('rs1 to know lvs2', async () => (await knownAddress(cluster.rs1, '192.168.1.254')) === inside);
    expect((await client.requests(10)).answered).toBe(10);

    // Nobody but what keepalived started releases them when it ends.
    for (const router of [lvs2, lvs1]) {
      await router.output('pkill -TERM -o -x keepalived');
      await until('the end of keepalived', async () => (await router.run('pgrep -x keepalived')).status === 1);
      await until('the end of its script', async () => (await router.run('pgrep -f lvs-notify')).status === 1);
      expect(await holdsNone(router)).toBe(true);
    }
    for (const router of routers) await router.output('rm -r /etc/keepalived');
    await lvs1.output('lvs apply --yes');
    await expectConverged(lvs1);
  });
});

/** Whether keepalived's reader has done what it was told last, and nothing more has come for a second. */
async function isQuiet(router: TestHost): Promise<boolean> {
  const script = 'for n in 1 2 3 4 5; do ! pgrep -f "[t]akeover|[r]elease" >/dev/null || exit 1; sleep 0.2; done';
  return (await router.run(script)).status === 0;
}

/** As the help of `lvs takeover` has it, with short times and a way to put it at fault. */
function keepalived(priority: number): string {
  const conf = keepalivedExample
    .replace(
      'virtual_router_id 51',
      `virtual_router_id 51\n    priority ${priority}\n    version 3\n    advert_int 0.1`,
    )
    .replace(/\}$/, '    track_file {\n        fault\n    }\n}');
  return `track_file fault {\n    file /run/fault\n    weight 0\n}\n${conf}\n`;
}
