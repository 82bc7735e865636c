import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LvsError } from '../../src/model/errors.ts';
import { read } from './support/read.ts';

const example = readFileSync(new URL('./fixtures/lvs.cf', import.meta.url), 'utf8');

test('a whole lvs.cf becomes a whole lvs.yaml', () => {
  const { text } = read('piranha', example);
  expect(text).toMatchInlineSnapshot(`
    "# A Linux Virtual Server cluster, imported from f (piranha); the format is described in lvs.yaml(5).
    # "lvs validate" checks this file, "lvs diff" shows what it would change, "lvs apply" changes it.

    # What is different here, or could not be taken over:
    # - line 2: "serial_no = 25": counted the edits of lvs.cf: lvs compares the files themselves
    # - line 4: "primary_private = 10.0.0.11": a second way for heartbeats: keepalived talks over the private device
    # - line 8: "backup_private = 10.0.0.12": a second way for heartbeats: keepalived talks over the private device
    # - line 10: "heartbeat_port = 539": VRRP has no port: its packets are IP protocol 112, which firewalls must let through
    # - line 11: "keepalive = 6": how often the routers hear of each other is failover.advert-interval, at most a third of deadtime
    # - line 12: "deadtime = 18": a router that is silent for 3 s is replaced (failover.advert-interval, three times)
    # - line 16: "debug_level = NONE": lvs has no such setting
    # - line 17: "monitor_links = 0": keepalived always gives the addresses away when a device of theirs is down
    # - line 33: "expect = "HTTP"": here an answer is good with a status from 200 to 399, there with any
    # - line 56: "active = 0": it is in the kernel with weight 0 (state: drain), where Piranha has it not at all
    # - line 66: "expect = "220 # \\"ready\\""": lvs has no such dialogue: only whether a connection opens is checked
    # - line 67: "load_monitor = ruptime": weights stay as stated: load is read with an agent or over ssh (load:)
    # - line 89: "virtual marked-https": one virtual server with "marked-http", which has the mark 100 already: its settings and real servers are those

    routers:                        # the first is preferred while neither is active
      primary: { ssh: 192.168.1.11 }
      backup: { ssh: 192.168.1.12 }

    public:                         # virtual server addresses become aliases of it
      device: eth0

    private:                        # the real servers' network; nat-router is their default route
      device: eth1
      nat-router: 192.168.1.254/24
      label: eth1:1

    sync:                           # the routers tell each other their connections
      device: eth1
      id: 7

    failover:                       # who moves the floating addresses
      engine: keepalived
      advert-interval: 1

    timeouts:
      tcp: 900
      tcp-fin: 120
      udp: 300

    virtual-servers:
      web:
        address: tcp://1.2.3.1:80
        scheduler: wlc
        label: eth0:1
        persistent: 300
        netmask: 24
        check: { http: /, interval: 3, rise: 5, fall: 2 }
        load: { ssh: uptime }
        sorry-server: 192.168.1.9
        real-servers:
          - 192.168.1.2
          - { address: 192.168.1.3:8080, weight: 2000 }
          - { address: 192.168.1.4, state: drain }
      ftp:
        address: tcp://1.2.3.2:21
        scheduler: rr
        label: eth0:2
        state: disabled
        check: { tcp: true, interval: 3, rise: 5, fall: 2 }
        on-failure: remove
        real-servers:
          - 192.168.1.2
      marked-http:
        address: fwmark:100
        floating: [1.2.3.3]
        scheduler: wlc
        label: eth0:3
        check: { tcp: true, port: 80, interval: 5, rise: 36, fall: 2 }
        on-failure: remove
        real-servers:
          - 192.168.1.2
    "
  `);
});

/** A virtual server with these directives, and one real server. */
function virtual(directives: string, more = ''): string {
  const real = 'server one {\naddress = 192.168.1.2\nactive = 1\n}';
  return `${more}\nvirtual web {\nactive = 1\naddress = 1.2.3.1 eth0:1\nvip_nmask = 255.255.255.255\n${directives}\n${real}\n}\n`;
}

function only(directives: string, more = '') {
  const { config, warnings } = read('piranha', virtual(directives, more));
  const [server] = config.cluster.virtualServers;
  return { server, warnings, cluster: config.cluster };
}

describe('send and expect', () => {
  test.each([
    ['', { type: 'tcp' }, 0],
    ['send = "GET / HTTP/1.0\\r\\n\\r\\n"\nexpect = "HTTP/1.1 200"', { type: 'http', path: '/', status: 200 }, 0],
    ['send = "GET /a/b HTTP/1.1\\r\\n\\r\\n"\nexpect = "HTTP"', { type: 'http', path: '/a/b', status: null }, 1],
    ['send = "GET / HTTP/1.0\\r\\n\\r\\n"\nexpect = "welcome"', { type: 'tcp' }, 1],
    ['send = "HELO x"\nexpect = "250"', { type: 'tcp' }, 1],
    ['expect = "220"', { type: 'tcp' }, 1],
  ])('%s', (directives, check, warned) => {
    const { server, warnings } = only(directives);
    expect(server?.check).toMatchObject(check);
    expect(warnings).toHaveLength(warned);
  });

  test('a program of its own is no check, and told', () => {
    const { server, warnings } = only('send_program = "/bin/test %h"\nexpect = "ok"');
    expect(server?.check).toBeNull();
    expect(warnings.join('\n')).toContain('"send_program = "/bin/test %h"": no check');
  });
});

