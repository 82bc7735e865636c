import { type Case, virtualServer, web } from './case.ts';

export const mistakesInVirtualServers: readonly Case[] = [
  [
    'mark 0',
    virtualServer('address: fwmark:0\nfamily: ipv4'),
    ['4:14 virtual-servers.web.address: found "fwmark:0"; allowed: a firewall mark from 1 to 4294967295'],
  ],
  [
    'a mark without floating',
    virtualServer('address: fwmark:7'),
    [
      '4:14 virtual-servers.web.address: found "fwmark:7"; allowed: a firewall mark with floating, or with family where no address floats',
    ],
  ],
  [
    'a mark of both families',
    virtualServer('address: fwmark:7\nfloating: [1.2.3.1, "2001:db8::1"]'),
    ['5:15 virtual-servers.web.floating: found [1.2.3.1, 2001:db8::1]; allowed: addresses of one family for one mark'],
  ],
  [
    'a mark with an address twice',
    virtualServer('address: fwmark:7\nfloating: [1.2.3.1, 1.2.3.1]'),
    ['5:15 virtual-servers.web.floating: found [1.2.3.1, 1.2.3.1]; allowed: each address once'],
  ],
  [
    'a family that contradicts floating',
    virtualServer('address: fwmark:7\nfamily: ipv6\nfloating: [1.2.3.1]'),
    ['5:13 virtual-servers.web.family: found "ipv6"; allowed: ipv4, since the floating addresses are'],
  ],
  [
    'floating without a mark',
    web('floating: [1.2.3.1]'),
    [
      '5:15 virtual-servers.web.floating: found [1.2.3.1]; allowed: floating with firewall marks alone; here address says it all',
    ],
  ],
  [
    'family without a mark',
    web('family: ipv4'),
    [
      '5:13 virtual-servers.web.family: found "ipv4"; allowed: family with firewall marks alone; here address says it all',
    ],
  ],
  [
    'an empty floating',
    virtualServer('address: fwmark:7\nfloating: []'),
    ['5:15 virtual-servers.web.floating: found []; allowed: at least one address'],
  ],
  [
    'one triplet twice',
    `${web('state: enabled')}  mail: { address: "tcp://1.2.3.1:80" }\n`,
    [
      '6:20 virtual-servers.mail.address: found "tcp://1.2.3.1:80"; allowed: an address of its own: virtual server "web" has tcp://1.2.3.1:80 already',
    ],
  ],
  [
    'one IPv6 triplet written in two ways',
    `${virtualServer('address: tcp://[2001:db8::1]:80')}  mail: { address: "tcp://[2001:DB8:0::0:1]:80" }\n`,
    [
      '5:20 virtual-servers.mail.address: found "tcp://[2001:DB8:0::0:1]:80"; allowed: an address of its own: virtual server "web" has tcp://[2001:db8::1]:80 already',
    ],
  ],
  [
    'one mark twice',
    `${virtualServer('address: fwmark:7\nfamily: ipv4')}  mail: { address: fwmark:7, floating: [1.2.3.1] }\n`,
    [
      '6:20 virtual-servers.mail.address: found "fwmark:7"; allowed: an address of its own: virtual server "web" has fwmark:7 already',
    ],
  ],
  [
    'port 0 without persistent',
    virtualServer('address: tcp://1.2.3.1:0'),
    [
      '4:14 virtual-servers.web.address: found "tcp://1.2.3.1:0"; allowed: a port from 1 to 65535; port 0, all ports, needs persistent',
    ],
  ],
  [
    'a netmask without persistent',
    web('netmask: 255.255.255.0'),
    ['5:14 virtual-servers.web.netmask: found "255.255.255.0"; allowed: netmask only with persistent'],
  ],
  [
    'a persistence engine without persistent',
    web('persistence-engine: sip'),
    ['5:25 virtual-servers.web.persistence-engine: found "sip"; allowed: persistence-engine only with persistent'],
  ],
  [
    'an unknown persistence engine',
    web('persistent: 300\npersistence-engine: spi'),
    ['6:25 virtual-servers.web.persistence-engine: found "spi"; allowed: sip; did you mean "sip"?'],
  ],
  [
    'a netmask with a gap',
    web('persistent: 300\nnetmask: 255.0.255.0'),
    [
      '6:14 virtual-servers.web.netmask: found "255.0.255.0"; allowed: a netmask such as 255.255.255.0, or a prefix length from 1 to 32 (IPv6: 128); its ones must come first and without a gap',
    ],
  ],
  [
    'a dotted netmask for IPv6',
    virtualServer('address: tcp://[2001:db8::1]:80\npersistent: 300\nnetmask: 255.255.255.0'),
    [
      '6:14 virtual-servers.web.netmask: found "255.255.255.0"; allowed: a prefix length from 1 to 128, since this is IPv6',
    ],
  ],
  [
    'a netmask too long for IPv4',
    web('persistent: 300\nnetmask: 64'),
    ['6:14 virtual-servers.web.netmask: found 64; allowed: a prefix length from 1 to 32, since this is IPv4'],
  ],
  [
    'persistent 0',
    web('persistent: 0'),
    [
      '5:17 virtual-servers.web.persistent: found 0; allowed: seconds, or a number with ms, s, m or h, in whole seconds, from 1 s to 2678400 s',
    ],
  ],
  [
    'persistent in parts of seconds',
    web('persistent: 1500ms'),
    [
      '5:17 virtual-servers.web.persistent: found "1500ms"; allowed: seconds, or a number with ms, s, m or h, in whole seconds, from 1 s to 2678400 s',
    ],
  ],
  [
    'a duration without sense',
    web('check: { tcp: true, interval: soon }'),
    [
      '5:35 virtual-servers.web.check.interval: found "soon"; allowed: seconds, or a number with ms, s, m or h, from 0.1 s to 3600 s',
    ],
  ],
  [
    'one-packet on TCP',
    web('one-packet: true'),
    [
      '5:17 virtual-servers.web.one-packet: found true; allowed: false for TCP; one-packet needs UDP or a firewall mark',
    ],
  ],
  [
    'a flag of another scheduler',
    web('scheduler: wrr\nflags: [sh-port]'),
    ['6:13 virtual-servers.web.flags[0]: found "sh-port"; allowed: flags of scheduler wrr; this one belongs to sh'],
  ],
  [
    'an unknown flag',
    web('scheduler: sh\nflags: [sh-prot]'),
    [
      '6:13 virtual-servers.web.flags[0]: found "sh-prot"; allowed: sh-port, sh-fallback, mh-port, mh-fallback, flag-1, flag-2, flag-3; did you mean "sh-port"?',
    ],
  ],
  [
    'flag-3 under sh',
    web('scheduler: sh\nflags: [flag-3]'),
    [
      '6:13 virtual-servers.web.flags[0]: found "flag-3"; allowed: sh-fallback, sh-port; ipvsadm cannot save and restore it under this scheduler',
    ],
  ],
];
