import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LvsError } from '../../src/model/errors.ts';
import { read } from './support/read.ts';

const example = readFileSync(new URL('./fixtures/ldirectord.cf', import.meta.url), 'utf8');

test('a whole ldirectord.cf becomes a whole lvs.yaml', () => {
  expect(read('ldirectord', example).text).toMatchInlineSnapshot(`
    "# A Linux Virtual Server cluster, imported from f (ldirectord); the format is described in lvs.yaml(5).
    # "lvs validate" checks this file, "lvs diff" shows what it would change, "lvs apply" changes it.

    # What is different here, or could not be taken over:
    # - line 4: "fallback=127.0.0.1:80": is reached by forward: masq, as the real servers are
    # - line 4: "fallback=127.0.0.1:80": has its virtual server's port: without masq ports are not mapped
    # - line 5: "autoreload=yes": lvs monitor always reads a changed lvs.yaml
    # - line 6: "logfile="/var/log/ldirectord.log"": decisions are lines of the output of lvs monitor
    # - line 8: "emailalert="admin@x.y.z"": lvs monitor sends no e-mail: its decisions are lines of its output
    # - line 11: "tcp://192.168.6.240:80 and 3 more": the device of its address is not said: eth0, for a test, stands in public.device
    # - line 14: "real=192.168.6.6:8080 gate 1 "other.html", "Other"": has port 80, its virtual server's: without masq ports are not mapped
    # - line 15: "fallback=127.0.0.1:8080 gate": has its virtual server's port: without masq ports are not mapped
    # - line 22: "netmask=255.255.255.255": without persistent it has no effect: left out
    # - line 24: "requests of single real servers": all are asked what the virtual server says: lvs has one check for all
    # - line 24: "service = http": here an answer is good with a status from 200 to 399, there from 200 to 299
    # - line 35: "service = https": here an answer is good with a status from 200 to 399, there from 200 to 299
    # - line 41: "checktype = 4": every check is the negotiated one, not one in several
    # - line 41: "service = ftp": lvs has no such dialogue: only whether a connection opens is checked
    # - line 46: "receive = "10.0.0.1"": any answer to the question is good
    # - line 52: "virtual = www.example.com:80": left out, with its real servers: host names are not looked up; write the address
    # - line 56: "tcp-1.2.3.4-389: sorry-server": left out: found "127.0.0.1:80"; allowed: sorry-server only with check, or with load: { agent: PORT }; without them lvs does not notice that a real server is down
    # - line 58: "checkcommand = /usr/local/bin/check": not checked: ldirectord gives it virtual server, port, real server and port as arguments; see check: { exec: … } in lvs.yaml(5)
    # - line 60: "login="me"": of a dialogue that lvs does not have: left out
    # - line 61: "frobnicate=yes": lvs does not know this directive: left out

    public:                         # virtual server addresses become aliases of it
      device: eth0

    virtual-servers:
      tcp-192.168.6.240-80:
        address: tcp://192.168.6.240:80
        scheduler: rr
        forward: direct
        check: { http: /index.html, host: some.domain.com:80, body: "Test Page", port: 80, interval: 1, timeout: 3, rise: 1, fall: 1 }
        sorry-server: 127.0.0.1
        real-servers:
          - 192.168.6.2
          - { address: 192.168.6.3, weight: 2 }
          - { address: 192.168.6.4, weight: 2 }
          - { address: 192.168.6.5, weight: 2 }
          - 192.168.6.6
      tcp-192.168.6.240-443:
        address: tcp://192.168.6.240:443
        scheduler: rr
        persistent: 600
        netmask: 24
        check: { https: /index.html, body: "Test Page", verify: false, interval: 1, timeout: 3, rise: 1, fall: 1 }
        on-failure: remove
        sorry-server: 127.0.0.1:80
        real-servers:
          - { address: 192.168.6.2, upper-threshold: 10, lower-threshold: 5 }
      fwmark-7:
        address: fwmark:7
        family: ipv4
        scheduler: wrr
        forward: direct
        check: { tcp: true, port: 21, interval: 1, timeout: 3, rise: 1, fall: 1 }
        sorry-server: 127.0.0.1
        real-servers:
          - 192.168.6.2
      names:
        address: udp://[fe80::1]:53
        scheduler: wrr
        one-packet: true
        check: { dns: www.example.com, interval: 1, timeout: 3, rise: 1, fall: 1 }
        real-servers:
          - fe80::2
      tcp-1.2.3.4-389:
        address: tcp://1.2.3.4:389
        scheduler: wrr
        real-servers:
          - 10.0.0.1:80
    "
  `);
});

function only(lines: readonly string[], head = 'virtual=1.2.3.1:80', more: readonly string[] = []) {
  const { config, warnings } = read('ldirectord', [...more, head, ...lines.map((line) => `    ${line}`)].join('\n'));
  const [server] = config.cluster.virtualServers;
  return { server, warnings };
}

const real = 'real=192.168.1.2:80 masq';

