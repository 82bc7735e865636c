import { describe, expect, test } from 'vitest';
import { findingsOn } from '../../src/doctor/findings/catalogue.ts';
import { parseIptables } from '../../src/doctor/firewall/parse-iptables.ts';
import type { Examined } from '../../src/doctor/model/examination.ts';
import { examined, figure, figureWith, foundOn, withSettings } from './support/examined.ts';

const ids = (...args: Parameters<typeof foundOn>) => foundOn(...args).map(({ id }) => id);

test('on a router that is as it should be there is nothing to find', () => {
  expect(foundOn({})).toEqual([]);
  expect(foundOn({}, figureWith(['virtual-servers:', 'failover: { engine: keepalived }\nvirtual-servers:']))).toEqual(
    [],
  );
});

describe('programs', () => {
  test.each<[string, Partial<Examined>, string, string]>([
    [
      'missing',
      { missing: ['arping', 'flock', 'ipvsadm'] },
      'missing-tools',
      'apt-get install iputils-arping util-linux ipvsadm',
    ],
    ['old', { versions: new Map([['ip', 'ip utility, iproute2-4.9.0']]) }, 'old-tool', 'apt-get install iproute2'],
    [
      'another',
      { versions: new Map([['ip', 'BusyBox v1.36.1 multi-call binary.']]) },
      'other-ip',
      'apt-get install iproute2',
    ],
    ['no perl', { connects: null }, 'no-perl', 'apt-get install perl-base'],
  ])('%s', (_, change, id, mend) => {
    expect(foundOn(change)).toMatchObject([{ id, mend, fix: null }]);
  });

  test('ipvsadm for tunnels of the newer kinds must be newer', () => {
    const versions = new Map([['ipvsadm', 'ipvsadm v1.29 2016/12/23 (compiled with popt and IPVS v1.2.1)']]);
    expect(ids({ versions })).toEqual([]);
    const tunnels = figureWith(['weight: 2 }', 'weight: 2, forward: tunnel, tunnel: { type: gre } }']);
    expect(ids({ versions }, tunnels)).toEqual(['old-tool']);
  });

  test('versions of two numbers are compared as such', () => {
    for (const [version, old] of [
      ['v2.0.10', true],
      ['v2.1.0', false],
      ['v1.9.9', true],
      ['v10.0.1', false],
    ] as const) {
      const versions = new Map([['keepalived', `Keepalived ${version} (01/16,2022)`]]);
      const elected = figureWith(['virtual-servers:', 'failover: { engine: keepalived }\nvirtual-servers:']);
      expect(ids({ versions }, elected)).toEqual(old ? ['old-tool'] : []);
    }
  });

  test("LVM's lvs matters where it hides ours", () => {
    const lvm = { path: '/usr/sbin/lvs', isLvm: true };
    const ours = { path: '/usr/local/bin/lvs', isLvm: false };
    expect(ids({ lvs: [lvm, ours] })).toEqual(['lvm-first']);
    expect(ids({ lvs: [ours, lvm] })).toEqual([]);
    expect(ids({ lvs: [lvm] })).toEqual([]);
  });
});

describe('the kernel', () => {
  const kernel = (ipvs: boolean, ...missing: string[]): Examined['kernel'] => ({
    ipvs,
    release: '6.1.0-18-amd64',
    modules: new Map(missing.map((name) => [name, 'missing'])),
  });

  test('without IPVS: nothing can be done, or the module be loaded', () => {
    expect(foundOn({ kernel: kernel(false, 'ip_vs') })).toMatchObject([
      { id: 'no-ipvs', mend: 'apt-get install linux-image-6.1.0-18-amd64', fix: null },
    ]);
    expect(foundOn({ kernel: kernel(false) })).toMatchObject([
      { id: 'no-ipvs', mend: 'modprobe ip_vs', fix: { modules: ['ip_vs'] } },
    ]);
  });

  test('without what is declared', () => {
    expect(ids({ kernel: kernel(true, 'ip_vs_wrr') })).toEqual(['no-scheduler']);
    expect(ids({ kernel: kernel(true, 'ip_vs_rr') })).toEqual([]);
    expect(foundOn({ kernel: kernel(true, 'sch_plug', 'ifb') })).toMatchObject([
      { id: 'no-hold', severity: 'note', what: 'the kernel has no ifb, sch_plug' },
    ]);
    const sip = figureWith(
      ['scheduler: wrr', 'scheduler: wrr\n    persistent: 60\n    persistence-engine: sip'],
      ['tcp:', 'udp:'],
    );
    const found = ids({ kernel: kernel(true, 'ip_vs_pe_sip'), ...withSettings({}, sip) }, sip);
    expect(found).toContain('no-persistence-engine');
  });
});

