import { expect, test } from 'vitest';
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
