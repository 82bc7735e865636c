import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LvsError } from '../../src/model/errors.ts';
import { read } from './support/read.ts';

const example = readFileSync(new URL('./fixtures/keepalived.conf', import.meta.url), 'utf8');

test('a whole keepalived.conf becomes a whole lvs.yaml', () => {
  expect(read('keepalived', example).text).toMatchInlineSnapshot(`
    "# A Linux Virtual Server cluster, imported from f (keepalived); the format is described in lvs.yaml(5).
    # "lvs validate" checks this file, "lvs diff" shows what it would change, "lvs apply" changes it.

    # What is different here, or could not be taken over:
    # - line 11: "router_id lvs1": routers have their names in routers:
    # - line 17: "vrrp_instance VI { … }": lvs never gives the addresses back by preference (nopreempt)
    # - line 17: "vrrp_instance VI { … }": a file of keepalived is one router: for a pair name both under routers:, with where ssh finds them
    # - line 18: "state MASTER": which router is preferred is said by the order of routers:
    # - line 21: "priority 150": which router is preferred is said by the order of routers:
    # - line 25: "2001:db8::1 dev eth0": belongs to no virtual server: left out; for firewall marks write floating:
    # - line 28: "vrrp_instance VI2 { … }": lvs never gives the addresses back by preference (nopreempt)
    # - line 28: "vrrp_instance VI2 { … }": one instance with "VI", as the sync group has it, and its interval and virtual router id
    # - line 31: "priority 150": which router is preferred is said by the order of routers:
    # - line 32: "192.168.1.254 dev eth1": belongs to no virtual server and is on a device without any: taken as a NAT router address
    # - line 41: "TCP_CHECK { … }": one that failed is repeated after its interval, too, not after 1 s
    # - line 50: "fwmark-7: real server 192.168.1.2:0": left out: found "192.168.1.2"; allowed: ipv6, like the virtual server; another family only without sync
    # - line 53: "MISC_CHECK { … }": not made: the real servers do not have one command, and lvs has one check for all
    # - line 57: "include nothere/*.conf": cannot be read: what it declares is not imported
    # - "lvs_sync_daemon eth1 VI": both daemons run on each router, not one by its role

    public:                         # virtual server addresses become aliases of it
      device: eth0

    private:                        # the real servers' network; nat-router is their default route
      device: eth1
      nat-router: 192.168.1.254/24
      label: eth1:1

    sync:                           # the routers tell each other their connections
      device: eth1
      id: 7
      max-length: 500

    failover:                       # who moves the floating addresses
      engine: keepalived
      advert-interval: 0.5
      virtual-router-id: 60

    timeouts:
      tcp: 600
      udp: 20

    virtual-servers:
      tcp-1.2.3.1-80:
        address: tcp://1.2.3.1:80
        scheduler: sh
        label: eth0:1
        flags: [sh-fallback, sh-port]
        check: { tcp: true, interval: 5, timeout: 3, rise: 1, fall: 2 }
        sorry-server: 192.168.1.9:80
        real-servers:
          - { address: 192.168.1.2, weight: 2 }
          - { address: 192.168.1.3, weight: 3 }
          - { address: 192.168.1.4, weight: 4 }
      fwmark-7:
        address: fwmark:7
        family: ipv6
        scheduler: wlc
        persistent: 360
        netmask: 64
        one-packet: true
        forward: tunnel
        tunnel: { type: gue, port: 6080, checksum: csum }
        real-servers:
          - fd00::3
    "
  `);
});

const tcp = 'protocol TCP';

function only(inside: string, head = '1.2.3.1 80', more = '') {
  const { config, warnings } = read('keepalived', `${more}\nvirtual_server ${head} {\n${inside}\n}\n`);
  return { server: config.cluster.virtualServers[0], servers: config.cluster.virtualServers, warnings };
}

