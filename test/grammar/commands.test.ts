import { describe, expect, it } from 'vitest';
import { announce, answerOf, flavourOf } from '../../src/grammar/arping-commands.ts';
import { addAddress, deleteAddress } from '../../src/grammar/ip-commands.ts';
import {
  addRealServer,
  addVirtualServer,
  deleteRealServer,
  deleteVirtualServer,
  editRealServer,
  editVirtualServer,
  setTimeouts,
  startDaemon,
  stopDaemon,
} from '../../src/grammar/ipvsadm-commands.ts';
import { shellWords } from '../../src/grammar/shell.ts';
import type { RealServer, VirtualServer, VirtualServerId } from '../../src/model/state.ts';

const web: VirtualServer = {
  id: { protocol: 'tcp', address: '1.2.3.1', port: 80 },
  scheduler: 'wlc',
  flags: [],
  persistent: null,
  netmask: null,
  persistenceEngine: null,
  onePacket: false,
  realServers: new Map(),
};
const first: RealServer = {
  address: '192.168.1.2',
  port: 80,
  forward: 'masq',
  tunnel: null,
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
};
const mark: VirtualServerId = { fwmark: 7, family: 'ipv6' };

describe('ipvsadm', () => {
  it.each([
    [addVirtualServer(web), '-A -t 1.2.3.1:80 -s wlc'],
    [
      editVirtualServer({ ...web, scheduler: 'sh', flags: ['sh-fallback', 'sh-port'] }),
      '-E -t 1.2.3.1:80 -s sh -b sh-fallback,sh-port',
    ],
    [addVirtualServer({ ...web, persistent: 300, netmask: 20 }), '-A -t 1.2.3.1:80 -s wlc -p 300 -M 255.255.240.0'],
    [addVirtualServer({ ...web, persistent: 300, netmask: 0 }), '-A -t 1.2.3.1:80 -s wlc -p 300 -M 0.0.0.0'],
    [
      addVirtualServer({
        ...web,
        id: { protocol: 'udp', address: '2001:db8::1', port: 5060 },
        persistent: 9,
        netmask: 64,
        persistenceEngine: 'sip',
        onePacket: true,
      }),
      '-A -u [2001:db8::1]:5060 -s wlc -p 9 -M 64 --pe sip -o',
    ],
    [addVirtualServer({ ...web, id: mark, persistent: 9, netmask: 64 }), '-A -f 7 -6 -s wlc -p 9 -M 64'],
    [deleteVirtualServer({ protocol: 'sctp', address: '1.2.3.1', port: 80 }), '-D --sctp-service 1.2.3.1:80'],
    [addRealServer(web.id, first), '-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 1'],
    [editRealServer(web.id, { ...first, forward: 'direct', weight: 0 }), '-e -t 1.2.3.1:80 -r 192.168.1.2:80 -g -w 0'],
    [
      addRealServer(web.id, { ...first, upperThreshold: 500, lowerThreshold: 400 }),
      '-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 1 -x 500 -y 400',
    ],
    [
      addRealServer(mark, {
        ...first,
        address: 'fd00::2',
        port: 0,
        forward: 'tunnel',
        tunnel: { type: 'gue', port: 6080, checksum: 'remcsum' },
      }),
      '-a -f 7 -6 -r [fd00::2]:0 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum',
    ],
    [
      editRealServer(web.id, { ...first, forward: 'tunnel', tunnel: { type: 'gre', port: null, checksum: 'none' } }),
      '-e -t 1.2.3.1:80 -r 192.168.1.2:80 -i -w 1 --tun-type gre --tun-nocsum',
    ],
    [
      addRealServer(web.id, { ...first, forward: 'tunnel', tunnel: { type: 'ipip', port: null, checksum: 'none' } }),
      '-a -t 1.2.3.1:80 -r 192.168.1.2:80 -i -w 1 --tun-type ipip',
    ],
    [deleteRealServer(web.id, first), '-d -t 1.2.3.1:80 -r 192.168.1.2:80'],
    [setTimeouts({ tcp: 900, tcpFin: 120, udp: 300 }), '--set 900 120 300'],
    [
      startDaemon({ role: 'master', device: 'eth1', id: 7, maxLength: null }),
      '--start-daemon master --mcast-interface eth1 --syncid 7',
    ],
    [
      startDaemon({ role: 'backup', device: 'eth1', id: 7, maxLength: 1024 }),
      '--start-daemon backup --mcast-interface eth1 --syncid 7 --sync-maxlen 1024',
    ],
    [stopDaemon({ role: 'backup' }), '--stop-daemon backup'],
  ])('%j', (argv, line) => {
    expect(argv.join(' ')).toBe(line);
  });
});

describe('ip', () => {
  const held = { address: '1.2.3.1', prefix: 32, device: 'eth0', label: 'eth0:1', secondary: false };

  it('adds and deletes addresses with their prefix', () => {
    expect(addAddress(held).join(' ')).toBe('addr add 1.2.3.1/32 dev eth0 label eth0:1');
    expect(addAddress({ ...held, label: null }).join(' ')).toBe('addr add 1.2.3.1/32 dev eth0');
    expect(deleteAddress(held).join(' ')).toBe('addr del 1.2.3.1/32 dev eth0');
  });

  it('gives IPv6 addresses neither label nor nodad', () => {
    const ipv6 = { ...held, address: '2001:db8::1', prefix: 128 };
    expect(addAddress(ipv6).join(' ')).toBe('addr add 2001:db8::1/128 dev eth0');
  });
});

it('arping comes in two flavours', () => {
  expect(announce('iputils', '1.2.3.1', 'eth0', 2).join(' ')).toBe('-q -U -c 2 -I eth0 1.2.3.1');
  expect(announce('habets', '1.2.3.1', 'eth0', 2).join(' ')).toBe('-q -U -c 2 -i eth0 -S 1.2.3.1 1.2.3.1');
  for (const flavour of ['iputils', 'habets'] as const) {
    expect(flavourOf(announce(flavour, '1.2.3.1', 'eth0', 2))).toBe(flavour);
  }
});

it.each([
  ['iputils', { status: 0, stderr: '' }, false],
  ['iputils', { status: 1, stderr: '' }, true],
  ['iputils', { status: 2, stderr: 'arping: Device eth9 not available.' }, null],
  ['habets', { status: 0, stderr: '' }, true],
  ['habets', { status: 1, stderr: '' }, false],
  ['habets', { status: 1, stderr: 'arping: libnet_init(LIBNET_LINK, eth9)' }, null],
] as const)('reads what a probe by %s found: %j', (flavour, result, answer) => {
  expect(answerOf(flavour, result)).toBe(answer);
});

describe('words for a shell', () => {
  it.each([
    [['ipvsadm', '-a', '-t', '1.2.3.1:80', '-r', '192.168.1.2:80'], 'ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.2:80'],
    [['ipvsadm', '-D', '-t', '[2001:db8::1]:80'], "ipvsadm -D -t '[2001:db8::1]:80'"],
    [['sysctl', '-w', 'net.ipv4.vs.sync_threshold=0 1'], "sysctl -w 'net.ipv4.vs.sync_threshold=0 1'"],
    [['echo', "it's", '', '$HOME', 'a;b', '~'], "echo 'it'\\''s' '' '$HOME' 'a;b' '~'"],
  ])('%j', (argv, line) => {
    expect(shellWords(argv)).toBe(line);
  });
});
