import { type Case, schedulers, virtualServerKeys, web } from './case.ts';

export const severalMistakes: readonly Case[] = [
  [
    'mistakes everywhere, in their order',
    'virtual-servers:\n  web: { address: "tcp://1.2.3.1:80", weigth: 1 }\npublic: { device: "eth 0" }\nroutrs: {}\n',
    [
      `2:39 virtual-servers.web.weigth: unknown key "weigth"; allowed: ${virtualServerKeys}`,
      '3:19 public.device: found "eth 0"; allowed: a network device\'s name: at most 15 letters, digits and signs, without "/", ":", "#", "!", blanks, quotes, "$" and "\\"',
      '4:1 routrs: unknown key "routrs"; allowed: routers, public, private, sync, failover, timeouts, settings, virtual-servers; did you mean "routers"?',
    ],
  ],
  [
    'mistakes in one virtual server',
    web(
      'scheduler: wcl\none-packet: true\nnetmask: 255.255.255.0\nreal-servers: [192.168.1.2, 192.168.1.2, 192.168.1.300]',
    ),
    [
      `5:16 virtual-servers.web.scheduler: found "wcl"; allowed: ${schedulers}; did you mean "wlc"?`,
      '6:17 virtual-servers.web.one-packet: found true; allowed: false for TCP; one-packet needs UDP or a firewall mark',
      '7:14 virtual-servers.web.netmask: found "255.255.255.0"; allowed: netmask only with persistent',
      '8:33 virtual-servers.web.real-servers[1]: found "192.168.1.2"; allowed: each real server once; 192.168.1.2:80 stands above',
      '8:46 virtual-servers.web.real-servers[2]: found "192.168.1.300"; allowed: an IPv4 or IPv6 address, with or without :PORT; each of its four numbers is from 0 to 255',
    ],
  ],
  [
    'a mistaken section does not make others wrong',
    'public: { device: eth0, prefix: 0 }\nvirtual-servers:\n  web: { address: "tcp://1.2.3.1:80" }\n',
    ['1:33 public.prefix: found 0; allowed: a whole number from 1 to 32'],
  ],
  [
    'a misspelt key is not missed elsewhere',
    web('persistant: 300\nnetmask: 255.255.255.0'),
    [
      `5:5 virtual-servers.web.persistant: unknown key "persistant"; allowed: ${virtualServerKeys}; did you mean "persistent"?`,
    ],
  ],
  [
    'Windows line ends',
    web('scheduler: wlcc').replaceAll('\n', '\r\n'),
    [`5:16 virtual-servers.web.scheduler: found "wlcc"; allowed: ${schedulers}; did you mean "wlc"?`],
  ],
];