describe('the language', () => {
  const addresses = (text: string, options = {}) =>
    read('keepalived', text, options).config.cluster.virtualServers.map(({ id }) =>
      'address' in id ? id.address : id.fwmark,
    );

  // A template is not what is meant: § stands for $ before a brace.
  test.each([
    ['comments', 'virtual_server 1.1.1.1 80 { # one {\n! two }\nprotocol TCP\n}', ['1.1.1.1']],
    ['a brace on a line of its own', 'virtual_server 1.1.1.1 80\n{\nprotocol TCP\n}', ['1.1.1.1']],
    ['all on one line', 'virtual_server 1.1.1.1 80 { protocol TCP }', ['1.1.1.1']],
    ['definitions', '$A=1.1\n$B=§{A}.1.1\nvirtual_server $B 80 {\nprotocol TCP\n}', ['1.1.1.1']],
    ['definitions that change', '$A=1\n$B=1.1.1.§{A}\n$A=2\nvirtual_server §{B} 80 {\nprotocol TCP\n}', ['1.1.1.2']],
    ['what is not defined', 'virtual_server 1.1.1.1 80 {\nprotocol TCP\nquorum_up "$NO"\n}', ['1.1.1.1']],
    [
      'conditions',
      '@lvs1 virtual_server 1.1.1.1 80 { protocol TCP }\n@lvs2 virtual_server 1.1.1.2 80 { protocol TCP }',
      ['1.1.1.1'],
    ],
    [
      'negated conditions',
      '@^lvs1 virtual_server 1.1.1.1 80 { protocol TCP }\n@^x virtual_server 1.1.1.2 80 { protocol TCP }',
      ['1.1.1.2'],
    ],
    ['a condition out of a definition', '$C=@lvs2\n$C virtual_server 1.1.1.1 80 { protocol TCP }', []],
    [
      'definitions of several lines',
      '$V= \\\nvirtual_server 1.1.1.§{N} 80 { \\\nprotocol TCP \\\n}\n\n$N=1\n$V\n$N=2\n$V\n',
      ['1.1.1.1', '1.1.1.2'],
    ],
    ['sequences', '~SEQ(N, 1, 2, 5) virtual_server 1.1.1.§{N} 80 { protocol TCP }', ['1.1.1.1', '1.1.1.3', '1.1.1.5']],
    ['sequences downwards', '~SEQ(N, 2, 1) virtual_server 1.1.1.§{N} 80 { protocol TCP }', ['1.1.1.2', '1.1.1.1']],
    ['hexadecimal ones', '~SEQx(N, 9, 0xa) virtual_server fd00::§{N} 80 { protocol TCP }', ['fd00::9', 'fd00::a']],
  ])('%s', (_, text, found) => expect(addresses(text.replaceAll('§', '$'))).toEqual(found));

  test('includes, with what they define', () => {
    const files: Record<string, string> = {
      'a.conf': '$A=1.1.1.1\ninclude b.conf',
      'b.conf': 'virtual_server $A 80 {\nprotocol TCP\n}',
    };
    const asked: [string, string][] = [];
    const include = (pattern: string, from: string) => {
      asked.push([pattern, from]);
      const text = files[pattern];
      return text === undefined ? null : [{ file: pattern, text }];
    };
    expect(addresses('include a.conf\n', { include })).toEqual(['1.1.1.1']);
    expect(asked).toEqual([
      ['a.conf', 'f'],
      ['b.conf', 'a.conf'],
    ]);
    expect(read('keepalived', 'include nothing', { include }).warnings).toEqual([
      'f:1: "include nothing": cannot be read: what it declares is not imported',
    ]);
  });

  test('a mistake in an included file is told with that file', () => {
    const include = () => [{ file: 'other.conf', text: '\nvirtual_server x {\n}' }];
    expect(() => read('keepalived', 'include x', { include })).toThrow(
      expect.objectContaining({ details: [expect.objectContaining({ file: 'other.conf', line: 2 })] }),
    );
  });
});

