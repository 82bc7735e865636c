import { describe, expect, test } from 'vitest';
import { markCommand } from '../../src/rehearsal/topology/set-up.ts';
import { topologyOfFile } from './clusters.ts';

function targetsWith(virtualServers: string) {
  return topologyOfFile(`public: { device: eth0 }
private: { device: eth1, nat-router: 10.0.0.1/32 }
virtual-servers:
${virtualServers}
`).targets;
}

describe('a firewall mark', () => {
  test('is put on all that goes to an address of its own', () => {
    const [mark] = targetsWith('  m: { address: fwmark:7, floating: [203.0.113.1], real-servers: [10.0.0.2] }');
    expect(mark?.marks.map((rule) => markCommand(rule).join(' '))).toEqual([
      'iptables-legacy -w -t mangle -A PREROUTING -d 203.0.113.1 -p tcp -j MARK --set-mark 7',
      'iptables-legacy -w -t mangle -A PREROUTING -d 203.0.113.1 -p udp -j MARK --set-mark 7',
    ]);
    expect(mark?.probes).toEqual([
      { protocol: 'tcp', address: '203.0.113.1', port: 80 },
      { protocol: 'tcp', address: '203.0.113.1', port: 81 },
      { protocol: 'udp', address: '203.0.113.1', port: 80 },
    ]);
  });

  test('leaves the ports of others on its address alone', () => {
    const [, mark, other] = targetsWith(`  web: { address: tcp://203.0.113.1:80, real-servers: [10.0.0.2] }
  m: { address: fwmark:7, floating: [203.0.113.1], real-servers: [10.0.0.2] }
  n: { address: fwmark:8, floating: [203.0.113.1], real-servers: [10.0.0.2] }`);
    expect(mark?.marks.map(({ protocol, port }) => `${protocol} ${port}`)).toEqual(['tcp 81', 'tcp 82', 'udp 81']);
    expect(other?.marks.map(({ protocol, port }) => `${protocol} ${port}`)).toEqual(['tcp 83', 'tcp 84', 'udp 83']);
  });

  test('comes from the port that its real servers are declared with', () => {
    const [mark] = targetsWith('  m: { address: fwmark:7, floating: [203.0.113.1], real-servers: ["10.0.0.2:443"] }');
    expect(mark?.probes.map(({ port }) => port)).toEqual([443, 443]);
  });

  test('for which nothing floats is given an address, on the first router alone', () => {
    const { targets, routers } = topologyOfFile(`routers: { a: { ssh: root@10.0.0.11 }, b: { ssh: root@10.0.0.12 } }
virtual-servers:
  m: { address: fwmark:7, family: ipv6, real-servers: ["fd00::2"] }
`);
    const address = '2001:2:0:1::200';
    expect(targets[0]).toMatchObject({ reason: null, floats: false });
    expect(targets[0]?.probes[0]).toEqual({ protocol: 'tcp', address, port: 80 });
    const holders = routers.filter((host) => JSON.stringify(host).includes(`"${address}/128"`));
    expect(holders.map(({ name }) => name)).toEqual(['a']);
  });
});

test('a virtual server of all ports is tried on two that no other has', () => {
  const [, all] = targetsWith(`  web: { address: tcp://203.0.113.1:81, real-servers: [10.0.0.2] }
  all: { address: tcp://203.0.113.1:0, persistent: 60, real-servers: [10.0.0.2] }`);
  expect(all?.probes.map(({ port }) => port)).toEqual([80, 82]);
});

describe('a persistent virtual server', () => {
  test('is asked by several clients', () => {
    const [target] = targetsWith(
      '  web: { address: tcp://203.0.113.1:80, persistent: 60, netmask: 255.255.255.0, real-servers: [10.0.0.2] }',
    );
    expect(target?.persistence).toEqual({
      prefix: 24,
      callers: ['203.0.113.100', '203.0.113.101', '203.0.113.102'].map((address) => ({ address, call: null })),
    });
  });

  test('with an engine is asked in several calls of one client', () => {
    const [target] = targetsWith(
      '  sip: { address: udp://203.0.113.1:5060, persistent: 60, persistence-engine: sip, real-servers: [10.0.0.2] }',
    );
    expect(target?.persistence?.prefix).toBeNull();
    expect(target?.persistence?.callers.map(({ address, call }) => `${address} ${call}`)).toEqual([
      '203.0.113.100 call-1',
      '203.0.113.100 call-2',
      '203.0.113.100 call-3',
    ]);
  });
});

describe('masqueraded real servers', () => {
  test('on the clients’ network answer by way of an address that floats there', () => {
    const { realServers, targets } = topologyOfFile(`public: { device: eth0 }
private: { device: eth1, nat-router: 10.0.0.1/32 }
virtual-servers:
  web: { address: tcp://203.0.113.1:80, real-servers: [203.0.113.9] }
`);
    expect(realServers[0]?.routes).toEqual([
      { to: 'default', via: '203.0.113.1', device: 'eth0', table: 'main' },
      { to: '203.0.113.100', via: '203.0.113.1', device: 'eth0', table: 'main' },
    ]);
    expect(targets[0]?.notes).toEqual([
      'masq: clients are on the real servers’ network; answers go by the router, as to others',
      'masq: no NAT router address floats there; the real servers’ default route is 203.0.113.1, which does',
    ]);
  });

  test('where nothing floats answer by the first router, which is said', () => {
    const { realServers, targets } = topologyOfFile(`routers: { a: { ssh: root@10.0.0.11 }, b: { ssh: root@10.0.0.12 } }
public: { device: eth0 }
virtual-servers:
  web: { address: tcp://203.0.113.1:80, real-servers: [10.0.0.2] }
`);
    expect(realServers[0]?.routes).toEqual([{ to: 'default', via: '10.0.0.11', device: 'eth0', table: 'main' }]);
    expect(targets[0]?.notes).toEqual([
      'masq: no NAT router address floats there; the real servers’ default route is 10.0.0.11 of a, and answers do not survive a failover',
    ]);
  });
});
