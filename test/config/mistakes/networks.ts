import { type Case, publicNetwork, settingNames, virtualServer, web } from './case.ts';

export const mistakesInNetworks: readonly Case[] = [
  [
    'a label too long',
    web('label: eth0:web-server-one'),
    ['5:12 virtual-servers.web.label: found "eth0:web-server-one"; allowed: at most 15 characters'],
  ],
  [
    'a label of another device',
    web('device: eth2\nlabel: eth0:1'),
    ['6:12 virtual-servers.web.label: found "eth0:1"; allowed: a label that begins with its device, "eth2:"'],
  ],
  [
    'a label without an alias',
    web('label: eth0'),
    ['5:12 virtual-servers.web.label: found "eth0"; allowed: DEVICE:ALIAS, such as eth0:1'],
  ],
  [
    'a label too long on one router',
    `routers: { lvs1: { ssh: lvs1, devices: { eth0: enp0s31f6u1 } } }\n${web('label: eth0:web1')}`,
    [
      '6:12 virtual-servers.web.label: found "eth0:web1"; allowed: at most 15 characters; on router "lvs1" it is "enp0s31f6u1:web1"',
    ],
  ],
  [
    'a label for IPv6',
    virtualServer('address: tcp://[2001:db8::1]:80\nlabel: eth0:1'),
    [
      '5:12 virtual-servers.web.label: found "eth0:1"; allowed: a label only for an IPv4 floating address; there is none here',
    ],
  ],
  [
    'a device name too long',
    'public: { device: abcdefghijklmnop }\n',
    [
      '1:19 public.device: found "abcdefghijklmnop"; allowed: a network device\'s name: at most 15 letters, digits and signs, without "/", ":", "#", "!", blanks, quotes, "$" and "\\"',
    ],
  ],
  [
    'a device name with a slash',
    'public: { device: eth/0 }\n',
    [
      '1:19 public.device: found "eth/0"; allowed: a network device\'s name: at most 15 letters, digits and signs, without "/", ":", "#", "!", blanks, quotes, "$" and "\\"',
    ],
  ],
  [
    'device names with a sign that begins a comment for ip -batch or keepalived',
    'public: { device: "eth0#1" }\nprivate: { device: eth1!1 }\n',
    [
      '1:19 public.device: found "eth0#1"; allowed: a network device\'s name: at most 15 letters, digits and signs, without "/", ":", "#", "!", blanks, quotes, "$" and "\\"',
      '2:20 private.device: found "eth1!1"; allowed: a network device\'s name: at most 15 letters, digits and signs, without "/", ":", "#", "!", blanks, quotes, "$" and "\\"',
    ],
  ],
  [
    'no device',
    'virtual-servers:\n  web: { address: tcp://1.2.3.1:80 }\n',
    [
      '2:3 virtual-servers.web.device: found nothing; allowed: a device here, or public.device; without one its floating address has no place',
    ],
  ],
  [
    'two devices for one address',
    `${web('device: eth2')}  mail: { address: tcp://1.2.3.1:25, device: eth3 }\n`,
    [
      '6:46 virtual-servers.mail.device: found "eth3"; allowed: "eth2", which virtual server "web" has for the same address',
    ],
  ],
  [
    'two labels for one address',
    `${web('label: eth0:1')}  mail: { address: tcp://1.2.3.1:25, label: eth0:2 }\n`,
    [
      '6:45 virtual-servers.mail.label: found "eth0:2"; allowed: "eth0:1", which virtual server "web" has for the same address',
    ],
  ],
  [
    'two devices for one mark',
    `${web('device: eth2')}  mark: { address: fwmark:7, floating: [1.2.3.1, 1.2.3.2] }\n`,
    [
      '6:40 virtual-servers.mark.floating: found [1.2.3.1, 1.2.3.2]; allowed: addresses on one device for one mark; these are on eth2 and eth0',
    ],
  ],
  [
    'a loopback floating address',
    virtualServer('address: tcp://127.0.0.1:80'),
    [
      '4:14 virtual-servers.web.address: found "127.0.0.1"; allowed: an address that a device can hold; this one is loopback',
    ],
  ],
  [
    'a multicast floating address',
    virtualServer('address: udp://[ff02::1]:53'),
    [
      '4:14 virtual-servers.web.address: found "ff02::1"; allowed: an address that a device can hold; this one is multicast',
    ],
  ],
  [
    'an unspecified floating address',
    virtualServer('address: tcp://0.0.0.0:80'),
    [
      '4:14 virtual-servers.web.address: found "0.0.0.0"; allowed: an address that a device can hold; this one is unspecified',
    ],
  ],
  [
    'a floating address on both sides',
    `private: { device: eth1, nat-router: 1.2.3.1 }\n${web('state: enabled')}`,
    [
      '5:14 virtual-servers.web.address: found "1.2.3.1"; allowed: an address that is not the NAT router address already',
    ],
  ],
  [
    'a private label of another device',
    'private: { device: eth1, nat-router: 192.168.1.254/32, label: eth0:1 }\n',
    ['1:63 private.label: found "eth0:1"; allowed: a label that begins with its device, "eth1:"'],
  ],
  [
    'a NAT router with a wrong prefix',
    'private: { device: eth1, nat-router: 192.168.1.254/33 }\n',
    ['1:38 private.nat-router: found "192.168.1.254/33"; allowed: a prefix length from 1 to 32 after the slash'],
  ],
  [
    'a NAT router with a leading zero',
    'private: { device: eth1, nat-router: [192.168.01.254] }\n',
    [
      '1:39 private.nat-router[0]: found "192.168.01.254"; allowed: ADDRESS or ADDRESS/LENGTH; "01" would be read as octal; write 192.168.1.254',
    ],
  ],
  [
    'a NAT router that is a number',
    'private: { device: eth1, nat-router: 5 }\n',
    ['1:38 private.nat-router: found 5; allowed: ADDRESS or ADDRESS/LENGTH, or a list of them'],
  ],
  [
    'three routers',
    'routers:\n  a: { ssh: a }\n  b: { ssh: b }\n  c: { ssh: c }\n',
    ['4:3 routers.c: found one more router, "c"; allowed: at most two'],
  ],
  [
    'one router twice',
    'routers:\n  a: { ssh: root@192.168.1.11 }\n  b: { ssh: "ssh://admin@192.168.1.11" }\n',
    ['3:13 routers.b.ssh: found "ssh://admin@192.168.1.11"; allowed: another machine than router "a"'],
  ],
  [
    'one way into two routers, and one twice',
    'routers:\n  a: { ssh: [root@192.168.1.11, root@192.168.1.11] }\n  b: { ssh: [b, 192.168.1.11] }\n',
    [
      '2:33 routers.a.ssh[1]: found "root@192.168.1.11"; allowed: each destination once',
      '3:17 routers.b.ssh[1]: found "192.168.1.11"; allowed: another machine than router "a"',
    ],
  ],
  [
    'no way into a router',
    'routers:\n  a: { ssh: [] }\n',
    ['2:13 routers.a.ssh: found []; allowed: at least one destination'],
  ],
  [
    'a second way in that floats',
    `routers:\n  a: { ssh: [root@192.168.1.11, root@1.2.3.1] }\n${web('state: enabled')}`,
    [
      '2:33 routers.a.ssh[1]: found "root@1.2.3.1"; allowed: an address of the router\'s own; this one floats from router to router',
    ],
  ],
  [
    'a second way in with an option',
    'routers:\n  a: { ssh: [a, -oProxyCommand=x] }\n',
    [
      '2:17 routers.a.ssh[1]: found "-oProxyCommand=x"; allowed: a destination of ssh(1): HOST, USER@HOST or ssh://USER@HOST:PORT; ssh would take it for an option',
    ],
  ],
  [
    "a router's address that floats",
    `routers:\n  a: { ssh: root@1.2.3.1 }\n${web('state: enabled')}`,
    [
      '2:13 routers.a.ssh: found "root@1.2.3.1"; allowed: an address of the router\'s own; this one floats from router to router',
    ],
  ],
  [
    "a router's address that is the NAT router",
    'routers:\n  a: { ssh: 192.168.1.254 }\nprivate: { device: eth1, nat-router: 192.168.1.254 }\n',
    [
      '2:13 routers.a.ssh: found "192.168.1.254"; allowed: an address of the router\'s own; this one floats from router to router',
    ],
  ],
  [
    'an ssh option',
    'routers:\n  a: { ssh: -oProxyCommand=x }\n',
    [
      '2:13 routers.a.ssh: found "-oProxyCommand=x"; allowed: a destination of ssh(1): HOST, USER@HOST or ssh://USER@HOST:PORT; ssh would take it for an option',
    ],
  ],
  [
    'an ssh destination with a blank',
    'routers:\n  a: { ssh: root@a -p 22 }\n',
    [
      '2:13 routers.a.ssh: found "root@a -p 22"; allowed: a destination of ssh(1): HOST, USER@HOST or ssh://USER@HOST:PORT; it must not hold blanks; options belong in ssh_config(5)',
    ],
  ],
  [
    'an ssh destination with a port',
    'routers:\n  a: { ssh: "root@a:22" }\n',
    [
      '2:13 routers.a.ssh: found "root@a:22"; allowed: a destination of ssh(1): HOST, USER@HOST or ssh://USER@HOST:PORT; with a port write ssh://root@a:22',
    ],
  ],
  [
    'an ssh destination with brackets',
    'routers:\n  a: { ssh: "root@[2001:db8::1]" }\n',
    [
      '2:13 routers.a.ssh: found "root@[2001:db8::1]"; allowed: a destination of ssh(1): HOST, USER@HOST or ssh://USER@HOST:PORT; brackets go only with ssh://; leave them out',
    ],
  ],
  [
    'a router name with a blank',
    'routers:\n  "a b": { ssh: a }\n',
    [
      '2:3 routers.a b: found the name "a b"; allowed: letters, digits, ".", "_" and "-", a letter or digit first, not digits alone',
    ],
  ],
  [
    'a name that is an address',
    `${publicNetwork}virtual-servers:\n  1.2.3.1: { address: tcp://1.2.3.1:80 }\n`,
    ['3:3 virtual-servers.1.2.3.1: found the name "1.2.3.1"; allowed: a name that cannot be taken for an address'],
  ],
  [
    'a name of digits',
    `${publicNetwork}virtual-servers:\n  80: { address: tcp://1.2.3.1:80 }\n`,
    [
      '3:3 virtual-servers.80: found the name "80"; allowed: letters, digits, ".", "_" and "-", a letter or digit first, not digits alone',
    ],
  ],
  [
    'a name with a slash',
    `${publicNetwork}virtual-servers:\n  a/b: { address: tcp://1.2.3.1:80 }\n`,
    [
      '3:3 virtual-servers.a/b: found the name "a/b"; allowed: letters, digits, ".", "_" and "-", a letter or digit first, not digits alone',
    ],
  ],
  [
    'an unknown setting',
    'settings: { expire_nodest_con: 1 }\n',
    [
      `1:13 settings.expire_nodest_con: unknown key "expire_nodest_con"; allowed: ${settingNames}; did you mean "expire_nodest_conn"?`,
    ],
  ],
  [
    'a setting with its prefix',
    'settings: { net.ipv4.vs.conntrack: 1 }\n',
    [
      `1:13 settings.net.ipv4.vs.conntrack: unknown key "net.ipv4.vs.conntrack"; allowed: ${settingNames}; did you mean "conntrack"?`,
    ],
  ],
  [
    'a setting that is a word',
    'settings: { conntrack: on }\n',
    ['1:24 settings.conntrack: found "on"; allowed: a whole number'],
  ],
  [
    'a threshold that is one number',
    'settings: { sync_threshold: 3 }\n',
    ['1:29 settings.sync_threshold: found 3; allowed: two numbers in quotes, such as "0 1"'],
  ],
  [
    'an unknown engine',
    'failover: { engine: vrrp }\n',
    ['1:21 failover.engine: found "vrrp"; allowed: manual, keepalived'],
  ],
  [
    'a virtual router id out of range',
    'failover: { virtual-router-id: 256 }\n',
    ['1:32 failover.virtual-router-id: found 256; allowed: a whole number from 1 to 255'],
  ],
  [
    'a sync id out of range',
    'sync: { device: eth1, id: 256 }\n',
    ['1:27 sync.id: found 256; allowed: a whole number from 0 to 255'],
  ],
  [
    'a timeout of 0',
    'timeouts: { tcp: 0 }\n',
    [
      '1:18 timeouts.tcp: found 0; allowed: seconds, or a number with ms, s, m or h, in whole seconds, from 1 s to 2678400 s',
    ],
  ],
  [
    'a prefix out of range',
    'public: { device: eth0, prefix: 33 }\n',
    ['1:33 public.prefix: found 33; allowed: a whole number from 1 to 32'],
  ],
];