describe('settings', () => {
  const persistent = figureWith(['scheduler: wrr', 'scheduler: wrr\n    persistent: 60']);

  test('one that lvs.yaml declares is meant so', () => {
    const setting = { 'net.ipv4.vs.expire_quiescent_template': '0' };
    expect(ids(withSettings(setting), persistent)).toEqual(['expire-quiescent-template']);
    expect(ids(withSettings(setting))).toEqual([]);
    const declared = figureWith(
      ['scheduler: wrr', 'scheduler: wrr\n    persistent: 60'],
      ['virtual-servers:', 'settings: { expire_quiescent_template: 0 }\nvirtual-servers:'],
    );
    expect(ids(withSettings(setting), declared)).toEqual([]);
    expect(ids(withSettings({ 'net.ipv4.vs.expire_quiescent_template': '1' }), declared)).toEqual(['setting-differs']);
  });

  test('connections of removed real servers matter more where a monitor removes them', () => {
    const setting = { 'net.ipv4.vs.expire_nodest_conn': '0' };
    expect(foundOn(withSettings(setting))).toMatchObject([{ id: 'expire-nodest-conn', severity: 'note' }]);
    const removing = figureWith(['scheduler: wrr', 'scheduler: wrr\n    check: tcp\n    on-failure: remove']);
    expect(foundOn(withSettings(setting, removing), removing)).toMatchObject([{ severity: 'warning' }]);
  });

  test('rp_filter matters where clients are reached another way', () => {
    const strict = withSettings({ 'net.ipv4.conf.eth0.rp_filter': '1' });
    expect(ids(strict)).toEqual([]);
    expect(ids({ ...strict, defaultDevices: new Map([['ipv4', ['eth2']]]) })).toEqual(['rp-filter']);
    const loose = withSettings({ 'net.ipv4.conf.eth0.rp_filter': '1', 'net.ipv4.conf.all.rp_filter': '2' });
    expect(ids({ ...loose, defaultDevices: new Map([['ipv4', ['eth2']]]) })).toEqual([]);
  });

  test('what is kept may be undone by a file that is read later', () => {
    const kept = new Map([['net.ipv4.ip_forward', { value: '1', file: '/etc/sysctl.d/60-lvs.conf' }]]);
    const lasting = new Map([['net.ipv4.ip_forward', { value: '0', file: '/etc/sysctl.conf' }]]);
    expect(foundOn({ kept, lasting })).toMatchObject([
      { id: 'not-kept', mend: 'grep -n net.ipv4.ip_forward /etc/sysctl.conf # and remove that line' },
    ]);
    expect(ids({ kept, lasting: kept })).toEqual([]);
    expect(ids({ lasting })).toEqual(['forwarding-not-kept']);
  });

  test('a fix knows what was there, and what is to last', () => {
    const [finding] = foundOn(withSettings({ 'net.ipv4.ip_forward': '0' }));
    expect(finding).toMatchObject({
      severity: 'problem',
      mend: 'sysctl -w net.ipv4.ip_forward=1',
      fix: {
        steps: [{ argv: ['sysctl', '-w', 'net.ipv4.ip_forward=1'], undo: ['sysctl', '-w', 'net.ipv4.ip_forward=0'] }],
        settings: [['net.ipv4.ip_forward', '1']],
        modules: [],
      },
    });
  });
});

