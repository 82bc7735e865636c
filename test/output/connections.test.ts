import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { selectVirtualServer } from '../../src/config/select.ts';
import { parseConnections } from '../../src/grammar/connections.ts';
import { connectionsDocument, renderConnections } from '../../src/output/connections.ts';

const { cluster } = parseConfig(
  `public: { device: eth0 }
virtual-servers:
  any: { address: tcp://1.2.3.1:0, persistent: 300 }
  web: { address: tcp://1.2.3.1:80 }
  off: { address: tcp://1.2.3.1:81, state: disabled }
  old: { address: tcp://1.2.3.9:80, state: disabled }
  mark: { address: fwmark:7, floating: [1.2.3.2], persistent: 300 }
  dns: { address: udp://1.2.3.2:53 }
  mark6: { address: fwmark:7, floating: ["2001:db8::2"], persistent: 300 }
  shared: { address: fwmark:8, floating: [1.2.3.3, 1.2.3.4] }
  sharer: { address: fwmark:9, floating: [1.2.3.3] }
  loose: { address: fwmark:10, family: ipv4, persistent: 300 }
`,
  'lvs.yaml',
);

const table = parseConnections(`IPVS connection entries
pro expire state       source             virtual            destination
TCP 14:51  ESTABLISHED 1.2.3.100:1        1.2.3.1:22         192.168.1.2:22
TCP 14:51  ESTABLISHED 1.2.3.100:2        1.2.3.1:80         192.168.1.2:80
TCP 14:51  ESTABLISHED 1.2.3.100:3        1.2.3.1:81         192.168.1.2:81
TCP 04:51  ASSURED     1.2.3.100:0        1.2.3.1:0          192.168.1.2:0
UDP 14:51  UDP         1.2.3.100:4        1.2.3.1:22         192.168.1.2:22
TCP 14:51  FIN_WAIT    1.2.3.100:5        1.2.3.9:80         192.168.1.2:80
TCP 14:51  ESTABLISHED 1.2.3.100:6        1.2.3.2:443        192.168.1.2:443
UDP 14:51  UDP         1.2.3.100:7        1.2.3.2:53         192.168.1.2:53
IP  00:51  ASSURED     1.2.3.100:0        0.0.0.7:0          192.168.1.2:0
IP  00:51  ASSURED     [2001:db8::100]:0  [0:7::]:0          [fd00::2]:0
TCP 14:51  ESTABLISHED [2001:db8::100]:8  [2001:db8::2]:80   [fd00::2]:80
TCP 14:51  ESTABLISHED 1.2.3.100:9        1.2.3.3:80         192.168.1.2:80
TCP 14:51  ESTABLISHED 1.2.3.100:10       1.2.3.4:80         192.168.1.2:80
IP  00:51  ASSURED     1.2.3.100:0        0.0.0.10:0         192.168.1.2:0
`);

const documentOf = (name: string | null) =>
  connectionsDocument(cluster, 'lvs.yaml', 'lvs1', table, name === null ? null : selectVirtualServer(cluster, name));

describe('connections of', () => {
  test.each([
    ['any', ['1.2.3.100:1', '1.2.3.100:3', '1.2.3.100:0']],
    ['web', ['1.2.3.100:2']],
    ['off', []],
    ['old', ['1.2.3.100:5']],
    ['mark', ['1.2.3.100:6', '1.2.3.100:0']],
    ['dns', ['1.2.3.100:7']],
    ['mark6', ['[2001:db8::100]:0', '[2001:db8::100]:8']],
    ['shared', ['1.2.3.100:10']],
    ['sharer', []],
    ['loose', ['1.2.3.100:0']],
  ])('%s', (name, clients) => {
    expect(documentOf(name).connections.map(({ client }) => client)).toEqual(clients);
  });

  test('all ports are summed as one virtual server', () => {
    expect(documentOf('any').summary).toMatchObject([
      { virtual: 'tcp://1.2.3.1:0', realServer: '192.168.1.2:0', connections: 0, templates: 1 },
      { virtual: 'tcp://1.2.3.1:0', realServer: '192.168.1.2:22', connections: 1, templates: 0 },
      { virtual: 'tcp://1.2.3.1:0', realServer: '192.168.1.2:81', connections: 1, templates: 0 },
    ]);
  });

  test('all virtual servers are all there are', () => {
    const { connections, notes } = documentOf(null);
    expect(connections).toHaveLength(table.length);
    expect(notes).toEqual([]);
  });
});

describe('what the kernel does not tell is said', () => {
  test.each([
    ['mark', []],
    ['any', []],
    [
      'loose',
      [
        'which connections are those of fwmark:10 cannot be told: the kernel shows no marks of connections, and no address floats for it',
      ],
    ],
    [
      'sharer',
      [
        'which connections to 1.2.3.3 are those of fwmark:9 cannot be told: the kernel shows no marks of connections, and it shares the address with another mark',
      ],
    ],
  ])('of %s', (name, notes) => {
    expect(documentOf(name).notes).toEqual(notes);
  });

  test('to people, too', () => {
    expect(renderConnections(documentOf('sharer'), false)).toMatch(
      /^configuration .*\nlvs1 has no connections\nnote: which connections/,
    );
  });
});
