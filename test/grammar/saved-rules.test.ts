import { describe, expect, it } from 'vitest';
import { netmaskWithHoles } from '../../src/grammar/netmask.ts';
import { parseSavedRules } from '../../src/grammar/saved-rules.ts';
import { effort } from '../support/effort.ts';
import { outputOf } from './transcript.ts';

const real = parseSavedRules(outputOf('table', 'ipvsadm -Sn', 2));
const plain = { flags: [], persistent: null, netmask: null, persistenceEngine: null, onePacket: false };

/** A virtual server of the recorded table, without its real servers. */
function settingsOf(key: string) {
  const { id, realServers, ...settings } = real.get(key) ?? { id: null, realServers: null };
  return settings;
}

function only(text: string) {
  return [...parseSavedRules(text).values()][0];
}

describe('a real table', () => {
  it('is read line for line', () => {
    const lines = outputOf('table', 'ipvsadm -Sn', 2).trimEnd().split('\n');
    const realServers = [...real.values()].map(({ realServers }) => realServers.size);
    expect(real.size).toBe(lines.filter((line) => line.startsWith('-A')).length);
    expect(realServers.reduce((sum, size) => sum + size)).toBe(lines.filter((line) => line.startsWith('-a')).length);
  });

  it.each([
    ['tcp://1.2.3.1:80', { ...plain, scheduler: 'wlc' }],
    ['tcp://1.2.3.1:0', { ...plain, scheduler: 'wlc', persistent: 360 }],
    ['tcp://1.2.3.2:443', { ...plain, scheduler: 'wlc', persistent: 600, netmask: 24 }],
    ['tcp://1.2.3.3:81', { ...plain, scheduler: 'sh', flags: ['sh-fallback', 'sh-port'] }],
    ['tcp://1.2.3.3:82', { ...plain, scheduler: 'sh', flags: ['flag-3'] }],
    ['tcp://1.2.3.3:83', { ...plain, scheduler: 'mh', flags: ['mh-fallback', 'mh-port'] }],
    ['tcp://1.2.3.3:84', { ...plain, scheduler: 'rr', flags: ['flag-1', 'flag-2', 'flag-3'] }],
    ['udp://1.2.3.4:5060', { ...plain, scheduler: 'rr', persistent: 1800, persistenceEngine: 'sip', onePacket: true }],
    ['udp://1.2.3.4:5061', { ...plain, scheduler: 'rr', persistenceEngine: 'sip' }],
    ['sctp://1.2.3.4:3868', { ...plain, scheduler: 'rr', persistent: 4000 }],
    ['tcp://[2001:db8::1]:80', { ...plain, scheduler: 'wlc', persistent: 300, netmask: 56 }],
    ['udp://[::ffff:102:304]:53', { ...plain, scheduler: 'rr' }],
    ['fwmark:7', { ...plain, scheduler: 'wrr', onePacket: true }],
    ['fwmark:7/ipv6', { ...plain, scheduler: 'wrr', persistent: 900, netmask: 64 }],
    ['fwmark:4294967295', { ...plain, scheduler: 'rr' }],
  ])('has %s', (key, settings) => {
    expect(settingsOf(key)).toEqual(settings);
  });

  it('has real servers of every forwarding method', () => {
    const { realServers } = real.get('tcp://1.2.3.1:80') ?? {};
    const noThresholds = { upperThreshold: 0, lowerThreshold: 0 };
    expect([...(realServers?.values() ?? [])]).toEqual([
      { address: '192.168.1.2', port: 80, forward: 'masq', tunnel: null, weight: 1, ...noThresholds },
      { address: '192.168.1.3', port: 8080, forward: 'masq', tunnel: null, weight: 2, ...noThresholds },
      { address: '192.168.1.5', port: 80, forward: 'direct', tunnel: null, weight: 0, ...noThresholds },
      ...[
        { address: '192.168.1.6', weight: 2147483647, tunnel: { type: 'ipip', port: null, checksum: 'none' } },
        { address: '192.168.1.7', weight: 1, tunnel: { type: 'gue', port: 6080, checksum: 'none' } },
        { address: '192.168.1.8', weight: 1, tunnel: { type: 'gue', port: 6080, checksum: 'csum' } },
        { address: '192.168.1.9', weight: 1, tunnel: { type: 'gue', port: 6080, checksum: 'remcsum' } },
        { address: '192.168.1.10', weight: 1, tunnel: { type: 'gre', port: null, checksum: 'none' } },
        { address: '192.168.1.11', weight: 7, tunnel: { type: 'gre', port: null, checksum: 'csum' } },
        { address: 'fd00::2', weight: 1, tunnel: { type: 'ipip', port: null, checksum: 'none' } },
      ].map((tunnelled) => ({ ...tunnelled, port: 80, forward: 'tunnel', ...noThresholds })),
      { address: '10.0.0.4', port: 80, forward: 'masq', tunnel: null, weight: 1, ...noThresholds },
    ]);
  });
});

