import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Host, Topology } from '../../src/rehearsal/topology/topology.ts';
import { topologyOfFigure, topologyOfFile } from './clusters.ts';

function addressesOf({ interfaces }: Host): string[] {
  return interfaces.map(({ device, network, addresses }) => `${device} ${network} ${addresses.join(' ')}`);
}

function hostsOf(topology: Topology): Record<string, string[]> {
  const hosts = [topology.client, ...topology.routers, ...topology.realServers];
  return Object.fromEntries(hosts.map((host) => [host.name, addressesOf(host)]));
}

describe('the figure', () => {
  const topology = topologyOfFigure();

  test('has its hosts at their addresses', () => {
    expect(hostsOf(topology)).toEqual({
      client: ['eth0 public 1.2.3.100/24'],
      lvs1: ['eth0 public 1.2.3.11/24', 'eth1 private 192.168.1.11/24'],
      lvs2: ['eth0 public 1.2.3.12/24', 'eth1 private 192.168.1.12/24'],
      rs1: ['eth0 private 192.168.1.2/24'],
      rs2: ['eth0 private 192.168.1.3/24'],
    });
  });

  test('sends the real servers’ replies to the NAT router address', () => {
    expect(topology.realServers.map(({ routes }) => routes)).toEqual([
      [{ to: 'default', via: '192.168.1.254', device: 'eth0', table: 'main' }],
      [{ to: 'default', via: '192.168.1.254', device: 'eth0', table: 'main' }],
    ]);
  });

  test('knows what floats and what to try', () => {
    expect(topology.floating).toEqual(['1.2.3.1', '192.168.1.254']);
    expect(topology.targets).toMatchObject([
      { name: 'web', probes: [{ protocol: 'tcp', address: '1.2.3.1', port: 80 }], reason: null },
    ]);
  });
});

test('without routers there is one, with addresses of its own', () => {
  const { routers } = topologyOfFile(`public: { device: eth0 }
private: { device: eth1, nat-router: 10.0.0.1/32 }
virtual-servers:
  web: { address: tcp://203.0.113.11:80, real-servers: [10.0.0.11] }
`);
  expect(routers).toHaveLength(1);
  expect(routers[0]).toMatchObject({ name: 'lvs1', ssh: [{ address: '10.0.0.12' }] });
  // .11 is taken on both networks.
  expect(routers.flatMap(addressesOf)).toEqual(['eth0 public 203.0.113.12/24', 'eth1 private 10.0.0.12/24']);
});

test('a router has the address of each of its ssh destinations on the network that it is in', () => {
  const { routers } = topologyOfFile(`routers:
  a: { ssh: [root@10.0.0.21, root@203.0.113.31] }
  b: { ssh: [root@10.0.0.22, "ssh://admin@b.example.net:2222"] }
public: { device: eth0 }
private: { device: eth1, nat-router: 10.0.0.1/32 }
virtual-servers:
  web: { address: tcp://203.0.113.1:80, real-servers: [10.0.0.2] }
`);
  expect(routers.map(addressesOf)).toEqual([
    ['eth0 public 203.0.113.31/24', 'eth1 private 10.0.0.21/24'],
    ['eth0 public 203.0.113.12/24', 'eth1 private 10.0.0.22/24'],
  ]);
  expect(routers[0]?.ssh.map(({ address }) => address)).toEqual(['10.0.0.21', '203.0.113.31']);
  expect(routers[1]?.ssh).toEqual([
    { user: 'root', host: '10.0.0.22', address: '10.0.0.22', port: 22 },
    { user: 'admin', host: 'b.example.net', address: '10.0.0.22', port: 2222 },
  ]);
});

test('devices are called what each router calls them, and virtual servers may have their own', () => {
  const topology = topologyOfFile(`routers:
  a: { ssh: root@10.9.9.1, devices: { eth0: ens3 } }
  b: { ssh: ssh://admin@b.example.net:2222 }
public: { device: eth0 }
private: { device: eth1, nat-router: 10.0.0.1/32 }
sync: { device: eth7, id: 1 }
virtual-servers:
  web: { address: tcp://203.0.113.1:80, real-servers: [10.0.0.2] }
  mail: { address: tcp://198.51.100.1:25, device: eth2, real-servers: [10.0.0.2] }
`);
  expect(hostsOf(topology)).toEqual({
    client: ['eth0 public 203.0.113.100/24', 'eth1 public-eth2 198.51.100.100/24'],
    a: [
      'ens3 public 203.0.113.11/24',
      'eth2 public-eth2 198.51.100.11/24',
      'eth1 private 10.0.0.11/24',
      'eth7 synchronisation 198.18.3.11/24',
      'mgmt0 management 10.9.9.1/24',
    ],
    b: [
      'eth0 public 203.0.113.12/24',
      'eth2 public-eth2 198.51.100.12/24',
      'eth1 private 10.0.0.12/24',
      'eth7 synchronisation 198.18.3.12/24',
      'mgmt0 management 10.9.9.12/24',
    ],
    rs1: ['eth0 private 10.0.0.2/24'],
  });
  expect(topology.routers[1]?.ssh).toEqual([
    { user: 'admin', host: 'b.example.net', address: '10.9.9.12', port: 2222 },
  ]);
  expect(topology.realServers[0]?.listeners).toEqual([
    { protocol: 'tcp', address: '10.0.0.2', port: 80, by: '10.0.0.2:80' },
    { protocol: 'tcp', address: '10.0.0.2', port: 25, by: '10.0.0.2:25' },
  ]);
});

