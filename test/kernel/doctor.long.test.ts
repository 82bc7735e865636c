import { beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { portsOf } from '../../src/rehearsal/cluster/network.ts';
import { runWell } from '../../src/rehearsal/cluster/process.ts';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { modprobe } from '../../src/rehearsal/kernel/init-script.ts';
import { topologyOf } from '../../src/rehearsal/topology/topology-of.ts';
import { type TestHost, useCluster } from './support/cluster.ts';
import { runDoctor } from './support/doctor.ts';
import { lvsJson } from './support/lvs.ts';
import { replaceProgram } from './support/stand-in-program.ts';
import { untilSays } from './support/until.ts';

/** The figure with more virtual servers, or other words. */
const other = (...servers: string[]) => `${figureFile}${servers.map((server) => `  ${server}\n`).join('')}`;

/** The end in the switch of a router's cable. */
function portOf(host: string, device: string): string {
  const ports = portsOf(topologyOf(parseConfig(figureFile, 'the figure').cluster));
  return ports.find((port) => port.host === host && port.device === device)?.name ?? '';
}

describe('doctor', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2, rs1, rs2 } = cluster;

  /** Looks with another configuration, which no router has. */
  async function withConfig(text: string, words = '') {
    await lvs1.write('/run/other.yaml', text);
    return runDoctor(lvs1, `--config /run/other.yaml ${words}`);
  }

  /** What is found while a fault is there; commands that make it and put it right again, by host. */
  async function during<T>(
    faults: readonly (readonly [host: TestHost, make: string, putRight: string])[],
    look: () => Promise<T>,
  ): Promise<T> {
    try {
      for (const [host, make] of faults) await host.output(make);
      return await look();
    } finally {
      for (const [host, , putRight] of faults) await host.run(putRight);
    }
  }

  beforeAll(async () => {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
  });

  test('of a pair that is as declared it has notes at most, and changes nothing', async () => {
    const before = await lvs2.output('ipvsadm -Sn; ip addr; lsmod; ls /etc/sysctl.d');
    const { status, document, wrong } = await runDoctor(lvs1);
    expect({ status, wrong }).toEqual({ status: 0, wrong: {} });
    expect(document).toMatchObject({ version: 1, config: { file: '/etc/lvs/lvs.yaml' } });
    const notes = document.routers.map(({ findings }) => findings.map(({ id }) => id));
    const usual = ['forwarding-not-kept', 'expire-nodest-conn', 'no-masquerading'];
    expect(notes).toEqual([usual, usual]);
    expect(await lvs2.output('ipvsadm -Sn; ip addr; lsmod; ls /etc/sysctl.d')).toBe(before);
    const human = await lvs1.run('lvs doctor');
    expect(human.status).toBe(0);
    expect(human.stdout).toContain('\n      fix: sysctl -w net.ipv4.vs.expire_nodest_conn=1 (or --fix)\n');
    expect(human.stdout).toContain('\nAll is well: 6 notes; "lvs doctor --fix" fixes 4.\n');
  });

  describe('settings', () => {
    const faults = {
      'net.ipv4.ip_forward': '0',
      'net.ipv4.vs.conn_reuse_mode': '0',
      'net.ipv4.vs.sloppy_tcp': '1',
      'net.ipv4.vs.expire_quiescent_template': '0',
      'net.ipv4.vs.sync_threshold': '3 50',
      'net.ipv4.conf.eth0.arp_ignore': '2',
      'net.ipv4.conf.all.rp_filter': '1',
    };
    const persistent = figureFile.replace('scheduler: wrr', 'scheduler: wrr\n    persistent: 300');

    test('each of them is found, and asked about before it is mended', async () => {
      for (const [name, value] of Object.entries(faults)) await lvs2.output(['sysctl', '-w', `${name}=${value}`]);
      await lvs2.output('ip addr add 1.2.3.13/24 dev eth0 && ip route add default via 192.168.1.200 dev eth1');
      const { status, wrong } = await withConfig(persistent, '--on lvs2');
      expect(status).toBe(1);
      expect(wrong.lvs2?.toSorted()).toEqual([
        'arp-ignore',
        'conn-reuse-mode',
        'expire-quiescent-template',
        'no-forwarding',
        'promote-secondaries',
        'rp-filter',
        'setting-differs',
        'sloppy-tcp',
      ]);
      const unanswered = await lvs1.run('lvs doctor --fix --config /run/other.yaml --on lvs2', { input: '' });
      expect(unanswered).toMatchObject({ status: 4, stderr: expect.stringContaining('confirmation required: ') });
      expect(unanswered.stderr).toContain('  sysctl -w net.ipv4.ip_forward=1\n');
      expect(await lvs2.output('sysctl -n net.ipv4.ip_forward')).toBe('0\n');
    });

    test('--fix mends them, and what it sets lasts', async () => {
      await lvs2.output('mkdir -p /etc/sysctl.d');
      await lvs2.write('/etc/sysctl.d/60-lvs.conf', '# mine\nnet.ipv4.ip_forward = 0\nkernel.panic = 10\n');
      const { status, document, wrong } = await withConfig(persistent, '--on lvs2 --fix --yes');
      expect({ status, wrong }).toEqual({ status: 0, wrong: {} });
      expect(document.routers[0]).toMatchObject({
        mended: expect.arrayContaining(['sysctl -w net.ipv4.ip_forward=1']),
      });
      const kept = await lvs2.read('/etc/sysctl.d/60-lvs.conf');
      expect(kept).toMatch(/^# mine\nnet\.ipv4\.ip_forward = 1\nkernel\.panic = 10\n/);
      for (const line of [
        'net.ipv4.conf.eth0.rp_filter = 2',
        'net.ipv4.conf.eth0.arp_ignore = 1',
        'net.ipv4.conf.eth0.promote_secondaries = 1',
        'net.ipv4.vs.expire_nodest_conn = 1',
      ]) {
        expect(kept).toContain(`${line}\n`);
      }
      expect(await lvs2.output('stat -c %a /etc/sysctl.d/60-lvs.conf')).toBe('644\n');
      expect(await lvs2.read('/etc/modules-load.d/lvs.conf')).toContain('ip_vs\n');
      expect(await lvs2.output('sysctl -n net.ipv4.vs.sync_threshold')).toBe('0\t1\n');
      await lvs2.output('ip addr del 1.2.3.13/24 dev eth0 && ip route del default');
      expect((await withConfig(persistent, '--on lvs2 --fix')).document.routers[0]?.mended).toBeUndefined();
    });

    test('a file that is read later undoes it', async () => {
      const make = 'echo net.ipv4.ip_forward=0 >/etc/sysctl.d/99-later.conf';
      const { wrong } = await during([[lvs2, make, 'rm /etc/sysctl.d/99-later.conf']], () =>
        runDoctor(lvs1, '--on lvs2'),
      );
      expect(wrong.lvs2).toEqual(['not-kept']);
    });

    const about = 'sysctl -n net.ipv4.ip_forward net.ipv4.vs.conn_reuse_mode; cat /etc/sysctl.d/60-lvs.conf';
    const settingsNow = async () =>
      (await Promise.all([lvs1, lvs2].map((router) => router.run(about)))).map(({ stdout }) => stdout);

    /** Mends with another sysctl(8) on lvs2, where two settings of both routers are wrong. */
    async function failingWith(sysctl: string) {
      for (const router of [lvs1, lvs2]) {
        await router.output('sysctl -w net.ipv4.ip_forward=0 net.ipv4.vs.conn_reuse_mode=0');
      }
      const before = await settingsNow();
      const back = await replaceProgram(lvs2, 'sysctl', sysctl);
      const { status, document } = await lvsJson<{ error: { code: string; message: string } }>(
        lvs1,
        'doctor --fix --yes',
      );
      await back();
      expect(await settingsNow()).toEqual(before);
      return { status, ...document.error };
    }

    test('what fails half-way is put back, on both routers, and no file is left', async () => {
      expect(await failingWith('case $* in *reuse*) echo no >&2; exit 1;; esac; exec "$real" "$@"')).toMatchObject({
        status: 3,
        code: 'command-failed',
        message: 'lvs2: sysctl -w net.ipv4.vs.conn_reuse_mode=1 failed: no: everything is as it was before',
      });
    });

    test('where the session is lost half-way the router is gone to once more, and put back', async () => {
      expect(
        await failingWith('"$real" "$@" || exit; case $* in *reuse_mode=1) kill -KILL $PPID;; esac'),
      ).toMatchObject({
        status: 3,
        code: 'command-failed',
        message: expect.stringMatching(/^lvs2: the connection was lost: .*: everything is as it was before$/),
      });
    });

    test('a file that cannot be written leaves those of the other router as they were', async () => {
      const make = 'mkdir -p /etc/sysctl.d && mount -t tmpfs -o ro none /etc/sysctl.d';
      const present = await lvs1.output('ls /etc/sysctl.d /etc/modules-load.d');
      const { status, stderr } = await during([[lvs2, make, 'umount /etc/sysctl.d']], () =>
        lvs1.run('lvs doctor --fix --yes'),
      );
      expect(status).toBe(3);
      expect(stderr).toMatch(
        /lvs2: \/etc\/sysctl.d\/60-lvs.conf.* cannot be written: .*: everything is as it was before/,
      );
      expect(await lvs1.output('ls /etc/sysctl.d /etc/modules-load.d')).toBe(present);
      expect(await lvs1.output('sysctl -n net.ipv4.ip_forward')).toBe('0\n');
    });

    test('what changes while the question is open is not run over', async () => {
      const answer = 'until [ -e /tmp/answer ]; do sleep 0.1; done; echo y';
      const asking = await lvs1.start(`(${answer}) | script -qec "lvs doctor --fix" /dev/null`);
      await untilSays(asking, 'Go on?');
      await lvs2.output('sysctl -w net.ipv4.conf.all.arp_ignore=8');
      await lvs1.output('touch /tmp/answer');
      const { status, stdout } = await asking.finished;
      await lvs2.output('sysctl -w net.ipv4.conf.all.arp_ignore=0');
      expect({ status, stdout }).toEqual({
        status: 4,
        stdout: expect.stringContaining('the routers changed while the question was open; nothing was run'),
      });
      for (const router of [lvs1, lvs2]) {
        expect(await router.output('sysctl -n net.ipv4.ip_forward')).toBe('0\n');
        await router.output('sysctl -w net.ipv4.ip_forward=1 net.ipv4.vs.conn_reuse_mode=1');
      }
    });

    test('virtual and real servers on one device', async () => {
      const oneArm = figureFile.replace('device: eth0', 'device: eth1').replace('eth0:1', 'eth1:2');
      expect((await withConfig(oneArm, '--on lvs2')).wrong.lvs2).toEqual(['send-redirects']);
    });

    test('direct routing, and two devices on one network', async () => {
      const direct = figureFile.replace('weight: 2 }', 'weight: 2, forward: direct }');
      const { wrong } = await during(
        [[lvs2, 'ip addr add 192.168.1.77/24 dev eth0', 'ip addr del 192.168.1.77/24 dev eth0']],
        () => withConfig(direct, '--on lvs2'),
      );
      expect(wrong.lvs2).toEqual(['arp-flux']);
    });
  });

  describe('devices', () => {
    test('down: found, and switched on', async () => {
      await lvs2.output('ip link set eth0 down');
      const found = await runDoctor(lvs1, '--on lvs2');
      expect(found.wrong.lvs2).toEqual(['device-down']);
      expect(found.finding('lvs2', 'device-down')).toMatchObject({ mend: 'ip link set eth0 up', fixable: true });
      expect((await runDoctor(lvs1, '--on lvs2 --fix --yes')).wrong).toEqual({});
      expect(await lvs2.output('cat /sys/class/net/eth0/carrier')).toBe('1\n');
    });

    test('missing, and without carrier', async () => {
      await lvs2.output('ip link add dummy7 type dummy && ip link set dummy7 up && ip link set dummy7 carrier off');
      const more = other(
        'a: { address: "tcp://1.2.3.7:80", device: eth7 }',
        'b: { address: "tcp://1.2.3.8:80", device: dummy7 }',
      );
      const { wrong, finding } = await withConfig(more, '--on lvs2');
      await lvs2.output('ip link del dummy7');
      expect(wrong.lvs2).toEqual(['no-device', 'no-carrier']);
      expect(finding('lvs2', 'no-device')?.what).toBe('there is no device eth7');
    });

    test('managed by somebody', async () => {
      const index = (await lvs2.output('cat /sys/class/net/eth0/ifindex')).trim();
      await lvs2.output('mkdir -p /run/systemd/netif/links');
      await lvs2.write(`/run/systemd/netif/links/${index}`, 'ADMIN_STATE=configured\n');
      const found = await runDoctor(lvs1, '--on lvs2');
      await lvs2.output('rm -r /run/systemd');
      expect(found.finding('lvs2', 'managed-device')?.what).toBe('systemd-networkd manages eth0');
    });
  });

  describe('addresses', () => {
    test('another machine has one', async () => {
      const { wrong, finding } = await during(
        [[client, 'ip addr add 1.2.3.1/32 dev eth0', 'ip addr del 1.2.3.1/32 dev eth0']],
        () => runDoctor(lvs1),
      );
      const [{ address }] = JSON.parse(await client.output('ip -j link show eth0'));
      expect(wrong.lvs1).toEqual(['duplicate-address']);
      expect(finding('lvs1', 'duplicate-address')?.what).toContain(address);
    });

    test('a real server tells that it has one for direct routing', async () => {
      const direct = other(
        'd: { address: "tcp://192.168.1.50:80", device: eth1, forward: direct, real-servers: [192.168.1.2] }',
      );
      const silence = 'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2';
      const { told, mended } = await during(
        [
          [lvs1, 'ip addr add 192.168.1.50/32 dev eth1', 'ip addr del 192.168.1.50/32 dev eth1'],
          [rs1, 'ip addr add 192.168.1.50/32 dev lo', 'ip addr del 192.168.1.50/32 dev lo'],
          [rs1, 'true', silence.replaceAll(/=\d/g, '=0')],
        ],
        async () => {
          const told = await withConfig(direct);
          await rs1.output(silence);
          return { told, mended: await withConfig(direct) };
        },
      );
      expect(told.finding('lvs1', 'real-server-answers-arp')).toMatchObject({
        what: 'the real server 192.168.1.2 answers on eth1 for 192.168.1.50',
        mend: `ssh root@192.168.1.2 ${silence}`,
      });
      expect(mended.wrong).toEqual({});
    });

    test('the holder is not heard by the other router', async () => {
      await cluster.cutNetwork('lvs1', 'eth0');
      const { wrong, finding } = await runDoctor(lvs1).finally(() => cluster.mendNetwork('lvs1', 'eth0'));
      expect(wrong).toEqual({ lvs2: ['not-heard'] });
      expect(finding('lvs2', 'not-heard')?.what).toBe('lvs1 holds 1.2.3.1, and does not answer for it on eth0');
    });

    test('both routers hold some, or neither does', async () => {
      const both = await during([[lvs2, 'ip addr add 1.2.3.1/32 dev eth0', 'ip addr del 1.2.3.1/32 dev eth0']], () =>
        runDoctor(lvs1),
      );
      const neither = await during(
        [
          [lvs1, 'ip addr del 1.2.3.1/32 dev eth0', 'lvs apply --yes'],
          [lvs1, 'ip addr del 192.168.1.254/32 dev eth1', 'lvs apply --yes'],
        ],
        () => runDoctor(lvs1),
      );
      expect(both.wrong.lvs1?.[0]).toBe('both-hold');
      expect(both.wrong.lvs2?.[0]).toBe('both-hold');
      expect(neither.wrong).toEqual({ lvs1: ['nobody-holds'] });
    });
  });

  describe('real servers', () => {
    const home = 'ip route replace default via 192.168.1.254 dev eth0 onlink';

    test('one is gone', async () => {
      const { wrong, finding } = await during([[rs2, 'ip link set eth0 down', `ip link set eth0 up && ${home}`]], () =>
        runDoctor(lvs1),
      );
      expect(wrong).toEqual({ lvs1: ['real-server-gone'], lvs2: ['real-server-gone'] });
      expect(finding('lvs1', 'real-server-gone')).toMatchObject({
        what: 'the real server 192.168.1.3 cannot be reached: no machine answers for it on eth1',
        mend: 'lvs real drain --all 192.168.1.3',
      });
    });

    test('nothing listens, or nothing is said', async () => {
      const rule = 'INPUT -p tcp --dport 80 -j DROP';
      const { wrong } = await during([[rs1, `iptables-legacy -A ${rule}`, `iptables-legacy -D ${rule}`]], () =>
        withConfig(figureFile.replace('address: 192.168.1.3', 'address: "192.168.1.3:81"'), '--on lvs1'),
      );
      expect(wrong.lvs1).toEqual(['real-server-silent', 'real-server-refuses']);
    });

    test('the default route of one leads elsewhere, also where clients are reached that way', async () => {
      const { wrong, document } = await during(
        [
          [rs1, 'ip route replace default via 192.168.1.12 dev eth0', home],
          [rs2, 'ip route del default', home],
        ],
        () => runDoctor(lvs1),
      );
      expect(wrong).toEqual({ lvs1: ['real-server-astray', 'real-server-astray'] });
      expect(document.routers[0]?.findings.slice(0, 2).map(({ mend }) => mend)).toEqual([
        'ssh root@192.168.1.2 ip route replace default via 192.168.1.254',
        'ssh root@192.168.1.3 ip route replace default via 192.168.1.254',
      ]);
    });
  });

  test.each([
    ['ipvsadm', '--version', 'ipvsadm v1.25 2008/05/15 (compiled with popt and IPVS v1.2.1)', 'old-tool'],
    ['ip', '-V', 'ip utility, iproute2-ss131122', null],
    ['ip', '-V', 'ip utility, iproute2-4.9.0', 'old-tool'],
    ['ip', '-V', 'BusyBox v1.35.0 (Debian 1:1.35.0-4+b3) multi-call binary.', 'other-ip'],
  ])('%s %s says %j', async (program, question, said, found) => {
    const back = await replaceProgram(
      lvs2,
      program,
      `[ "$*" = ${question} ] && { echo '${said}'; exit; }; exec "$real" "$@"`,
    );
    const { wrong } = await runDoctor(lvs1).finally(back);
    expect(wrong).toEqual(found === null ? {} : { lvs2: [found] });
  });

  test('the clocks of the two differ', async () => {
    const back = await replaceProgram(lvs2, 'date', 'exec "$real" -d "+7 seconds" "$@"');
    const { wrong, finding } = await runDoctor(lvs1).finally(back);
    expect(wrong).toEqual({ lvs2: ['clock-differs'] });
    expect(finding('lvs2', 'clock-differs')?.what).toMatch(
      /^the clock is (6\.[5-9]|7\.[0-5]) s ahead of that of lvs1$/,
    );
  });

  describe('synchronisation', () => {
    test('a daemon does not run, or for another cluster: --fix starts it', async () => {
      await lvs2.output('ipvsadm --stop-daemon backup && ipvsadm --stop-daemon master');
      await lvs2.output('ipvsadm --start-daemon master --mcast-interface eth1 --syncid 8');
      const { wrong, finding } = await runDoctor(lvs1, '--on lvs2');
      expect(wrong.lvs2).toEqual(['sync-daemon', 'sync-daemon']);
      expect(finding('lvs2', 'sync-daemon')?.mend).toBe(
        'ipvsadm --stop-daemon master && ipvsadm --start-daemon master --mcast-interface eth1 --syncid 7 --sync-maxlen 88',
      );
      expect((await runDoctor(lvs1, '--on lvs2 --fix --yes')).wrong).toEqual({});
      expect((await lvsJson(lvs1, 'diff')).document.changed).toBe(false);
    });

    test('a daemon listens to a device that is gone', async () => {
      const elsewhere = figureFile.replace('sync: { device: eth1', 'sync: { device: dummy7');
      await lvs2.output('ip link add dummy7 type dummy && ip link set dummy7 up');
      for (const role of ['master', 'backup']) {
        await lvs2.output(`ipvsadm --stop-daemon ${role}`);
        await lvs2.output(`ipvsadm --start-daemon ${role} --mcast-interface dummy7 --syncid 7 --sync-maxlen 88`);
      }
      await lvs2.output('ip link del dummy7 && ip link add dummy7 type dummy && ip link set dummy7 up');
      const { wrong } = await withConfig(elsewhere, '--on lvs2');
      const mended = await withConfig(elsewhere, '--on lvs2 --fix --yes');
      await lvs1.output('lvs apply --yes');
      await lvs2.output('ip link del dummy7');
      expect(wrong.lvs2).toEqual(['sync-deaf']);
      expect(mended.wrong).toEqual({});
    });

    test('messages arrive, or do not', async () => {
      const port = portOf('lvs2', 'eth1');
      const drop = ['protocol', 'ip', 'flower', 'dst_ip', '224.0.0.81', 'action', 'drop'];
      const streams = { connectionsPerSecond: 1, streams: 10 };
      await runWell(['tc', 'qdisc', 'add', 'dev', port, 'clsact']);
      await runWell(['tc', 'filter', 'add', 'dev', port, 'egress', ...drop]);
      const unheard = await cluster.startTraffic(streams);
      const { wrong, finding } = await runDoctor(lvs1);
      await unheard.stop();
      await runWell(['tc', 'qdisc', 'del', 'dev', port, 'clsact']);
      expect(wrong).toEqual({ lvs2: ['sync-not-heard'] });
      expect(finding('lvs2', 'sync-not-heard')?.what).toMatch(/^lvs1 has \d+ established connections, and none/);
      const heard = await cluster.startTraffic(streams);
      const after = await runDoctor(lvs1);
      await heard.stop();
      expect(after.wrong).toEqual({});
    });
  });

  describe('firewalls', () => {
    test('throw away what is needed, and the commands let it pass', async () => {
      const rules = [
        'INPUT -p udp --dport 8848 -j DROP',
        'INPUT -i eth0 -p tcp -j REJECT',
        'FORWARD -i eth1 -j DROP',
        'OUTPUT -d 192.168.1.2 -p tcp --dport 80 -j DROP',
      ];
      const { before, after } = await during(
        [[lvs2, rules.map((rule) => `iptables-legacy -A ${rule}`).join(' && '), 'iptables-legacy -F']],
        async () => {
          const before = await runDoctor(lvs1);
          const mends = before.document.routers[1]?.findings.map(({ mend }) => mend) ?? [];
          for (const mend of mends.filter((each) => each.startsWith('iptables-legacy'))) await lvs2.output(mend);
          await lvs2.output('iptables-legacy -t nat -A POSTROUTING -s 192.168.1.0/24 -o eth0 -j MASQUERADE');
          return { before, after: await runDoctor(lvs1) };
        },
      );
      await lvs2.output('iptables-legacy -t nat -F');
      const found = before.document.routers[1]?.findings.filter(({ id }) => id.startsWith('firewall-')) ?? [];
      expect(found.map(({ id, mend }) => `${id}: ${mend}`)).toEqual([
        'firewall-sync: iptables-legacy -I INPUT -i eth1 -p udp --dport 8848 -j ACCEPT',
        'firewall-clients: iptables-legacy -I INPUT -i eth0 -p tcp --dport 80 -j ACCEPT',
        'firewall-forwarding: iptables-legacy -I OUTPUT -o eth1 -p tcp --dport 80 -j ACCEPT',
        'firewall-forwarding: iptables-legacy -I FORWARD -i eth1 -o eth0 -p tcp --sport 80 -j ACCEPT',
      ]);
      expect(before.finding('lvs2', 'no-masquerading')?.mend).toBe(
        'iptables-legacy -t nat -A POSTROUTING -s 192.168.1.0/24 -o eth0 -j MASQUERADE',
      );
      expect(after.wrong).toEqual({});
      expect(after.finding('lvs2', 'no-masquerading')).toBeUndefined();
      expect(after.finding('lvs1', 'no-masquerading')?.severity).toBe('note');
    });

    test('pass known connections only, and IPVS tells nobody of its own', async () => {
      const rules = ['FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', 'FORWARD -i eth1 -o eth0 -j DROP'];
      await during(
        [
          [lvs1, 'sysctl -w net.ipv4.vs.conntrack=0', 'sysctl -w net.ipv4.vs.conntrack=0'],
          [lvs1, rules.map((rule) => `iptables-legacy -A ${rule}`).join(' && '), 'iptables-legacy -F'],
        ],
        async () => {
          expect((await client.run('timeout 2 bash -c "</dev/tcp/1.2.3.1/80"')).status).not.toBe(0);
          const { wrong, finding } = await runDoctor(lvs1);
          expect(wrong).toEqual({ lvs1: ['stateful-firewall'] });
          const mend = 'sysctl -w net.ipv4.vs.conntrack=1';
          expect(finding('lvs1', 'stateful-firewall')).toMatchObject({ mend, fixable: true });
          expect((await runDoctor(lvs1, '--fix --yes')).wrong).toEqual({});
          expect((await client.run('timeout 2 bash -c "</dev/tcp/1.2.3.1/80"')).status).toBe(0);
        },
      );
    });
  });

  describe('programs', () => {
    test('some are missing', async () => {
      const places = await Promise.all(
        ['arping', 'perl'].map(async (program) => (await lvs2.output(`readlink -f "$(command -v ${program})"`)).trim()),
      );
      for (const place of places) await lvs2.output(`mount --bind /dev/null ${place}`);
      const { wrong, finding } = await runDoctor(lvs1, '--on lvs2');
      for (const place of places) await lvs2.output(`umount ${place}`);
      expect(wrong.lvs2).toEqual(['missing-tools']);
      expect(finding('lvs2', 'missing-tools')?.mend).toBe('apt-get install iputils-arping');
      expect(finding('lvs2', 'no-perl')?.severity).toBe('note');
    });

    test('LVM comes first', async () => {
      await lvs1.output('mkdir -p /run/lvm && cp /bin/true /run/lvm/lvs');
      const { stdout } = await lvs1.run('PATH=/run/lvm:$PATH /usr/local/sbin/lvs doctor --json --on lvs1');
      expect(stdout).toContain('"id":"lvm-first"');
      expect(stdout).toContain('/run/lvm/lvs here, which comes before /usr/local/sbin/lvs');
    });

    test('nobody can ask for IPv6 addresses without ping', async () => {
      if ((await lvs2.run('command -v ping')).status === 0) return;
      const { wrong } = await withConfig(other('six: { address: "tcp://[2001:db8::1]:80" }'), '--on lvs2');
      expect(wrong.lvs2).toContain('no-ping');
    });
  });

  test('a rival', async () => {
    const make = 'mkdir -p /etc/keepalived && echo "# mine" >/etc/keepalived/keepalived.conf';
    const { wrong, finding } = await during([[lvs2, make, 'rm -r /etc/keepalived']], () =>
      runDoctor(lvs1, '--on lvs2'),
    );
    expect(wrong.lvs2).toEqual(['rival']);
    expect(finding('lvs2', 'rival')?.mend).toContain('lvs import keepalived /etc/keepalived/keepalived.conf');
  });

  test('a router out of reach is a finding, and the other one is looked at all the same', async () => {
    await cluster.stopSshd('lvs2');
    await lvs1.output('sysctl -w net.ipv4.vs.conn_reuse_mode=0');
    const { status, wrong } = await runDoctor(lvs1);
    await lvs1.output('sysctl -w net.ipv4.vs.conn_reuse_mode=1');
    await cluster.startSshd('lvs2');
    expect({ status, wrong }).toEqual({ status: 1, wrong: { lvs1: ['conn-reuse-mode'], lvs2: ['unreachable'] } });
  });

  test('a router that is not there is invalid input', async () => {
    expect((await lvs1.run('lvs doctor --on lvs3')).status).toBe(2);
  });

  describe('the kernel', () => {
    test('has no such scheduler', async () => {
      const { wrong } = await withConfig(other('t: { address: "tcp://1.2.3.1:81", scheduler: twos }'), '--on lvs2');
      expect(wrong.lvs2).toEqual(['no-scheduler']);
    });

    test('has no such persistence engine, and nothing to hold new connections back with', async () => {
      const sip = 't: { address: "udp://1.2.3.1:5060", persistent: 60, persistence-engine: sip }';
      // Those that are loaded count as there; the others are asked of modprobe(8).
      for (const module of ['ip_vs_pe_sip', 'sch_plug']) await lvs2.run(`${modprobe} -r ${module}`);
      const back = await replaceProgram(
        lvs2,
        'modprobe',
        'case $* in *ip_vs_pe_sip* | *sch_plug*) exit 1 ;; esac; exec "$real" "$@"',
      );
      const { wrong, finding } = await withConfig(other(sip), '--on lvs2').finally(back);
      expect(wrong.lvs2).toContain('no-persistence-engine');
      expect(finding('lvs2', 'no-hold')).toMatchObject({ severity: 'note', what: 'the kernel has no sch_plug' });
    });

    test('has no IPVS: --fix loads it', async () => {
      for (const router of [lvs1, lvs2]) {
        await router.output('ipvsadm -C; ipvsadm --stop-daemon master; ipvsadm --stop-daemon backup');
      }
      await runWell([modprobe, '-r', 'ip_vs_wrr', 'ip_vs_wlc', 'ip_vs_rr', 'ip_vs_lc', 'ip_vs']);
      const { wrong } = await runDoctor(lvs1);
      const isLoaded = (await lvs2.run('test -e /proc/net/ip_vs')).status;
      const mended = await runDoctor(lvs1, '--fix --yes');
      await lvs1.output('lvs apply --yes');
      expect(isLoaded).toBe(1);
      expect(wrong).toEqual({ lvs1: ['no-ipvs'], lvs2: ['no-ipvs'] });
      expect(mended.wrong.lvs2).not.toContain('no-ipvs');
      expect(await lvs2.read('/etc/modules-load.d/lvs.conf')).toContain('ip_vs\n');
      expect((await runDoctor(lvs1)).wrong).toEqual({});
    });
  });
});