describe('a file written by hand', () => {
  it('may use long options, defaults, comments and blank lines', () => {
    const text = `
      # the shop
      ipvsadm --add-service --tcp-service 1.2.3.1:80 --scheduler=wrr --persistent --netmask 255.255.255.0
      --add-server --tcp-service 1.2.3.1:80 --real-server 192.168.1.2 --masquerading --u-threshold 500 --l-threshold 400
      -a -t 1.2.3.1:80 -r 192.168.1.3`;
    const common = { port: 80, tunnel: null, weight: 1 };
    expect(only(text)).toEqual({
      id: { protocol: 'tcp', address: '1.2.3.1', port: 80 },
      ...{ ...plain, scheduler: 'wrr', persistent: 360, netmask: 24 },
      realServers: new Map([
        [
          '192.168.1.2:80',
          { ...common, address: '192.168.1.2', forward: 'masq', upperThreshold: 500, lowerThreshold: 400 },
        ],
        [
          '192.168.1.3:80',
          { ...common, address: '192.168.1.3', forward: 'direct', upperThreshold: 0, lowerThreshold: 0 },
        ],
      ]),
    });
  });

  it('may call the flags of sh by number', () => {
    expect(only('-A -t 1.2.3.1:80 -s sh -b flag-2,flag-1')?.flags).toEqual(['sh-fallback', 'sh-port']);
  });

  it('loses a netmask that nothing uses, or that is full', () => {
    expect(only('-A -t 1.2.3.1:80 -M 255.255.255.0')?.netmask).toBeNull();
    expect(only('-A -t 1.2.3.1:80 -p 60 -M 255.255.255.255')?.netmask).toBeNull();
    expect(only('-A -t [2001:db8::1]:80 -p 60 -M 128')?.netmask).toBeNull();
  });

  it('may have a netmask that no prefix length can say', () => {
    expect(only('-A -t 1.2.3.1:80 -p 60 -M 255.0.255.0')?.netmask).toBe(netmaskWithHoles);
    expect(only('-A -t 1.2.3.1:80 -p 60 -M 0.0.0.0')?.netmask).toBe(0);
  });
});

describe('a line that cannot be understood is an error that names it', () => {
  const known = '-A -t 1.2.3.1:80 -s rr\n';
  it.each([
    ['-A -t www:http', /numeric address/],
    ['-A -t 010.0.0.1:80', /numeric address/],
    ['-A -t [2001:db8::1%eth0]:80', /numeric address/],
    ['-A -t 1.2.3.4:65536', /numeric address/],
    ['-A -f 0x7', /numeric address/],
    ['-A -s rr', /one of -t, -u/],
    ['-D -t 1.2.3.1:80', /"-D" is not an option/],
    ['-t 1.2.3.9:80', /either -A or -a/],
    ['-A -a -t 1.2.3.9:80', /either -A or -a/],
    ['-A -t 1.2.3.9:80 -s', /"-s" needs a word/],
    ['-A -t 1.2.3.9:80 -s rr -s wrr', /"-s" stands twice/],
    ['-A -t 1.2.3.9:80 -p soon', /seconds after -p/],
    ['-A -t 1.2.3.9:80 -p 60 -M 24', /netmask of IPv4/],
    ['-A -t [2001:db8::1]:80 -p 60 -M 129', /netmask of IPv6/],
    ['-A -t 1.2.3.1:80 -s rr', /each virtual server once/],
    ['-a -t 1.2.3.9:80 -r 192.168.1.2 -m', /added before/],
    ['-a -t 1.2.3.1:80 -m', /address after -r/],
    ['-a -t 1.2.3.1:80 -r 192.168.1.2 -w much', /numbers after -w/],
    ['-a -t 1.2.3.1:80 -r 192.168.1.2 -i --tun-type vxlan', /ipip, gue or gre/],
    ['-a -t 1.2.3.1:80 -r 192.168.1.2 -i --tun-type gue --tun-port x', /number after --tun-port/],
    ['nonsense', /"nonsense" is not an option/],
  ])('%s', (line, allowed) => {
    const reading = () => parseSavedRules(known + line, 'rules.txt');
    expect(reading).toThrow('rules.txt: line 2 cannot be understood.');
    expect(reading).toThrow(
      expect.objectContaining({
        code: 'read-failed',
        details: [expect.objectContaining({ line: 2, found: line, allowed: expect.stringMatching(allowed) })],
      }),
    );
  });

  it('also a real server that stands twice', () => {
    const twice = '-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 1\n';
    expect(() => parseSavedRules(known + twice + twice)).toThrow('line 3');
  });
});

it('reads 11,000 rules with little effort', () => {
  const addresses = Array.from({ length: 1000 }, (_, index) => `10.${index >> 8}.${index & 255}.1:80`);
  const text = addresses
    .map((address) => {
      const real = Array.from({ length: 10 }, (_, index) => `-a -t ${address} -r 192.168.1.${index}:80 -m -w 1\n`);
      return `-A -t ${address} -s wlc -p 300\n${real.join('')}`;
    })
    .join('');
  const readings = Array.from({ length: 7 }, () => effort(() => expect(parseSavedRules(text).size).toBe(1000)));
  expect(Math.min(...readings)).toBeLessThan(300);
});