test('IPv6', () => {
  const topology = topologyOfFile(`public: { device: eth0 }
private: { device: eth1, nat-router: fd00::1 }
virtual-servers:
  dns: { address: 'udp://[2001:db8::1]:53', real-servers: ['fd00::2'] }
`);
  expect(hostsOf(topology)).toEqual({
    client: ['eth0 public 2001:db8::100/64'],
    lvs1: ['eth0 public 2001:db8::11/64', 'eth1 private fd00::11/64'],
    rs1: ['eth0 private fd00::2/64'],
  });
  expect(topology.realServers[0]?.routes).toEqual([{ to: 'default', via: 'fd00::1', device: 'eth0', table: 'main' }]);
  expect(topology.targets[0]?.probes).toEqual([{ protocol: 'udp', address: '2001:db8::1', port: 53 }]);
});

test('many real servers share sixteen hosts', () => {
  const reals = Array.from({ length: 40 }, (_, index) => `10.0.0.${index + 2}`);
  const { realServers } = topologyOfFile(`public: { device: eth0 }
private: { device: eth1, nat-router: 10.0.0.1/32 }
virtual-servers:
  web: { address: tcp://203.0.113.1:80, real-servers: [${reals.join(', ')}] }
`);
  expect(realServers).toHaveLength(16);
  expect(realServers.flatMap(({ listeners }) => listeners.map(({ address }) => address)).sort()).toEqual(reals.sort());
});

test.each([
  ['state: disabled, real-servers: [10.0.0.2]', 'it is disabled in lvs.yaml'],
  ['real-servers: []', 'no real server takes new connections'],
  ['real-servers: [{ address: 10.0.0.2, state: drain }]', 'no real server takes new connections'],
  ['real-servers: [10.0.0.1]', "10.0.0.1 is no machine of its own, but a router's or a floating address"],
  ['real-servers: [127.0.0.1]', "127.0.0.1 is no machine of its own, but a router's or a floating address"],
])('a virtual server with %s is not tried', (rest, reason) => {
  const { targets } = topologyOfFile(`public: { device: eth0 }
private: { device: eth1, nat-router: 10.0.0.1/32 }
virtual-servers:
  web: { address: tcp://203.0.113.1:80, ${rest} }
`);
  expect(targets).toMatchObject([{ probes: [], reason }]);
});

test('no address is given twice, and hosts have different names', () => {
  const octet = fc.integer({ min: 1, max: 254 });
  fc.assert(
    fc.property(
      fc.uniqueArray(octet, { minLength: 2, maxLength: 6 }),
      fc.uniqueArray(octet, { minLength: 3, maxLength: 30 }),
      fc.boolean(),
      (publicNumbers, privateNumbers, oneNetwork) => {
        const prefix = oneNetwork ? '203.0.113' : '10.0.0';
        const inside = privateNumbers.filter((number) => !oneNetwork || !publicNumbers.includes(number));
        fc.pre(inside.length > 2);
        const [nat, ssh, ...reals] = inside.map((number) => `${prefix}.${number}`);
        const virtualServers = publicNumbers.map(
          (number) => `  v${number}: { address: tcp://203.0.113.${number}:80, real-servers: [${reals.join(', ')}] }\n`,
        );
        const topology = topologyOfFile(`routers: { rs1: { ssh: root@${ssh} }, client: { ssh: lvs2.example.net } }
public: { device: eth0 }
private: { device: eth1, nat-router: ${nat}/32 }
virtual-servers:
${virtualServers.join('')}`);
        const hosts = [topology.client, ...topology.routers, ...topology.realServers];
        const given = hosts.flatMap(({ interfaces }) => interfaces.flatMap(({ addresses }) => addresses));
        const all = [...given.map((address) => address.replace(/\/.*/, '')), ...topology.floating];
        expect(new Set(all).size).toBe(all.length);
        expect(new Set(hosts.map(({ name }) => name)).size).toBe(hosts.length);
      },
    ),
    { numRuns: 50 },
  );
});
