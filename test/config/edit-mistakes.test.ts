import { describe, expect, test } from 'vitest';
import { type Config, parseConfig } from '../../src/config/config.ts';
import { addRealServer, removeRealServer, setRealServer } from '../../src/config/edit/real-servers.ts';
import { addVirtualServer, removeVirtualServer, setVirtualServer } from '../../src/config/edit/virtual-servers.ts';
import { LvsError } from '../../src/model/errors.ts';

const config = parseConfig(
  `public: { device: eth0 }
virtual-servers:
  web: { address: "tcp://1.2.3.1:80", real-servers: [192.168.1.2] }
  tls: &tls { address: "tcp://1.2.3.1:443", label: "eth0:1", real-servers: [192.168.1.3] }
  copy: { <<: *tls, address: "tcp://1.2.3.2:443", label: "eth0:2" }
`,
  'lvs.yaml',
);

function errorOf(edit: (config: Config) => unknown): LvsError {
  try {
    edit(config);
  } catch (error) {
    if (error instanceof LvsError) return error;
    throw error;
  }
  throw new Error('the edit was made');
}

const mail = { address: 'tcp://1.2.3.1:25' };

test.each<[string, (config: Config) => unknown, string[]]>([
  [
    'an unknown scheduler',
    (c) => addVirtualServer(c, 'mail', { ...mail, scheduler: 'wlcc' }),
    [
      '--scheduler: found "wlcc"; allowed: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos; did you mean "wlc"?',
    ],
  ],
  [
    'several at once',
    (c) => addVirtualServer(c, 'mail', { ...mail, persistent: 0, state: 'on' }),
    [
      '--persistent: found 0; allowed: seconds, or a number with ms, s, m or h, in whole seconds, from 1 s to 2678400 s',
      '--state: found "on"; allowed: enabled, disabled',
    ],
  ],
  [
    'an address that is taken',
    (c) => addVirtualServer(c, 'mail', { address: 'tcp://1.2.3.1:80' }),
    [
      'ADDRESS: found "tcp://1.2.3.1:80"; allowed: an address of its own: virtual server "web" has tcp://1.2.3.1:80 already',
    ],
  ],
  [
    'a bad name',
    (c) => addVirtualServer(c, 'a b', mail),
    [
      '--name: found the name "a b"; allowed: letters, digits, ".", "_" and "-", a letter or digit first, not digits alone',
    ],
  ],
  [
    'a label that another has',
    (c) => setVirtualServer(c, 'web', { label: 'eth0:9' }),
    [
      'virtual-servers.tls.label: found "eth0:1"; allowed: "eth0:9", which virtual server "web" has for the same address',
    ],
  ],
  [
    'one-packet on TCP',
    (c) => setVirtualServer(c, 'web', { 'one-packet': true }),
    ['--one-packet: found true; allowed: false for TCP; one-packet needs UDP or a firewall mark'],
  ],
  [
    'a real server that is there',
    (c) => addRealServer(c, 'web', { address: '192.168.1.2:80', weight: 2 }),
    ['ADDRESS: found "192.168.1.2:80"; allowed: each real server once; 192.168.1.2:80 stands above'],
  ],
  [
    'a weight out of range',
    (c) => setRealServer(c, 'web', '192.168.1.2:80', { weight: -1 }),
    ['--weight: found -1; allowed: a whole number from 0 to 2147483647'],
  ],
  [
    'a direct real server on another port',
    (c) => addRealServer(c, 'web', { address: '192.168.1.3:8080', forward: 'direct' }),
    ['ADDRESS: found "192.168.1.3:8080"; allowed: port 80, since forward: direct cannot map ports'],
  ],
  [
    'virtual real servers that no longer fit',
    (c) => setVirtualServer(c, 'web', { address: 'tcp://[2001:db8::1]:80' }),
    [
      'real-servers[0]: found "192.168.1.2"; allowed: ipv6, like the virtual server; another family only with forward: tunnel',
    ],
  ],
])('%s is said in the words of the command line', (_, edit, messages) => {
  const error = errorOf(edit);
  expect(error.details.map(({ message }) => message)).toEqual(messages);
  expect(error.code).toBe('invalid-input');
  for (const detail of error.details) expect(detail).not.toHaveProperty('line');
});

