import { describe, expect, test } from 'vitest';
import { openEntries } from '../../src/grammar/open-entries.ts';
import type { RealServer, VirtualServerId } from '../../src/model/state.ts';
import { outputOf } from './transcript.ts';

/** Recorded: a half-open connection to port 81, its template, datagrams to port 53, closed and established ones to port 80. */
const recorded = outputOf('draining', 'cat /proc/net/ip_vs_conn').split('\n');
const more = [
  'TCP 01020364 8D02 01020301 0050 C0A80102 0050 FIN_WAIT       119',
  'TCP 01020364 8D04 01020302 0051 C0A80102 0051 CLOSE_WAIT      59',
  'TCP 01020364 8D06 01020301 0051 C0A80103 0051 CLOSE_WAIT      59',
  'TCP 2001:0db8:0000:0000:0000:0000:0000:0100 8D08 2001:0db8:0000:0000:0000:0000:0000:0001 0050 fd00:0000:0000:0000:0000:0000:0000:0002 0050 CLOSE_WAIT      59',
  'UDP 01020364 0000 01020301 0035 C0A80102 0035 ASSURED         297',
];
const table = [...recorded, ...more];

const tcp = (port: number, address = '1.2.3.1'): VirtualServerId => ({ protocol: 'tcp', address, port });
const real = (port: number, forward: RealServer['forward'] = 'masq', address = '192.168.1.2') => ({
  address,
  port,
  forward,
});
const mark: VirtualServerId = { fwmark: 7, family: 'ipv4' };

/** As `grep -E` finds them: client ports. */
function found(id: VirtualServerId, to: ReturnType<typeof real>): string[] {
  const pattern = openEntries(id, to);
  if (pattern === null || pattern === 'all') throw new Error(`${pattern}`);
  return table.filter((line) => new RegExp(pattern).test(line)).map((line) => line.split(/\s+/)[2] ?? '');
}

describe('no closed connections are', () => {
  test.each<[string, VirtualServerId, ReturnType<typeof real>, string[]]>([
    ['half-open ones of this virtual server', tcp(81), real(81), ['8D00']],
    ['those that the real server closed first', tcp(80), real(80), ['8D02']],
    ['those of another address', tcp(81, '1.2.3.2'), real(81), ['8D04']],
    ['those of another real server', tcp(81), real(81, 'masq', '192.168.1.3'), ['8D06']],
    ['those of IPv6', tcp(80, '2001:db8::1'), real(80, 'masq', 'fd00::2'), ['8D08']],
    ['all ports where it has all', tcp(0), real(0), ['8D00', '8D02']],
    ['those of a mark, datagrams too', mark, real(0), ['CC52', 'E7F2', '8D00', 'C6E3', '8D02', '8D04']],
    ['datagrams alone, where replies pass by the router', mark, real(0, 'direct'), ['CC52', 'E7F2', 'C6E3']],
  ])('%s', (_, id, to, ports) => {
    expect(found(id, to)).toEqual(ports);
  });

  test('all of UDP', () => {
    expect(openEntries({ protocol: 'udp', address: '1.2.3.1', port: 53 }, real(53))).toBe('all');
  });

  test.each([
    ['TCP under direct', tcp(80), real(80, 'direct')],
    ['TCP under tunnel', tcp(80), real(80, 'tunnel')],
    ['SCTP', { protocol: 'sctp' as const, address: '1.2.3.1', port: 80 }, real(80)],
  ])('none of %s', (_, id, to) => {
    expect(openEntries(id, to)).toBeNull();
  });
});
