import { describe, expect, test } from 'vitest';
import { commandsOf, setUpOf } from '../../src/rehearsal/topology/set-up.ts';
import { topologyOfFile } from './clusters.ts';

function topologyWith(virtualServers: string, nat = '10.0.0.1/32') {
  return topologyOfFile(`public: { device: eth0 }
private: { device: eth1, nat-router: ${nat} }
virtual-servers:
${virtualServers}
`);
}

describe('real servers that answer clients themselves', () => {
  test('have the address, and a way to the clients that passes no router', () => {
    const { gateway, realServers, routers } = topologyWith(
      '  web: { address: tcp://203.0.113.1:80, forward: direct, real-servers: [10.0.0.2] }',
    );
    expect(gateway?.interfaces).toEqual([
      { device: 'eth0', network: 'public', addresses: ['203.0.113.2/24'] },
      { device: 'eth1', network: 'private', addresses: ['10.0.0.3/24'] },
    ]);
    expect(realServers).toMatchObject([
      {
        aliases: ['203.0.113.1'],
        listeners: [{ protocol: 'tcp', address: '203.0.113.1', port: 80, by: '10.0.0.2:80' }],
      },
    ]);
    const replies = realServers[0]?.routes.filter(({ table }) => table === 'replies');
    expect(replies).toEqual([{ to: '203.0.113.0/24', via: '10.0.0.3', device: 'eth0', table: 'replies' }]);
    expect(JSON.stringify(routers)).not.toContain('10.0.0.3');
  });

  test('need no gateway to clients on their own network', () => {
    const { gateway, realServers } = topologyWith(
      '  web: { address: tcp://203.0.113.1:80, forward: direct, real-servers: [203.0.113.9] }',
    );
    expect(gateway).toBeNull();
    expect(realServers[0]?.routes.filter(({ table }) => table === 'replies')).toEqual([
      { to: '203.0.113.0/24', via: null, device: 'eth0', table: 'replies' },
    ]);
  });

  test('answer in the family that the clients speak, whatever that of the tunnel', () => {
    const { networks, realServers } = topologyWith(
      '  web: { address: tcp://203.0.113.1:80, forward: tunnel, real-servers: ["fd00::2"] }',
      'fd00::1/128',
    );
    expect(networks.find(({ purpose }) => purpose === 'private')?.subnets).toEqual(['fd00::/64', '198.18.1.0/24']);
    expect(realServers[0]?.interfaces[0]?.addresses).toEqual(['fd00::2/64', '198.18.1.150/24']);
  });

  test('do not share hosts with one another', () => {
    const reals = Array.from({ length: 20 }, (_, index) => `10.0.0.${index + 2}`);
    const { realServers } = topologyWith(
      `  web: { address: tcp://203.0.113.1:80, forward: direct, real-servers: [${reals.join(', ')}] }`,
    );
    expect(realServers).toHaveLength(20);
  });

  test('are too many where they would have to', () => {
    const reals = Array.from({ length: 33 }, (_, index) => `10.0.0.${index + 2}`);
    const { realServers, targets } = topologyWith(
      `  web: { address: tcp://203.0.113.1:80, forward: direct, real-servers: [${reals.join(', ')}] }`,
    );
    expect(realServers).toHaveLength(32);
    expect(targets[0]?.reason).toBe('direct routing and tunnels to more than 32 real servers have no room here');
  });
});

describe('the set-up of a real server', () => {
  const commandsFor = (rest: string) => {
    const { realServers } = topologyWith(`  web: { address: ${rest} }`, '["10.0.0.1/32", "fd00::1/128"]');
    return realServers.map((host) => commandsOf(setUpOf(host)));
  };
  const quietly = 'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2';

  test.each([
    ['tcp://203.0.113.1:80, real-servers: [10.0.0.2]', []],
    ['tcp://203.0.113.1:80, forward: direct, real-servers: [10.0.0.2]', [quietly, 'ip addr add 203.0.113.1/32 dev lo']],
    [
      'tcp://203.0.113.1:80, forward: tunnel, real-servers: [10.0.0.2]',
      [
        'modprobe -a ipip',
        quietly,
        'ip addr add 203.0.113.1/32 dev lo',
        'ip link add ipip-0 type ipip local 10.0.0.2 remote any',
        'ip link set ipip-0 up',
      ],
    ],
    [
      'tcp://203.0.113.1:80, forward: tunnel, tunnel: { type: gre, checksum: csum }, real-servers: [10.0.0.2]',
      [
        'modprobe -a ip_gre',
        quietly,
        'ip addr add 203.0.113.1/32 dev lo',
        'ip link add gre-0 type gre local 10.0.0.2 remote any icsum',
        'ip link set gre-0 up',
      ],
    ],
    [
      '"tcp://[2001:db8::1]:80", forward: tunnel, tunnel: { type: gue, port: 5555 }, real-servers: [10.0.0.2]',
      [
        'modprobe -a fou sit',
        'ip addr add 2001:db8::1/128 dev lo',
        'ip fou add port 5555 gue',
        'ip link add sit-0 type sit local 10.0.0.2 remote any',
        'ip link set sit-0 up',
      ],
    ],
    [
      '"tcp://[2001:db8::1]:80", forward: tunnel, tunnel: { type: gue, port: 5555 }, real-servers: ["fd00::2"]',
      [
        'modprobe -a fou fou6 ip6_tunnel',
        'ip addr add 2001:db8::1/128 dev lo',
        'ip fou add port 5555 gue -6',
        'ip link add ip6tnl-0 type ip6tnl mode any local fd00::2 remote any',
        'ip link set ip6tnl-0 up',
      ],
    ],
  ])('%s', (rest, commands) => {
    expect(commandsFor(rest)).toEqual([commands]);
  });

  test('leaves out what the kernel has no module for, and names what it needs', () => {
    const { realServers, targets } = topologyWith(
      '  web: { address: tcp://203.0.113.1:80, forward: tunnel, real-servers: [10.0.0.2] }',
    );
    expect(targets[0]?.modules).toEqual(['ipip']);
    expect(realServers.map((host) => setUpOf(host, ['ipip']).ip)).toEqual([['addr add 203.0.113.1/32 dev lo']]);
  });
});

test('a real server cannot take GRE with checksums and without', () => {
  const gre = (checksum: string) =>
    `forward: tunnel, tunnel: { type: gre, checksum: ${checksum} }, real-servers: [10.0.0.2]`;
  const { targets } = topologyWith(`  one: { address: tcp://203.0.113.1:80, ${gre('csum')} }
  other: { address: tcp://203.0.113.2:80, ${gre('none')} }`);
  const reason = '10.0.0.2 would need GRE with checksums and without, and a device takes one of them only';
  expect(targets.map((target) => target.reason)).toEqual([reason, reason]);
});