describe('addresses on the wire', () => {
  const place = { address: '1.2.3.1', device: 'eth0' };

  test.each<[string, readonly string[] | null, string[]]>([
    ['the holder answers', ['02:00:00:00:01:00'], []],
    ['the holder answers by another of its devices', ['02:00:00:00:01:01'], []],
    ['somebody else answers', ['02:ff:00:00:00:00'], ['duplicate-address']],
    ['both answer', ['02:00:00:00:01:00', '02:ff:00:00:00:00'], ['duplicate-address']],
    ['nobody answers', [], ['not-heard']],
    ['nobody can tell', null, []],
  ])('%s', (_, macs, expected) => {
    expect(ids({ wire: [{ ...place, macs }] })).toEqual(expected);
  });

  test('of one router with two devices in the network no other machine is told', () => {
    const second = { address: '1.2.3.1', device: 'eth0', macs: ['02:00:00:00:01:01'] };
    expect(foundOn({}, figure, { wire: [second] })).toEqual([]);
    const cluster = figure;
    const [lvs1, lvs2] = [examined('lvs1', cluster, { wire: [second] }), examined('lvs2', cluster)];
    expect(findingsOn(lvs1, { cluster, routers: [lvs1, lvs2], unreachable: [] })).toEqual([]);
  });

  test('the peer that answers and is not the owner is named', () => {
    const cluster = figure;
    const wire = [{ ...place, macs: ['02:00:00:00:02:00'] }];
    const [lvs1, lvs2] = [examined('lvs1', cluster, { wire }), examined('lvs2', cluster)];
    expect(findingsOn(lvs1, { cluster, routers: [lvs1, lvs2], unreachable: [] })).toMatchObject([
      { id: 'backup-answers-arp', mend: expect.stringMatching(/^ssh root@.* sysctl -w .*arp_ignore=1/) },
    ]);
  });

  test('no advice removes the address from the router that has it', () => {
    for (const { mend } of foundOn({ wire: [{ ...place, macs: ['02:ff:00:00:00:00'] }] })) {
      expect(mend).not.toContain('addr del');
    }
  });

  test('a router that was not looked at may be the holder', () => {
    const cluster = figureWith();
    const alone = examined('lvs2', cluster, { wire: [{ ...place, macs: ['02:ff:00:00:00:00'] }] });
    expect(findingsOn(alone, { cluster, routers: [alone], unreachable: [] })).toEqual([]);
  });
});

describe('clocks', () => {
  test.each([
    [999, 0, []],
    [-1002, 0, ['clock-differs']],
    [1400, 500, []],
    [2600, 500, ['clock-differs']],
  ])('%d ms ahead, known to %d ms', (ahead, uncertainty, expected) => {
    expect(ids({ clock: { ahead, uncertainty } })).toEqual(expected);
  });
});

describe('synchronisation', () => {
  const five = new Set(['a', 'b', 'c', 'd', 'e']);
  const telling = (connections: ReadonlySet<string>) => ({
    sync: { listening: ['eth1'], connections, known: connections },
  });

  test('none of enough connections is known', () => {
    expect(ids({}, undefined, telling(five))).toEqual(['sync-not-heard']);
    expect(ids({}, undefined, telling(new Set(['a'])))).toEqual([]);
    const one = { sync: { listening: ['eth1'], connections: new Set<string>(), known: new Set(['c']) } };
    expect(ids(one, undefined, telling(five))).toEqual([]);
  });

  test('nobody listens', () => {
    const deaf = { sync: { listening: ['eth0'], connections: new Set<string>(), known: new Set<string>() } };
    expect(foundOn(deaf)).toMatchObject([
      {
        id: 'sync-deaf',
        mend: expect.stringContaining('ipvsadm --stop-daemon backup && ipvsadm --start-daemon backup'),
      },
    ]);
  });
});

describe('real servers', () => {
  const connect = (result: 'open' | 'refused' | 'silent' | 'unreachable' | 'barred') => ({
    address: '192.168.1.2',
    port: 80,
    asClient: null,
    result,
  });
  const asClient = { source: '1.2.3.1', device: 'eth1' };

  test.each([
    ['open', []],
    ['refused', ['real-server-refuses']],
    ['silent', ['real-server-silent']],
    ['unreachable', ['real-server-gone']],
    ['barred', []],
  ] as const)('one is %s', (result, expected) => {
    expect(ids({ connects: [connect(result)] })).toEqual(expected);
  });

  test('one of which nobody knows the hardware address is gone', () => {
    const neighbours = new Map([['192.168.1.2', { device: 'eth1', mac: null }]]);
    expect(ids({ connects: [connect('silent')], neighbours })).toEqual(['real-server-gone']);
  });

  test('one for direct routing need not listen on its own address', () => {
    const direct = figureWith(['weight: 2 }', 'weight: 2, forward: direct }']);
    expect(ids({ connects: [connect('refused')] }, direct)).toEqual([]);
    expect(ids({ connects: [connect('silent')] }, direct)).toEqual([]);
  });

  test('replies go astray where the same answers the router itself', () => {
    const lost = { ...connect('silent'), asClient };
    expect(ids({ connects: [connect('open'), lost] })).toEqual(['real-server-astray']);
    expect(ids({ connects: [connect('open'), { ...connect('refused'), asClient }] })).toEqual([]);
    expect(ids({ connects: [connect('silent'), lost] })).toEqual(['real-server-silent']);
  });
});