describe('virtual servers', () => {
  test('the defaults are those of keepalived', () => {
    const { server, warnings } = only('real_server 192.168.1.2 80 {\nTCP_CHECK {\n}\n}');
    expect(server).toMatchObject({
      id: { protocol: 'udp' },
      scheduler: 'wlc',
      realServers: [{ forward: 'masq', weight: 1 }],
    });
    expect(warnings.join('\n')).toContain('without "protocol" it is UDP');
    expect(only(`${tcp}\nreal_server 192.168.1.2 80 {\nTCP_CHECK {\n}\n}`).server).toMatchObject({
      onFailure: 'remove',
      check: { type: 'tcp', interval: 60, timeout: 5, fall: 2, rise: 1 },
    });
  });

  test('groups: addresses, ranges, networks and marks, each a virtual server', () => {
    const group =
      'virtual_server_group G {\n10.0.0.1-3 80\n10.0.0.254-10.0.1.0 80\n10.0.2.4/31 80\nfd00::9-a 80\nfwmark 5 inet6\n}';
    const tunnel = `${tcp}\nlvs_method TUN\nreal_server 192.168.1.2 { }`;
    const { servers } = only(tunnel, 'group G', group);
    expect(servers.map(({ name, id }) => [name, 'address' in id ? id.address : `${id.fwmark} ${id.family}`])).toEqual([
      ['G', '10.0.0.1'],
      ['G-2', '10.0.0.2'],
      ['G-3', '10.0.0.3'],
      ['G-4', '10.0.0.254'],
      ['G-5', '10.0.0.255'],
      ['G-6', '10.0.1.0'],
      ['G-7', '10.0.2.4'],
      ['G-8', '10.0.2.5'],
      ['G-9', 'fd00::9'],
      ['G-10', 'fd00::a'],
      ['G-11', '5 ipv6'],
    ]);
  });

  test.each([
    ['lvs_method DR', { forward: 'direct', tunnel: null }],
    ['lb_kind NAT', { forward: 'masq', tunnel: null }],
    ['lvs_method TUN type gre csum', { forward: 'tunnel', tunnel: { type: 'gre', port: null, checksum: 'csum' } }],
    [
      'lvs_method TUN type gue port 6080 remcsum',
      { forward: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum: 'remcsum' } },
    ],
  ])('%s', (method, forwarding) => {
    expect(only(`${tcp}\n${method}\nreal_server 192.168.1.2 { }`).server?.realServers[0]).toMatchObject(forwarding);
  });

  test('persistence, thresholds and flags', () => {
    const text = `${tcp}\nlb_algo sh\nsh-port\nflag-1\npersistence_timeout 50\npersistence_granularity 255.255.0.0\npersistence_engine sip
real_server 192.168.1.2 8080 {\nuthreshold 9\nlthreshold 4\nweight 7\n}`;
    expect(only(text).server).toMatchObject({
      flags: ['sh-fallback', 'sh-port'],
      persistent: 50,
      netmask: 16,
      persistenceEngine: 'sip',
      realServers: [{ port: 8080, upperThreshold: 9, lowerThreshold: 4, weight: 7 }],
    });
  });
});

describe('checks', () => {
  const checked = (text: string) => only(`${tcp}\ndelay_loop 4\nreal_server 192.168.1.2 80 {\n${text}\n}`);

  test.each([
    [
      'TCP_CHECK {\nconnect_port 81\nretry 3\nconnect_timeout 2\n}',
      { type: 'tcp', port: 81, fall: 4, timeout: 2, interval: 4 },
    ],
    ['HTTP_GET {\nurl {\npath /x\nstatus_code 204\n}\n}', { type: 'http', path: '/x', status: 204 }],
    ['HTTP_GET {\nurl {\npath /\nregex "all is [a-z]+"\n}\n}', { type: 'http', body: 'all is [a-z]+' }],
    ['HTTP_GET {\nurl {\npath /\nregex bad\nregex_no_match\n}\n}', { type: 'http', body: null }],
    [
      'SSL_GET {\nenable_sni\nurl {\npath /\nvirtualhost a.example\n}\n}',
      { type: 'https', tls: { name: 'a.example', verify: false } },
    ],
    [
      'MISC_CHECK {\nmisc_path "/bin/c -a \'b c\'"\nmisc_dynamic\n}',
      { type: 'exec', command: ['/bin/c', '-a', 'b c'], dynamic: true, fall: 1 },
    ],
    ['DNS_CHECK {\ntype MX\nname example.com\n}', { type: 'dns', name: 'example.com', record: 'MX', fall: 4 }],
    ['SMTP_CHECK {\n}', { type: 'tcp' }],
  ])('%j', (text, check) => expect(checked(text).server?.check).toMatchObject(check));

  test.each(['UDP_CHECK', 'PING_CHECK', 'BFD_CHECK', 'FILE_CHECK'])('%s has no counterpart, which is told', (kind) => {
    const { server, warnings } = checked(`${kind} {\n}`);
    expect(server?.check).toBeNull();
    expect(warnings.join('\n')).toContain(`"${kind} { … }": not made: lvs has no such check`);
  });

  test('commands that differ from real server to real server are not made', () => {
    const one = (address: string) => `real_server ${address} 80 {\nMISC_CHECK {\nmisc_path "/bin/c ${address}"\n}\n}`;
    const { server, warnings } = only(`${tcp}\n${one('192.168.1.2')}\n${one('192.168.1.3')}`);
    expect(server?.check).toBeNull();
    expect(warnings.join('\n')).toContain('the real servers do not have one command');
  });
});