describe('checks', () => {
  test.each<[string[], object | null]>([
    [[], { type: 'http', path: '/', interval: 10, timeout: 30, rise: 1, fall: 1 }],
    [['checktype=connect'], { type: 'tcp', timeout: 5 }],
    [['checktype=connect', 'negotiatetimeout=7'], { type: 'tcp', timeout: 7 }],
    [['checktype=on'], null],
    [['checktype=ping'], null],
    [['checktype=external', 'checkcommand=/bin/x'], null],
    [['service=none'], null],
    [['service=smtp'], { type: 'tcp' }],
    [['checkport=81'], { type: 'http', port: 81 }],
    [['service=https', 'virtualhost="a.example"'], { type: 'https', host: 'a.example', tls: { verify: false } }],
    [['request="x?y"', 'receive="all [a-z]+"'], { type: 'http', path: '/x?y', body: 'all [a-z]+' }],
    [['service=dns', 'request="4.3.2.1"'], { type: 'dns', name: '1.2.3.4.in-addr.arpa', record: 'PTR' }],
  ])('%j', (lines, check) => {
    const { server } = only([real, ...lines]);
    if (check === null) expect(server?.check).toBeNull();
    else expect(server?.check).toMatchObject(check);
  });

  test('checktype = off drains the real servers, and says so', () => {
    const { server, warnings } = only([real, 'checktype=off']);
    expect(server).toMatchObject({ check: null, realServers: [{ drain: true }] });
    expect(warnings.join('\n')).toContain('checktype = off": its real servers are drained');
  });

  test('of a UDP service, connect is a ping, which lvs does not have', () => {
    const { server, warnings } = only(
      ['real=192.168.1.2:514 gate', 'protocol=udp', 'checktype=connect'],
      'virtual=1.2.3.1:514',
    );
    expect(server?.check).toBeNull();
    expect(warnings.join('\n')).toContain('of UDP that is a ping');
  });
});

describe('real servers', () => {
  test('ranges, weights, thresholds, requests and forwarding methods', () => {
    const { server } = only(['real=10.0.0.254->10.0.1.1:80 ipip 3 "a", "b" l:5 u:9']);
    expect(server?.realServers).toMatchObject(
      ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1'].map((address) => ({
        address,
        port: 80,
        forward: 'tunnel',
        weight: 3,
        lowerThreshold: 5,
        upperThreshold: 9,
      })),
    );
    expect(server?.check).toMatchObject({ path: '/a', body: 'b' });
  });

  test('the scheduler is wrr unless it is said', () => expect(only([real]).server?.scheduler).toBe('wrr'));

  test('a mark has its port from the service that is checked', () => {
    const { server } = only(['real=192.168.1.2 gate', 'service=http'], 'virtual=7');
    expect(server).toMatchObject({ id: { fwmark: 7 }, check: { type: 'http', port: 80 }, realServers: [{ port: 0 }] });
  });

  test('a global fallback is for those without one of their own', () => {
    const { server } = only([real], 'virtual=1.2.3.1:80', ['fallback=192.168.1.9 masq']);
    expect(server?.sorryServer).toEqual({ address: '192.168.1.9', port: 80 });
  });
});

test.each([
  ['virtual=1.2.3.1', 1, 'virtual: found "1.2.3.1"; allowed: ADDRESS:PORT'],
  ['    real=1.2.3.4:80 gate', 1, 'indented and under no virtual server'],
  ['virtual=1.2.3.1:80\n  real=1.2.3.4:80 gate', 2, 'behind too few blanks'],
  ['virtual=1.2.3.1:80\n\treal=1.2.3.4:80 nat', 2, 'real: found "1.2.3.4:80 nat"; allowed: ADDRESS'],
  ['virtual=1.2.3.1:80\n\treal=1.2.3.4:80 gate 1 x', 2, 'real: found "1.2.3.4:80 gate 1 x"'],
  ['virtual=1.2.3.1:80\n\treal6=[::1]:80 gate', 2, 'allowed: real here'],
  ['virtual=1.2.3.1:80\n\tquiescent=maybe', 2, 'quiescent: found "maybe"; allowed: yes, no'],
  ['virtual=[::1]:80\n', 1, 'virtual: found "[::1]:80"; allowed: an IPv4 address'],
  ['virtual=7\n\tprotocol=tcp', 1, 'allowed: protocol = fwm with a firewall mark'],
  ['checkinterval=soon', 1, 'checkinterval: found "soon"; allowed: a whole number'],
  ['what', 1, 'found "what"; allowed: KEY = VALUE'],
  [
    'virtual=1.2.3.1:80\n\treal=10.0.0.9->10.0.0.1:80 gate',
    2,
    'allowed: a range of IPv4 addresses, the lower one first',
  ],
  ['virtual=1.2.3.1:80\n\treal=10.0.0.0->11.0.0.0:80 gate', 2, 'allowed: a range of at most 4096 addresses'],
])('%j is refused with its line', (text, line, message) => {
  try {
    read('ldirectord', text);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof LvsError)) throw error;
    expect(error.details).toEqual([
      expect.objectContaining({ file: 'f', line, message: expect.stringContaining(message) }),
    ]);
  }
});
