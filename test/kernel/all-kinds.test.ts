import { beforeAll, describe, expect, test } from 'vitest';
import { useCluster } from './support/cluster.ts';
import { aliases, commandsOf, expectConverged, lvsJson } from './support/lvs.ts';

/** One of everything that IPVS knows. */
const everything = `routers:
  lvs1: { ssh: root@192.168.1.11 }
  lvs2: { ssh: root@192.168.1.12, devices: { ethpub: eth0 } }
  # eth0 is called ethpub in this file: see below
public: { device: ethpub }
private: { device: eth1, nat-router: [192.168.1.254/32, "fd00::254"] }
sync: { device: eth1, id: 7 }
timeouts: { tcp: 800 }
settings: { expire_nodest_conn: 1, conn_reuse_mode: 1 }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    scheduler: wrr
    label: ethpub:8
    persistent: 300
    netmask: 255.255.255.0
    real-servers:
      - { address: 192.168.1.2:8080, weight: 3, upper-threshold: 500, lower-threshold: 400 }
      - { address: 192.168.1.3, state: drain }
  web6: { address: "tcp://[2001:db8::1]:80", scheduler: lc, persistent: 60, netmask: 64, real-servers: ["[fd00::2]:80", "fd00::3"] }
  dns: { address: udp://1.2.3.1:53, scheduler: rr, one-packet: true, real-servers: [192.168.1.2] }
  sip: { address: udp://1.2.3.1:5060, scheduler: rr, persistent: 60, persistence-engine: sip, real-servers: [192.168.1.2] }
  diameter: { address: sctp://1.2.3.1:3868, scheduler: wlc, real-servers: [192.168.1.2] }
  all: { address: tcp://1.2.3.2:0, scheduler: sed, persistent: 30, real-servers: [192.168.1.2] }
  mark: { address: fwmark:7, floating: [1.2.3.1, 1.2.3.3], scheduler: nq, real-servers: [192.168.1.2, 192.168.1.3] }
  mark6: { address: fwmark:8, family: ipv6, scheduler: lblc, real-servers: ["fd00::2"] }
  direct: { address: tcp://1.2.3.4:80, scheduler: sh, flags: [sh-port, sh-fallback], forward: direct, real-servers: [192.168.1.2] }
  ipip: { address: tcp://1.2.3.5:80, scheduler: mh, flags: [mh-port], forward: tunnel, tunnel: { type: ipip }, real-servers: [192.168.1.2] }
  gue: { address: tcp://1.2.3.6:80, scheduler: dh, forward: tunnel, tunnel: { type: gue, port: 5555, checksum: remcsum }, real-servers: [192.168.1.2] }
  gre: { address: tcp://1.2.3.7:80, scheduler: lblcr, forward: tunnel, tunnel: { type: gre, checksum: csum }, real-servers: [192.168.1.2] }
  ovf: { address: tcp://1.2.3.8:80, scheduler: ovf, real-servers: [192.168.1.2] }
  off: { address: tcp://1.2.3.9:80, state: disabled, real-servers: [192.168.1.2] }
`;

const rules = `-A -t 1.2.3.1:80 -s wrr -p 300 -M 255.255.255.0
-a -t 1.2.3.1:80 -r 192.168.1.2:8080 -m -w 3
-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 0`;

describe('everything that IPVS knows', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset(everything);
    await lvs1.output('ip link set eth0 down && ip link set eth0 name ethpub && ip link set ethpub up');
    await lvs1.output('ip addr replace 1.2.3.11/24 dev ethpub');
  });

  test('is applied, and comes back as it was declared', async () => {
    const { status, document } = await lvsJson(lvs1, 'apply');
    expect({ status, document }).toMatchObject({ status: 0, document: { changed: true } });
    const saved = await lvs1.output('ipvsadm -Sn');
    expect(saved).toContain(rules);
    expect(saved).toContain('-A -f 8 -6 -s lblc');
    expect(saved).toContain('-r 192.168.1.2:80 -i -w 1 --tun-type gue --tun-port 5555 --tun-remcsum');
    expect(saved).not.toContain('1.2.3.9');
    expect(await lvs2.output('ipvsadm -Sn')).toBe(saved);
    expect(await lvs2.output('ipvsadm -L --timeout')).toContain('800 ');
    expect(await lvs2.output('cat /proc/sys/net/ipv4/vs/expire_nodest_conn')).toBe('1\n');
    await expectConverged(lvs2);
  });

  test('the addresses of both families are on the active router alone, labelled in its own device names', async () => {
    const held = await aliases(lvs1);
    expect(held).toContain('1.2.3.1/32 ethpub:8');
    expect(held).toContain('2001:db8::1/128');
    expect(held).toContain('fd00::254/128');
    expect(held).toHaveLength(11);
    expect(await aliases(lvs2)).toEqual([]);
    await lvs1.output('lvs failover --yes');
    expect(await aliases(lvs1)).toEqual([]);
    expect((await aliases(lvs2)).map((alias) => alias.replace('eth0:', 'ethpub:'))).toEqual(held);
    await expectConverged(lvs1);
  });

  test('each kind of drift is seen', async () => {
    await lvs1.output('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:8080 -m -w 3 -x 9');
    await lvs1.output('ipvsadm -E -u 1.2.3.1:53 -s rr && ipvsadm -E -f 8 -6 -s rr && ipvsadm --set 0 0 77');
    await lvs1.output('ipvsadm --stop-daemon master && sysctl -qw net.ipv4.vs.conn_reuse_mode=0');
    const { status, document } = await lvsJson(lvs1, 'diff');
    expect(status).toBe(1);
    expect(commandsOf(document)).toEqual({
      lvs1: [
        'sysctl -w net.ipv4.vs.conn_reuse_mode=1',
        'ipvsadm --start-daemon master --mcast-interface eth1 --syncid 7 --sync-maxlen 88',
        'ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:8080 -m -w 3 -x 500 -y 400',
        'ipvsadm -E -u 1.2.3.1:53 -s rr -o',
        'ipvsadm -E -f 8 -6 -s lblc',
      ],
    });
    await lvs1.output('lvs apply');
    await expectConverged(lvs1);
  });

  test('a tunnel to the other family, which synchronisation excludes', async () => {
    await cluster.reset(`public: { device: eth0 }
virtual-servers:
  mixed: { address: tcp://1.2.3.8:80, forward: tunnel, tunnel: { type: ipip }, real-servers: ["fd00::2"] }
`);
    await lvs1.output('lvs apply');
    expect(await lvs1.output('ipvsadm -Sn')).toContain('-a -t 1.2.3.8:80 -r [fd00::2]:80 -i -w 1');
    await expectConverged(lvs1);
  });
});
