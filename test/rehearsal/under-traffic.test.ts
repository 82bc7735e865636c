import { expect, test } from 'vitest';
import type { Target } from '../../src/rehearsal/topology/topology.ts';
import { endpointsOf, underTraffic } from '../../src/rehearsal/under-traffic.ts';
import { topologyOfFile } from './clusters.ts';

function targetsWith(virtualServers: readonly string[]): Target[] {
  const lines = virtualServers.map((rest, index) => `  v${index}: { ${rest} }\n`);
  return [
    ...topologyOfFile(`public: { device: eth0 }
private: { device: eth1, nat-router: 10.0.0.1/32 }
virtual-servers:
${lines.join('')}`).targets,
  ];
}

const many = Array.from(
  { length: 20 },
  (_, index) => `address: tcp://203.0.113.${index + 1}:80, real-servers: [10.0.0.2]`,
);

test('of many alike, ten have traffic', () => {
  expect(underTraffic(targetsWith(many))).toHaveLength(10);
});

test('one of each kind has traffic, however late it comes', () => {
  const direct = 'address: tcp://203.0.113.99:80, forward: direct, real-servers: [10.0.0.2]';
  const gre = 'address: tcp://203.0.113.98:80, forward: tunnel, tunnel: { type: gre }, real-servers: [10.0.0.2]';
  const names = underTraffic(targetsWith([...many, direct, gre])).map(({ name }) => name);
  expect(names).toHaveLength(10);
  expect(names).toEqual(expect.arrayContaining(['v0', 'v20', 'v21']));
});

test('SCTP, calls, and what is not tried or does not float have none', () => {
  const targets = targetsWith([
    'address: sctp://203.0.113.1:80, real-servers: [10.0.0.2]',
    'address: udp://203.0.113.1:5060, persistent: 60, persistence-engine: sip, real-servers: [10.0.0.2]',
    'address: tcp://203.0.113.1:81, real-servers: []',
    'address: fwmark:7, family: ipv4, real-servers: [10.0.0.2]',
  ]);
  expect(underTraffic(targets)).toEqual([]);
});

test('traffic goes to one endpoint of each protocol', () => {
  const [mark] = targetsWith(['address: fwmark:7, floating: [203.0.113.1], real-servers: [10.0.0.2]']);
  expect(mark === undefined ? [] : endpointsOf(mark)).toEqual([
    { protocol: 'tcp', address: '203.0.113.1', port: 80 },
    { protocol: 'udp', address: '203.0.113.1', port: 80 },
  ]);
});
