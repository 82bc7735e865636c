import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { effort } from '../support/effort.ts';
import { example } from './example.ts';

test('every key of the example arrives in the model', async () => {
  const { cluster, file, text } = parseConfig(example, '/etc/lvs/lvs.yaml');
  expect([file, text]).toEqual(['/etc/lvs/lvs.yaml', example]);
  await expect(cluster).toMatchFileSnapshot('example.model.txt');
});

test('what is left out has its default', () => {
  const { cluster } = parseConfig(
    'public: { device: eth0 }\nvirtual-servers:\n  web: { address: "tcp://1.2.3.1:80" }',
    'f',
  );
  expect(cluster).toEqual({
    routers: [],
    public: { device: 'eth0', prefix: 32 },
    private: null,
    sync: null,
    failover: { engine: 'manual', advertInterval: 0.1, virtualRouterId: 51, boot: 'wait', control: null },
    timeouts: null,
    settings: new Map(),
    virtualServers: [
      {
        name: 'web',
        id: { protocol: 'tcp', address: '1.2.3.1', port: 80 },
        floating: ['1.2.3.1'],
        device: null,
        label: null,
        scheduler: 'wlc',
        flags: [],
        persistent: null,
        netmask: null,
        persistenceEngine: null,
        onePacket: false,
        enabled: true,
        check: null,
        load: null,
        onFailure: 'quiesce',
        slowStart: null,
        whenAllFail: 'closed',
        sorryServer: null,
        realServers: [],
      },
    ],
  });
});

test('empty sections count as left out', () => {
  const { cluster } = parseConfig('routers:\npublic:\nsettings:\nvirtual-servers:\n', 'f');
  expect(cluster.virtualServers).toEqual([]);
});

test.each([
  ['255.255.255.0', 24],
  ['24', 24],
  ['/24', 24],
  ['255.255.255.255', null],
  ['32', null],
])('netmask %s is %s', (netmask, prefix) => {
  const text = `public: { device: eth0 }\nvirtual-servers:\n  web: { address: "tcp://1.2.3.1:80", persistent: 5m, netmask: ${netmask} }`;
  expect(parseConfig(text, 'f').cluster.virtualServers[0]).toMatchObject({ persistent: 300, netmask: prefix });
});

test('numbered flags get the names that the kernel prints for them', () => {
  const text =
    'public: { device: eth0 }\nvirtual-servers:\n  web: { address: "tcp://1.2.3.1:80", scheduler: mh, flags: [flag-2, flag-1, mh-port] }';
  expect(parseConfig(text, 'f').cluster.virtualServers[0]?.flags).toEqual(['mh-fallback', 'mh-port']);
});

test('virtual servers that share an address say device and label once', () => {
  const text = `public: { device: eth0 }
virtual-servers:
  web: { address: "tcp://1.2.3.1:80" }
  tls: { address: "tcp://1.2.3.1:443", device: eth2, label: "eth2:1" }
`;
  const { virtualServers } = parseConfig(text, 'f').cluster;
  expect(virtualServers.map(({ device, label }) => [device, label])).toEqual([
    ['eth2', 'eth2:1'],
    ['eth2', 'eth2:1'],
  ]);
});

test('anchors and merge keys are understood', () => {
  const text = `public: { device: eth0 }
virtual-servers:
  web: &shop
    address: tcp://1.2.3.1:80
    scheduler: wrr
    real-servers: &machines [192.168.1.2]
  tls: { <<: *shop, address: "tcp://1.2.3.1:443", real-servers: *machines }
`;
  const { virtualServers } = parseConfig(text, 'f').cluster;
  expect(virtualServers[1]).toMatchObject({ scheduler: 'wrr', realServers: [{ address: '192.168.1.2', port: 443 }] });
});

test('an anchor may be used any number of times', () => {
  const servers = Array.from(
    { length: 3000 },
    (_, port) => `  vs${port}: { <<: *base, address: "tcp://1.2.3.1:${port + 2}" }`,
  );
  const base = '  base: &base { address: "tcp://1.2.3.1:1", real-servers: [192.168.1.2] }';
  const text = ['public: { device: eth0 }', 'virtual-servers:', base, ...servers].join('\n');
  expect(parseConfig(text, 'f').cluster.virtualServers).toHaveLength(3001);
});

test('40,000 real servers are read in reasonable time, with or without mistakes', () => {
  const text = large(4000, 10);
  const milliseconds = effort(() => {
    expect(parseConfig(text, 'f').cluster.virtualServers).toHaveLength(4000);
    expect(() => parseConfig(text.replaceAll('weight: 2', 'weight: x'), 'f')).toThrow('f has 4000 mistakes');
  });
  expect(milliseconds).toBeLessThan(15_000);
});

function large(virtualServers: number, realServers: number): string {
  const lines = ['public: { device: eth0 }', 'virtual-servers:'];
  for (let number = 0; number < virtualServers; number++) {
    lines.push(`  vs${number}:`, `    address: tcp://10.1.${number >> 8}.${number & 255}:80`, '    real-servers:');
    lines.push('      - { address: 192.168.255.1, weight: 2 }');
    for (let real = 1; real < realServers; real++) lines.push(`      - 192.168.${real}.${number & 255}`);
  }
  return lines.join('\n');
}

test('the example of the manual page is sound', () => {
  const page = readFileSync('man/lvs.yaml.5', 'utf8');
  const [, example = ''] = /^\.Sh EXAMPLES[\s\S]*?^\.Bd .*\n([\s\S]*?)^\.Ed/m.exec(page) ?? [];
  expect(parseConfig(example, 'f').cluster.virtualServers.map(({ name }) => name)).toEqual(['web', 'dns', 'shop']);
});