describe('the defaults are those of Piranha', () => {
  test('NAT, port 80, wlc, weight 1, 10 and 180 seconds', () => {
    const { server } = only('');
    expect(server).toMatchObject({
      id: { protocol: 'tcp', address: '1.2.3.1', port: 80 },
      scheduler: 'wlc',
      onFailure: 'remove',
      check: { interval: 5, fall: 2, rise: 36 },
      realServers: [{ address: '192.168.1.2', port: 80, forward: 'masq', weight: 1 }],
    });
  });

  test('without "active = 1" nothing is in use, which is told', () => {
    const { config, warnings } = read(
      'piranha',
      'virtual web {\naddress = 1.2.3.1 eth0:1\nserver one {\naddress = 192.168.1.2\n}\n}',
    );
    expect(config.cluster.virtualServers[0]).toMatchObject({ enabled: false, realServers: [{ drain: true }] });
    expect(warnings.filter((text) => text.includes('active = 1'))).toHaveLength(2);
  });
});

test.each([
  ['direct', 'direct'],
  ['tunnel', 'tunnel'],
  ['nat', 'masq'],
])('network = %s is forward: %s', (network, forward) => {
  const { server } = only('', `network = ${network}`);
  expect(server?.realServers[0]?.forward).toBe(forward);
});

test('what is between two routers is told where there is one', () => {
  const { warnings } = only(
    '',
    'primary = 1.1.1.1\nkeepalive = 2\ndeadtime = 5\nsyncdaemon = 1\nnat_nmask = 255.0.0.0',
  );
  expect(warnings.map((text) => text.split(':')[1])).toEqual(['1', '2', '3', '4', '5']);
});

test('a backup that is not active is no router', () => {
  const { cluster, warnings } = only('', 'primary = 192.168.1.11\nbackup = 192.168.1.12\nbackup_active = 0');
  expect(cluster.routers).toEqual([]);
  expect(warnings.join('\n')).toContain('f:2: "backup = 192.168.1.12"');
});

test('load_monitor under a scheduler without weights is told', () => {
  const { server, warnings } = only('scheduler = rr\nload_monitor = uptime');
  expect(server?.load).toBeNull();
  expect(warnings).toEqual(['f:7: "load_monitor = uptime": weights stay as stated: scheduler rr ignores them']);
});

test('every directive that nobody knows is told with its line', () => {
  const { warnings } = only('frobnicate = 1', 'serial_no = 7\nunheard_of = x');
  expect(warnings).toEqual([
    'f:1: "serial_no = 7": counted the edits of lvs.cf: lvs compares the files themselves',
    'f:2: "unheard_of = x": lvs does not know this directive: left out',
    'f:7: "frobnicate = 1": lvs does not know this directive: left out',
  ]);
});

test.each([
  ['virtual web {', 1, 'the block of virtual web is not closed'],
  ['}', 1, 'found "}" where no block is open'],
  ['primary 1.2.3.4', 1, 'found "primary 1.2.3.4"; allowed: KEY = VALUE'],
  ['virtual web {\n active = 1\n}', 1, 'virtual web has no address'],
  ['virtual web {\n active = 2\n address = 1.2.3.1\n}', 2, 'active: found "2"; allowed: a whole number from 0 to 1'],
  ['virtual web {\n address = 1.2.3\n}', 2, 'address: found "1.2.3"; allowed: an IPv4 address'],
  ['virtual web {\n address = 1.2.3.1\n scheduler = fast\n}', 3, 'scheduler: found "fast"; allowed: rr, wrr'],
  ['virtual web {\n address = 1.2.3.1\n pmask = 255.0.255.0\n persistent = 3\n}', 3, 'pmask: found "255.0.255.0"'],
  [
    'virtual web {\n address = 1.2.3.1\n server x {\n  port = 70000\n  address = 1.2.3.4\n }\n}',
    4,
    'port: found "70000"',
  ],
  ['virtual web {\n send = "x\n address = 1.2.3.1\n}', 2, 'found "x; allowed: text between two quotes'],
  ['network = bridge', 1, 'network: found "bridge"; allowed: nat, direct, tunnel'],
])('%j is refused with its line', (text, line, message) => {
  try {
    read('piranha', text);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof LvsError)) throw error;
    expect(error.exitStatus).toBe(2);
    expect(error.details).toEqual([
      expect.objectContaining({ file: 'f', line, message: expect.stringContaining(message) }),
    ]);
  }
});