describe('VRRP', () => {
  const vip = `virtual_server 1.2.3.1 80 {\n${tcp}\nreal_server 192.168.1.2 80 { }\n}\n`;
  const instance = (name: string, device: string, addresses: string) =>
    `vrrp_instance ${name} {\nnopreempt\ninterface ${device}\nvirtual_router_id 9\nadvert_int 0.5\nvirtual_ipaddress {\n${addresses}\n}\n}\n`;

  test('addresses have their devices, labels and prefixes', () => {
    const { config } = read('keepalived', instance('A', 'eth0', '1.2.3.1/24 dev eth5 label eth5:2') + vip);
    expect(config.cluster).toMatchObject({
      public: { device: 'eth5', prefix: 24 },
      failover: { engine: 'keepalived', advertInterval: 0.5, virtualRouterId: 9 },
      virtualServers: [{ label: 'eth5:2', device: null }],
    });
  });

  test('an address of no virtual server on another device is the NAT router, and told so', () => {
    const text = instance('A', 'eth0', '1.2.3.1') + instance('B', 'eth1', '192.168.1.254/24') + vip;
    const { config, warnings } = read('keepalived', text);
    expect(config.cluster.private).toMatchObject({
      device: 'eth1',
      natRouters: [{ address: '192.168.1.254', prefix: 24 }],
    });
    expect(warnings.join('\n')).toContain(
      '192.168.1.254 dev eth1": belongs to no virtual server and is on a device without any',
    );
    expect(warnings.join('\n')).toContain('"vrrp_instance B { … }": moves together with "A"');
  });

  test('where nothing says which device is public, it is left out', () => {
    const { config, warnings } = read('keepalived', instance('A', 'eth0', '192.168.1.254') + vip);
    expect(config.cluster.private).toBeNull();
    expect(warnings.join('\n')).toContain('192.168.1.254 dev eth0": belongs to no virtual server: left out');
  });

  test('synchronisation has the id of its instance', () => {
    const text = `global_defs {\nlvs_sync_daemon eth1 A\nlvs_timeouts tcp 5 udp 6\n}\n${instance('A', 'eth0', '1.2.3.1')}${vip}`;
    const { config } = read('keepalived', text);
    expect(config.cluster).toMatchObject({ sync: { device: 'eth1', id: 9 }, timeouts: { tcp: 5, udp: 6 } });
  });
});

test('every keyword that nobody knows is told with its line', () => {
  const { warnings } = read(
    'keepalived',
    `foo bar\nvirtual_server 1.2.3.1 80 {\n${tcp}\nbaz\nreal_server 1.1.1.1 80 {\nqux 1\n}\n}\nvrrp_script x {\n}`,
  );
  expect(warnings.filter((text) => !text.includes('public.device'))).toEqual([
    'f:1: "foo bar": lvs does not know this keyword: left out',
    'f:4: "baz": lvs does not know this keyword: left out',
    'f:6: "qux 1": lvs does not know this keyword: left out',
    'f:9: "vrrp_script x { … }": no script is asked whether a router is fit',
  ]);
});

test.each([
  ['virtual_server 1.2.3.1 80 {', 1, 'the block of "virtual_server 1.2.3.1 80" is not closed'],
  ['}', 1, 'found "}" where no block is open'],
  ['{', 1, 'found "{" with no keyword before it'],
  ['virtual_server x 80 {\n}', 1, 'virtual_server: found "x 80"; allowed: an IP address, and a port'],
  ['virtual_server fwmark x {\n}', 1, 'allowed: a firewall mark from 1 to 4294967295'],
  ['virtual_server group G {\n}', 1, 'allowed: a virtual_server_group of that name'],
  ['virtual_server 1.2.3.1 80 {\nlb_algo quick\n}', 2, 'lb_algo: found "quick"; allowed: rr, wrr'],
  ['virtual_server 1.2.3.1 80 {\nprotocol ICMP\n}', 2, 'protocol: found "ICMP"; allowed: TCP, UDP, SCTP'],
  ['virtual_server 1.2.3.1 80 {\nlvs_method X\n}', 2, 'lvs_method: found "X"; allowed: NAT, DR, TUN'],
  ['virtual_server 1.2.3.1 80 {\ndelay_loop x\n}', 2, 'delay_loop: found "x"; allowed: seconds'],
  ['virtual_server 1.2.3.1 80 {\nreal_server 1 80 {\n}\n}', 2, 'real_server: found "1 80"'],
  ['misc_path "x', 1, 'the quote is not closed'],
  [
    'virtual_server_group G {\n10.0.0.9-1 80\n}\nvirtual_server group G {\n}',
    2,
    'allowed: a range whose end is not before',
  ],
  [
    'virtual_server_group G {\n10.0.0.0/8 80\n}\nvirtual_server group G {\n}',
    2,
    'allowed: a range of at most 4096 addresses',
  ],
])('%j is refused with its line', (text, line, message) => {
  try {
    read('keepalived', text);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof LvsError)) throw error;
    expect(error.details).toEqual([
      expect.objectContaining({ file: 'f', line, message: expect.stringContaining(message) }),
    ]);
  }
});
