import { type Case, virtualServer, web } from './case.ts';

const checkKeys =
  'tcp, http, https, exec, dns, port, host, status, body, tls-name, ca, verify, dynamic, record, interval, timeout, jitter, rise, fall';

export const mistakesInMonitoring: readonly Case[] = [
  [
    'load under rr',
    web('scheduler: rr\nload: { agent: 3333 }'),
    [
      '6:11 virtual-servers.web.load: found a mapping; allowed: load only under a scheduler that heeds weights, which rr does not; try scheduler wrr',
    ],
  ],
  [
    'load from nowhere',
    web('load: {}'),
    ['5:11 virtual-servers.web.load: found a mapping; allowed: exactly one of agent, ssh'],
  ],
  [
    'a weight too large for load',
    web('load: { ssh: uptime }\nreal-servers:\n  - { address: 192.168.1.2, weight: 2147484 }'),
    ['7:41 virtual-servers.web.real-servers[0].weight: found 2147484; allowed: at most 2147483 where load is declared'],
  ],
  [
    'a check of two kinds',
    web('check: { tcp: true, http: /health }'),
    ['5:12 virtual-servers.web.check: found a mapping; allowed: exactly one of tcp: true, http, https, exec, dns'],
  ],
  [
    'a status for tcp',
    web('check: { tcp: true, status: 200 }'),
    ['5:33 virtual-servers.web.check.status: found 200; allowed: status only with http or https'],
  ],
  [
    'a relative path',
    web('check: { http: health }'),
    ['5:20 virtual-servers.web.check.http: found "health"; allowed: a path that begins with "/", without blanks'],
  ],
  [
    'a relative program',
    web('check: { exec: check-web }'),
    ['5:20 virtual-servers.web.check.exec: found "check-web"; allowed: an absolute path'],
  ],
  [
    'an unknown kind of check',
    web('check: ping'),
    [
      '5:12 virtual-servers.web.check: found "ping"; allowed: tcp, or a mapping with one of tcp, http, https, exec, dns',
    ],
  ],
  [
    'an unknown key of check',
    web('check: { tcp: true, intervall: 2s }'),
    [
      `5:25 virtual-servers.web.check.intervall: unknown key "intervall"; allowed: ${checkKeys}; did you mean "interval"?`,
    ],
  ],
  [
    'a misspelt kind of check',
    web('check: { htpp: / }'),
    [`5:14 virtual-servers.web.check.htpp: unknown key "htpp"; allowed: ${checkKeys}; did you mean "http"?`],
  ],
  [
    'options of other kinds of check',
    web('check: { tcp: true, host: a, body: b, tls-name: c, ca: /d, verify: true, dynamic: true, record: A }'),
    [
      '5:31 virtual-servers.web.check.host: found "a"; allowed: host only with http or https',
      '5:40 virtual-servers.web.check.body: found "b"; allowed: body only with http or https',
      '5:53 virtual-servers.web.check.tls-name: found "c"; allowed: tls-name only with https',
      '5:60 virtual-servers.web.check.ca: found "/d"; allowed: ca only with https',
      '5:72 virtual-servers.web.check.verify: found true; allowed: verify only with https',
      '5:87 virtual-servers.web.check.dynamic: found true; allowed: dynamic only with exec',
      '5:101 virtual-servers.web.check.record: found "A"; allowed: record only with dns',
    ],
  ],
  [
    'a port for exec',
    web('check: { exec: /usr/bin/true, port: 80 }'),
    ['5:41 virtual-servers.web.check.port: found 80; allowed: port only with tcp, http, https or dns'],
  ],
  [
    'certificates that are not looked at',
    web('check: { https: /, ca: /etc/ssl/ca.pem, verify: false }'),
    ['5:28 virtual-servers.web.check.ca: found "/etc/ssl/ca.pem"; allowed: ca only without verify: false'],
  ],
  [
    'a body pattern that is none',
    web("check: { http: /, body: 'ok(' }"),
    [
      '5:29 virtual-servers.web.check.body: found "ok("; allowed: a regular expression in RE2\'s syntax; missing closing ): `ok(`',
    ],
  ],
  [
    'a relative program in a list',
    web('check: { exec: [check-web, -v] }'),
    ['5:20 virtual-servers.web.check.exec: found [check-web, -v]; allowed: a list that begins with an absolute path'],
  ],
  [
    'no program at all',
    web('check: { exec: [] }'),
    ['5:20 virtual-servers.web.check.exec: found []; allowed: a program and its arguments'],
  ],
  [
    'a jitter without a percent sign, and one too large',
    web('check: { tcp: true, jitter: 0.1 }') +
      '  tls: { address: "tcp://1.2.3.1:443", check: { tcp: true, jitter: 60% } }\n',
    [
      '5:33 virtual-servers.web.check.jitter: found 0.1; allowed: a share from 0% to 50%, such as 10%',
      '6:68 virtual-servers.tls.check.jitter: found "60%"; allowed: a share from 0% to 50%, such as 10%',
    ],
  ],
  [
    'an unknown record',
    web('check: { dns: example.com, record: AAA }'),
    [
      '5:40 virtual-servers.web.check.record: found "AAA"; allowed: A, AAAA, CAA, CNAME, MX, NAPTR, NS, PTR, SOA, SRV, TXT; did you mean "AAAA"?',
    ],
  ],
  [
    'TCP checks of UDP',
    `${virtualServer('address: udp://1.2.3.1:53\ncheck: tcp')}  dns: { address: "udp://1.2.3.1:54", check: { https: / } }\n`,
    [
      '5:12 virtual-servers.web.check: found "tcp"; allowed: exec or dns for UDP; tcp checks connect over TCP',
      '6:55 virtual-servers.dns.check.https: found "/"; allowed: exec or dns for UDP; https checks connect over TCP',
    ],
  ],
  [
    'a TCP and a DNS check of SCTP',
    `${virtualServer('address: sctp://1.2.3.1:53\ncheck: { tcp: true }')}  dns: { address: "sctp://1.2.3.1:54", check: { dns: a } }\n`,
    [
      '5:19 virtual-servers.web.check.tcp: found true; allowed: exec for SCTP; tcp checks connect over TCP',
      '6:54 virtual-servers.dns.check.dns: found "a"; allowed: exec for SCTP; dns asks over UDP',
    ],
  ],
  [
    'a check of what has no port',
    virtualServer('address: fwmark:7\nfloating: [1.2.3.1]\ncheck: tcp\nreal-servers: [192.168.1.2:80, 192.168.1.3]'),
    [
      '6:12 virtual-servers.web.check: found "tcp"; allowed: tcp with port, since real server 192.168.1.3 has no port of its own; write { tcp: true, port: 80 }',
    ],
  ],
  [
    'dynamic besides load',
    web('check: { exec: /usr/bin/true, dynamic: true }\nload: { agent: 3333 }'),
    [
      '5:44 virtual-servers.web.check.dynamic: found true; allowed: dynamic only without load: one of them says the weight',
    ],
  ],
  [
    'what changes weights under lc',
    web('scheduler: lc\ncheck: { exec: /usr/bin/true, dynamic: true }\nslow-start: 10s'),
    [
      '6:44 virtual-servers.web.check.dynamic: found true; allowed: dynamic only under a scheduler that heeds weights, which lc does not; try scheduler wlc',
      '7:17 virtual-servers.web.slow-start: found "10s"; allowed: slow-start only under a scheduler that heeds weights, which lc does not; try scheduler wlc',
    ],
  ],
  [
    'load from two places',
    web('load: { agent: 3333, ssh: uptime }'),
    ['5:11 virtual-servers.web.load: found a mapping; allowed: exactly one of agent, ssh'],
  ],
  [
    'a user for an agent',
    web('load: { agent: 3333, user: root, port: 22 }'),
    [
      '5:32 virtual-servers.web.load.user: found "root"; allowed: user only with ssh',
      '5:44 virtual-servers.web.load.port: found 22; allowed: port only with ssh',
    ],
  ],
  [
    'a user that ssh would take for an option',
    web('load: { ssh: uptime, user: -l }'),
    ['5:32 virtual-servers.web.load.user: found "-l"; allowed: a user\'s name'],
  ],
  [
    'consequences of failures that nothing finds',
    web('load: { ssh: uptime }\non-failure: remove\nslow-start: 10s\nwhen-all-fail: open\nsorry-server: 192.168.1.9'),
    [
      '6:17 virtual-servers.web.on-failure: found "remove"; allowed: on-failure only with check, or with load: { agent: PORT }; without them lvs does not notice that a real server is down',
      '7:17 virtual-servers.web.slow-start: found "10s"; allowed: slow-start only with check, or with load: { agent: PORT }; without them lvs does not notice that a real server is down',
      '8:20 virtual-servers.web.when-all-fail: found "open"; allowed: when-all-fail only with check, or with load: { agent: PORT }; without them lvs does not notice that a real server is down',
      '8:20 virtual-servers.web.when-all-fail: found "open"; allowed: open only without sorry-server',
      '9:19 virtual-servers.web.sorry-server: found "192.168.1.9"; allowed: sorry-server only with check, or with load: { agent: PORT }; without them lvs does not notice that a real server is down',
    ],
  ],
  [
    'consequences of a check that is a mistake itself',
    web('check: ping\nslow-start: 10s'),
    [
      '5:12 virtual-servers.web.check: found "ping"; allowed: tcp, or a mapping with one of tcp, http, https, exec, dns',
    ],
  ],
  [
    'open besides a sorry server',
    web('check: tcp\nwhen-all-fail: open\nsorry-server: 192.168.1.9'),
    ['6:20 virtual-servers.web.when-all-fail: found "open"; allowed: open only without sorry-server'],
  ],
  [
    'words that are none',
    web('check: tcp\non-failure: removed\nwhen-all-fail: opened\nslow-start: 0'),
    [
      '6:17 virtual-servers.web.on-failure: found "removed"; allowed: quiesce, remove; did you mean "remove"?',
      '7:20 virtual-servers.web.when-all-fail: found "opened"; allowed: closed, open; did you mean "open"?',
      '8:17 virtual-servers.web.slow-start: found 0; allowed: seconds, or a number with ms, s, m or h, from 0.1 s to 86400 s',
    ],
  ],
];