describe('the firewall and the election', () => {
  const elected = figureWith(['virtual-servers:', 'failover: { engine: keepalived }\nvirtual-servers:']);
  const firewall = (rules: string) => [
    parseIptables(`*filter\n:INPUT DROP [0:0]\n${rules}\nCOMMIT\n`, 'iptables', 'ipv4'),
  ];
  const aboutVrrp = (rules: string) =>
    foundOn({ firewall: firewall(rules) }, elected).filter(({ id }) => id === 'firewall-vrrp');

  test('a ping that is let in does not hide that VRRP is not', () => {
    const found = aboutVrrp('-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT');
    expect(found).toMatchObject([{ severity: 'problem', mend: 'iptables -I INPUT -i eth1 -p vrrp -j ACCEPT' }]);
  });

  test('a rule that cannot be understood makes it unknown', () => {
    const found = aboutVrrp('-A INPUT -m set --match-set peers src -j ACCEPT');
    expect(found).toMatchObject([{ severity: 'note', what: expect.stringContaining('not known whether') }]);
    expect(aboutVrrp('-A INPUT -p vrrp -j ACCEPT')).toEqual([]);
  });
});

test('while both routers have the addresses, no real server is blamed for its replies', () => {
  const cluster = figure;
  const lvs1 = examined('lvs1', cluster);
  const asClient = { source: '1.2.3.1', device: 'eth1' };
  const [here, lost] = [null, asClient].map((as) => ({
    address: '192.168.1.2',
    port: 80,
    asClient: as,
    result: as === null ? ('open' as const) : ('silent' as const),
  }));
  const connects = [here, lost].flatMap((each) => each ?? []);
  const lvs2 = examined('lvs2', cluster, { state: lvs1.state, connects });
  const found = findingsOn(lvs2, { cluster, routers: [lvs1, lvs2], unreachable: [] }).map(({ id }) => id);
  expect(found).toContain('both-hold');
  expect(found).not.toContain('real-server-astray');
});

test('a device that is down is switched on where it has no address that another router may hold', () => {
  const down = (name: 'lvs1' | 'lvs2') => {
    const router = examined(name, figureWith());
    const devices = new Map([...router.devices].map(([each, device]) => [each, { ...device, up: each !== 'eth0' }]));
    const found = { ...router, devices };
    const findings = findingsOn(found, { cluster: figureWith(), routers: [found], unreachable: [] });
    return findings.find(({ id }) => id === 'device-down');
  };
  expect(down('lvs1')).toMatchObject({
    fix: null,
    mend: expect.stringContaining('delete them first: ip addr del 1.2.3.1/32 dev eth0'),
  });
  expect(down('lvs2')?.fix).not.toBeNull();
});

test('a pair under masq without a NAT router address, which breaks with the first failover, is told of once', () => {
  const cluster = figureWith(['  nat-router: 192.168.1.254/32\n', ''], ['  label: eth1:1\n', '']);
  const routers = (['lvs1', 'lvs2'] as const).map((name) => examined(name, cluster));
  const found = routers.map((router) => findingsOn(router, { cluster, routers, unreachable: [] }));
  expect(found.map((findings) => findings.filter(({ id }) => id === 'no-nat-router'))).toEqual([
    [
      expect.objectContaining({
        severity: 'problem',
        what: 'no NAT router address of IPv4 is declared',
        mend: expect.stringContaining('lvs validate'),
      }),
    ],
    [],
  ]);
});
