import { type Case, publicNetwork, realServers, schedulers, virtualServer, virtualServerKeys, web } from './case.ts';

export const mistakesInStructure: readonly Case[] = [
  [
    'an unknown section',
    `${publicNetwork}virtual-server: {}\n`,
    [
      '2:1 virtual-server: unknown key "virtual-server"; allowed: routers, public, private, sync, failover, timeouts, settings, virtual-servers; did you mean "virtual-servers"?',
    ],
  ],
  [
    'an unknown key',
    web('schedular: rr'),
    [
      `5:5 virtual-servers.web.schedular: unknown key "schedular"; allowed: ${virtualServerKeys}; did you mean "scheduler"?`,
    ],
  ],
  [
    'an unknown key without a near one',
    web('zzzzzzzz: 1'),
    [`5:5 virtual-servers.web.zzzzzzzz: unknown key "zzzzzzzz"; allowed: ${virtualServerKeys}`],
  ],
  [
    'an unknown key of a real server',
    realServers('- { address: 192.168.1.2, wieght: 2 }'),
    [
      '6:33 virtual-servers.web.real-servers[0].wieght: unknown key "wieght"; allowed: address, weight, forward, tunnel, upper-threshold, lower-threshold, state; did you mean "weight"?',
    ],
  ],
  [
    'a misspelt required key',
    virtualServer('adress: tcp://1.2.3.1:80'),
    [`4:5 virtual-servers.web.adress: unknown key "adress"; allowed: ${virtualServerKeys}; did you mean "address"?`],
  ],
  [
    'a missing address',
    virtualServer('scheduler: rr'),
    [
      '3:3 virtual-servers.web.address: "address" is missing; allowed: tcp://, udp:// or sctp:// with ADDRESS:PORT, or fwmark:MARK',
    ],
  ],
  [
    'a missing ssh',
    'routers:\n  lvs1: { sudo: true }\n',
    [
      '2:3 routers.lvs1.ssh: "ssh" is missing; allowed: a destination of ssh(1): HOST, USER@HOST or ssh://USER@HOST:PORT, or a list of them',
    ],
  ],
  [
    'no mapping for a virtual server',
    `${publicNetwork}virtual-servers:\n  web: tcp://1.2.3.1:80\n`,
    ['3:8 virtual-servers.web: found "tcp://1.2.3.1:80"; allowed: a mapping with address'],
  ],
  [
    'an empty virtual server',
    `${publicNetwork}virtual-servers:\n  web:\n`,
    ['3:3 virtual-servers.web: found nothing; allowed: a mapping with address'],
  ],
  [
    'a list of virtual servers',
    `${publicNetwork}virtual-servers:\n  - web\n`,
    ['3:3 virtual-servers: found [web]; allowed: a mapping of names to virtual servers'],
  ],
  [
    'real servers that are no list',
    web('real-servers: 192.168.1.2'),
    ['5:19 virtual-servers.web.real-servers: found "192.168.1.2"; allowed: a list of real servers'],
  ],
  [
    'a real server that is a number',
    realServers('- 5'),
    ['6:9 virtual-servers.web.real-servers[0]: found 5; allowed: ADDRESS, ADDRESS:PORT or a mapping with address'],
  ],
  [
    'an unknown scheduler',
    web('scheduler: wlcc'),
    [`5:16 virtual-servers.web.scheduler: found "wlcc"; allowed: ${schedulers}; did you mean "wlc"?`],
  ],
  [
    'an unknown scheduler without a near one',
    web('scheduler: fastest'),
    [`5:16 virtual-servers.web.scheduler: found "fastest"; allowed: ${schedulers}`],
  ],
  [
    'yes for true',
    web('one-packet: yes'),
    ['5:17 virtual-servers.web.one-packet: found "yes"; allowed: true, false; did you mean true?'],
  ],
  [
    'a state of real servers for a virtual server',
    web('state: drain'),
    ['5:12 virtual-servers.web.state: found "drain"; allowed: enabled, disabled'],
  ],
  [
    'an unknown forwarding',
    web('forward: nat'),
    ['5:14 virtual-servers.web.forward: found "nat"; allowed: masq, direct, tunnel'],
  ],
  [
    'a weight that is text',
    realServers('- { address: 192.168.1.2, weight: heavy }'),
    ['6:41 virtual-servers.web.real-servers[0].weight: found "heavy"; allowed: a whole number from 0 to 2147483647'],
  ],
  [
    'a negative weight',
    realServers('- { address: 192.168.1.2, weight: -1 }'),
    ['6:41 virtual-servers.web.real-servers[0].weight: found -1; allowed: a whole number from 0 to 2147483647'],
  ],
  [
    'a weight too large',
    realServers('- { address: 192.168.1.2, weight: 2147483648 }'),
    ['6:41 virtual-servers.web.real-servers[0].weight: found 2147483648; allowed: a whole number from 0 to 2147483647'],
  ],
  [
    'a fractional weight',
    realServers('- { address: 192.168.1.2, weight: 1.5 }'),
    ['6:41 virtual-servers.web.real-servers[0].weight: found 1.5; allowed: a whole number from 0 to 2147483647'],
  ],
  [
    'a port out of range',
    virtualServer('address: tcp://1.2.3.1:65536'),
    ['4:14 virtual-servers.web.address: found "tcp://1.2.3.1:65536"; allowed: a port from 0 to 65535'],
  ],
  [
    'a real port out of range',
    realServers('- 192.168.1.2:99999'),
    ['6:9 virtual-servers.web.real-servers[0]: found "192.168.1.2:99999"; allowed: a port from 0 to 65535'],
  ],
  [
    'a leading zero',
    realServers('- 192.168.010.2'),
    [
      '6:9 virtual-servers.web.real-servers[0]: found "192.168.010.2"; allowed: an IPv4 or IPv6 address, with or without :PORT; "010" would be read as octal; write 192.168.10.2',
    ],
  ],
  [
    'an octet out of range',
    realServers('- 192.168.1.256'),
    [
      '6:9 virtual-servers.web.real-servers[0]: found "192.168.1.256"; allowed: an IPv4 or IPv6 address, with or without :PORT; each of its four numbers is from 0 to 255',
    ],
  ],
  [
    'a host name',
    realServers('- www.example.com'),
    [
      '6:9 virtual-servers.web.real-servers[0]: found "www.example.com"; allowed: an IPv4 or IPv6 address, with or without :PORT; host names are not looked up; write the address',
    ],
  ],
  [
    'an address without a scheme',
    virtualServer('address: 1.2.3.1:80'),
    [
      '4:14 virtual-servers.web.address: found "1.2.3.1:80"; allowed: tcp://, udp:// or sctp:// with ADDRESS:PORT, or fwmark:MARK; write tcp://1.2.3.1:80',
    ],
  ],
  [
    'an address without a port',
    virtualServer('address: tcp://1.2.3.1'),
    [
      '4:14 virtual-servers.web.address: found "tcp://1.2.3.1"; allowed: ADDRESS:PORT; add the port, such as tcp://1.2.3.1:80',
    ],
  ],
  [
    'an IPv6 address without brackets',
    virtualServer('address: tcp://2001:db8::1'),
    [
      '4:14 virtual-servers.web.address: found "tcp://2001:db8::1"; allowed: ADDRESS:PORT; add the port, such as tcp://[2001:db8::1]:80',
    ],
  ],
  [
    'an unknown protocol',
    virtualServer('address: tpc://1.2.3.1:80'),
    [
      '4:14 virtual-servers.web.address: found "tpc://1.2.3.1:80"; allowed: tcp://, udp:// or sctp:// with ADDRESS:PORT, or fwmark:MARK; did you mean "tcp"?',
    ],
  ],
  [
    'a zone',
    virtualServer('address: tcp://[fe80::1%eth0]:80'),
    [
      '4:14 virtual-servers.web.address: found "tcp://[fe80::1%eth0]:80"; allowed: an IPv4 or IPv6 address, with or without :PORT; leave the zone (%…) out',
    ],
  ],
  [
    'a number for an address',
    virtualServer('address: 80'),
    [
      '4:14 virtual-servers.web.address: found 80; allowed: tcp://, udp:// or sctp:// with ADDRESS:PORT, or fwmark:MARK',
    ],
  ],
];