test.each<[string, (config: Config) => unknown, string, string]>([
  ['a taken name', (c) => addVirtualServer(c, 'web', mail), 'conflict', 'lvs.yaml has a virtual server "web" already'],
  [
    'an anchor',
    (c) => addRealServer(c, 'copy', { address: '192.168.1.9' }),
    'refused',
    'real-servers of "copy" in lvs.yaml comes from a YAML anchor, so that a change here would reach further',
  ],
  ['no such server', (c) => setVirtualServer(c, 'dns', {}), 'not-found', 'lvs.yaml has no virtual server "dns"'],
  ['no such server', (c) => removeVirtualServer(c, 'public'), 'not-found', 'lvs.yaml has no virtual server "public"'],
  [
    'no such real server',
    (c) => removeRealServer(c, 'web', '192.168.1.9:80'),
    'not-found',
    'virtual server "web" has no real server 192.168.1.9:80',
  ],
])('%s is an error', (_, edit, code, message) => {
  const error = errorOf(edit);
  expect([error.code, error.message]).toEqual([code, message]);
});

const shared = parseConfig(
  `public: { device: eth0 }
virtual-servers:
  web: { address: "tcp://1.2.3.1:80", real-servers: &reals [&first { address: 192.168.1.2 }, 192.168.1.3] }
  tls: { address: "tcp://1.2.3.1:443", real-servers: *reals }
  alt: { address: "tcp://1.2.3.1:8443", real-servers: [*first] }
  base: &base { address: "tcp://1.2.3.2:80", persistent: 300 }
  copy: { <<: *base, address: "tcp://1.2.3.3:80" }
`,
  'lvs.yaml',
);
const furtherThan = (...servers: string[]) =>
  `a change here in lvs.yaml would reach ${servers.map((name) => `virtual server "${name}"`).join(', ')} too, by a YAML anchor or merge key`;
const somethingElse = (name: string) =>
  `"${name}" in lvs.yaml is written in a way in which this change would come to something else`;

describe('what is written once and used in several places', () => {
  test.each<[string, (config: Config) => unknown, string]>([
    [
      'a drain where the anchor is',
      (c) => setRealServer(c, 'web', '192.168.1.2:80', { state: 'drain' }),
      furtherThan('tls', 'alt'),
    ],
    [
      'a drain of an address alone',
      (c) => setRealServer(c, 'web', '192.168.1.3:80', { state: 'drain' }),
      furtherThan('tls'),
    ],
    ['a real server more', (c) => addRealServer(c, 'web', { address: '192.168.1.4' }), furtherThan('tls')],
    [
      'a setting that would be a mistake in the other place',
      (c) => setRealServer(c, 'web', '192.168.1.2:80', { address: '192.168.1.3' }),
      furtherThan('tls', 'alt'),
    ],
    ['a setting that others merge', (c) => setVirtualServer(c, 'base', { persistent: 60 }), furtherThan('copy')],
    ['a key that comes by a merge', (c) => setVirtualServer(c, 'copy', { persistent: null }), somethingElse('copy')],
    ['the anchor itself', (c) => removeVirtualServer(c, 'web'), 'lvs.yaml would be broken by this change'],
    ['an anchored real server', (c) => removeRealServer(c, 'web', '192.168.1.2:80'), furtherThan('tls', 'alt')],
  ])('%s is refused', (_, edit, message) => {
    const error = errorOf(() => edit(shared));
    expect([error.code, error.message, error.hint]).toEqual(['refused', message, 'edit the file by hand']);
  });

  test('is no hindrance to a change that stays where it belongs', () => {
    expect(setVirtualServer(shared, 'web', { scheduler: 'rr' }).cluster.virtualServers[1]?.scheduler).toBe('wlc');
    expect(setVirtualServer(shared, 'copy', { persistent: 60 }).cluster.virtualServers[3]?.persistent).toBe(300);
    expect(removeVirtualServer(shared, 'tls').cluster.virtualServers).toHaveLength(4);
  });
});

test('a removal that the style of the file does not let happen is refused', () => {
  const odd = parseConfig(
    'public: { device: eth0 }\nvirtual-servers:\n  ? odd\n  : address: tcp://1.2.3.4:80\n',
    'lvs.yaml',
  );
  const error = errorOf(() => removeVirtualServer(odd, 'odd'));
  expect([error.code, error.message]).toEqual(['refused', somethingElse('odd')]);
});
