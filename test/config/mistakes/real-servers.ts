import { type Case, realServers, virtualServer, web } from './case.ts';

export const mistakesInRealServers: readonly Case[] = [
  [
    'a real server of the other family',
    realServers('- 2001:db8::2'),
    [
      '6:9 virtual-servers.web.real-servers[0]: found "2001:db8::2"; allowed: ipv4, like the virtual server; another family only with forward: tunnel',
    ],
  ],
  [
    'a tunnel to the other family beside synchronisation',
    `${web('forward: tunnel\nreal-servers: [2001:db8::2]')}sync: { device: eth1 }\n`,
    [
      '6:20 virtual-servers.web.real-servers[0]: found "2001:db8::2"; allowed: ipv4, like the virtual server; another family only without sync',
    ],
  ],
  [
    'a port mapping under direct',
    web('forward: direct\nreal-servers: [192.168.1.2:8080]'),
    [
      '6:20 virtual-servers.web.real-servers[0]: found "192.168.1.2:8080"; allowed: port 80, since forward: direct cannot map ports',
    ],
  ],
  [
    'a port mapping under tunnel',
    realServers('- { address: 192.168.1.2:8080, forward: tunnel }'),
    [
      '6:20 virtual-servers.web.real-servers[0].address: found "192.168.1.2:8080"; allowed: port 80, since forward: tunnel cannot map ports',
    ],
  ],
  [
    'a port under direct for a mark',
    virtualServer('address: fwmark:7\nfloating: [1.2.3.1]\nforward: direct\nreal-servers: [192.168.1.2:80]'),
    [
      '7:20 virtual-servers.web.real-servers[0]: found "192.168.1.2:80"; allowed: no port, since forward: direct cannot map ports',
    ],
  ],
  [
    'a real port 0',
    realServers('- 192.168.1.2:0'),
    ['6:9 virtual-servers.web.real-servers[0]: found "192.168.1.2:0"; allowed: a port from 1 to 65535, or none for 80'],
  ],
  [
    'one real server twice',
    realServers('- 192.168.1.2\n- { address: 192.168.1.2:80, weight: 2 }'),
    [
      '7:20 virtual-servers.web.real-servers[1].address: found "192.168.1.2:80"; allowed: each real server once; 192.168.1.2:80 stands above',
    ],
  ],
  [
    'a multicast real server',
    realServers('- 224.0.0.1'),
    [
      '6:9 virtual-servers.web.real-servers[0]: found "224.0.0.1"; allowed: the address of one machine; this one is multicast',
    ],
  ],
  [
    'lower above upper',
    realServers('- { address: 192.168.1.2, upper-threshold: 5, lower-threshold: 6 }'),
    ['6:70 virtual-servers.web.real-servers[0].lower-threshold: found 6; allowed: at most upper-threshold, 5'],
  ],
  [
    'lower without upper',
    realServers('- { address: 192.168.1.2, lower-threshold: 6 }'),
    [
      '6:50 virtual-servers.web.real-servers[0].lower-threshold: found 6; allowed: lower-threshold only with upper-threshold',
    ],
  ],
  [
    'tunnel options without tunnel',
    web('tunnel: { type: gre }'),
    ['5:13 virtual-servers.web.tunnel: found a mapping; allowed: tunnel only with forward: tunnel; here it is masq'],
  ],
  [
    'gue without a port',
    web('forward: tunnel\ntunnel: { type: gue }'),
    ['6:21 virtual-servers.web.tunnel.type: found "gue"; allowed: gue only with a port'],
  ],
  [
    'a port for ipip',
    web('forward: tunnel\ntunnel: { port: 6080 }'),
    ['6:21 virtual-servers.web.tunnel.port: found 6080; allowed: a port only for gue; this is ipip'],
  ],
  [
    'remcsum for gre',
    web('forward: tunnel\ntunnel: { type: gre, checksum: remcsum }'),
    ['6:36 virtual-servers.web.tunnel.checksum: found "remcsum"; allowed: none, csum, since this is gre'],
  ],
  [
    'a checksum for ipip',
    web('forward: tunnel\ntunnel: { checksum: csum }'),
    ['6:25 virtual-servers.web.tunnel.checksum: found "csum"; allowed: none, since this is ipip'],
  ],
  [
    'an unknown key of tunnel',
    web('forward: tunnel\ntunnel: { typ: gre }'),
    ['6:15 virtual-servers.web.tunnel.typ: unknown key "typ"; allowed: type, port, checksum; did you mean "type"?'],
  ],
  [
    'a sorry server of the other family',
    web('check: tcp\nsorry-server: "[2001:db8::9]:80"'),
    [
      '6:19 virtual-servers.web.sorry-server: found "[2001:db8::9]:80"; allowed: ipv4, like the virtual server; another family only with forward: tunnel',
    ],
  ],
  [
    'a weight that no number can hold, said once',
    realServers('- { address: 192.168.1.2, weight: 99999999999999999999 }'),
    [
      '6:41 virtual-servers.web.real-servers[0].weight: found 100000000000000000000; allowed: a whole number from 0 to 2147483647',
    ],
  ],
  [
    'numbers with leading zeros',
    realServers('- { address: 192.168.1.2, weight: 010 }\n- { address: 192.168.1.3, weight: "08" }'),
    [
      '6:41 virtual-servers.web.real-servers[0].weight: found 010; allowed: numbers without leading zeros; "010" may be read as octal; write 10',
      '7:41 virtual-servers.web.real-servers[1].weight: found "08"; allowed: a whole number from 0 to 2147483647; "08" may be read as octal; write 8',
    ],
  ],
  [
    'durations with leading zeros',
    web('persistent: 0300s'),
    [
      '5:17 virtual-servers.web.persistent: found "0300s"; allowed: seconds, or a number with ms, s, m or h, in whole seconds, from 1 s to 2678400 s; "0300s" may be read as octal; write 300s',
    ],
  ],
];
