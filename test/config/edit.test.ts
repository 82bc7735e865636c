import { describe, expect, test } from 'vitest';
import { type Config, parseConfig } from '../../src/config/config.ts';
import { addRealServer, removeRealServer, setRealServer } from '../../src/config/edit/real-servers.ts';
import { addVirtualServer, removeVirtualServer, setVirtualServer } from '../../src/config/edit/virtual-servers.ts';
import { effort } from '../support/effort.ts';
import { manyServersFile } from '../support/many-servers.ts';
import { example } from './example.ts';

const read = (text: string) => parseConfig(text, 'lvs.yaml');

/** What a line-by-line comparison shows: `-` for lines that went, `+` for lines that came. */
function difference(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  return [
    ...old.slice(start, old.length - end).map((line) => `-${line}`),
    ...now.slice(start, now.length - end).map((line) => `+${line}`),
  ];
}

const onExample: readonly [string, (config: Config) => Config, string[]][] = [
  [
    'a virtual server is added in block style, apart like the others',
    (config) => addVirtualServer(config, 'smtp', { scheduler: 'wrr', address: 'tcp://1.2.3.1:25' }),
    ['+', '+  smtp:', '+      address: tcp://1.2.3.1:25', '+      scheduler: wrr'],
  ],
  [
    'an IPv6 virtual server is added with its real servers',
    (config) =>
      addVirtualServer(config, 'six', {
        address: 'tcp://[2001:db8::1]:80',
        'real-servers': ['2001:db8:1::2', { address: '[2001:db8:1::3]:81', weight: 2 }],
      }),
    [
      '+',
      '+  six:',
      '+      address: tcp://[2001:db8::1]:80',
      '+      real-servers:',
      '+          - 2001:db8:1::2',
      '+          - { address: "[2001:db8:1::3]:81", weight: 2 }',
    ],
  ],
  [
    'a value is replaced, and the remark stays',
    (config) => setVirtualServer(config, 'web', { persistent: 600 }),
    ['-    persistent: 300               # seconds', '+    persistent: 600               # seconds'],
  ],
  [
    'a new key goes to its place',
    (config) => setVirtualServer(config, 'web', { netmask: '255.255.255.0' }),
    ['+    netmask: 255.255.255.0'],
  ],
  [
    'several keys change at once',
    (config) => setVirtualServer(config, 'web', { scheduler: 'wlc', flags: null, netmask: 24 }),
    [
      '-    scheduler: sh                 # default wlc',
      '-    device: eth2                  # this address on a device of its own',
      "-    label: eth2:1                 # the alias's label",
      '-    persistent: 300               # seconds',
      '-    one-packet: false             # UDP',
      '-    flags: [sh-port]              # scheduler flags',
      '+    scheduler: wlc                # default wlc',
      '+    device: eth2                  # this address on a device of its own',
      "+    label: eth2:1                 # the alias's label",
      '+    persistent: 300               # seconds',
      '+    netmask: 24',
      '+    one-packet: false             # UDP',
    ],
  ],
  [
    'a key goes with its line',
    (config) => setVirtualServer(config, 'web', { 'sorry-server': null }),
    ['-    sorry-server: 192.168.1.9:80'],
  ],
  [
    'a list in block style becomes one in brackets when it is replaced',
    (config) => setVirtualServer(config, 'mark', { floating: ['1.2.3.9'] }),
    ['-      floating:', '-      - 1.2.3.7', '-      - 1.2.3.8', '+      floating: [1.2.3.9]'],
  ],
  [
    'a key is added to a mapping in braces',
    (config) => setVirtualServer(config, 'dns6', { scheduler: 'rr' }),
    [
      `-  dns6: {address: "udp://[2001:db8::53]:53", 'one-packet': true,   real-servers: ["2001:db8:1::2" , {address: "[2001:db8:1::3]:5353"}] }   # flow`,
      `+  dns6: {address: "udp://[2001:db8::53]:53", scheduler: rr, 'one-packet': true,   real-servers: ["2001:db8:1::2" , {address: "[2001:db8:1::3]:5353"}] }   # flow`,
    ],
  ],
  [
    'a key is removed from a mapping in braces',
    (config) => setVirtualServer(config, 'dns6', { 'one-packet': null }),
    [
      `-  dns6: {address: "udp://[2001:db8::53]:53", 'one-packet': true,   real-servers: ["2001:db8:1::2" , {address: "[2001:db8:1::3]:5353"}] }   # flow`,
      `+  dns6: {address: "udp://[2001:db8::53]:53", real-servers: ["2001:db8:1::2" , {address: "[2001:db8:1::3]:5353"}] }   # flow`,
    ],
  ],
  [
    'the last virtual server goes with the remarks within it',
    (config) => removeVirtualServer(config, 'mark'),
    [
      '-  mark:',
      '-      address: fwmark:7',
      '-      floating:',
      '-      - 1.2.3.7',
      '-      - 1.2.3.8',
      '-      forward: tunnel',
      '-      tunnel: { type: gue, port: 6080, checksum: csum }',
      '-      real-servers:',
      '-      - address: 10.0.0.2',
      '-        weight: 3     # strong',
      '-        # a remark within',
      '-      -   address: 192.168.1.22',
    ],
  ],
  [
    'a real server is added in the short form',
    (config) => addRealServer(config, 'web', { address: '192.168.1.5' }),
    ['+      - 192.168.1.5'],
  ],
  [
    'a real server with options is added in braces',
    (config) => addRealServer(config, 'web', { address: '192.168.1.5:81', weight: 3 }),
    ['+      - { address: 192.168.1.5:81, weight: 3 }'],
  ],
  [
    'a real server is added in block style',
    (config) => addRealServer(config, 'mark', { address: '10.0.0.3', weight: 3 }),
    ['+      - address: 10.0.0.3', '+        weight: 3'],
  ],
  [
    'a real server is added within brackets',
    (config) => addRealServer(config, 'dns6', { address: '2001:db8:1::4', weight: 3 }),
    [
      `-  dns6: {address: "udp://[2001:db8::53]:53", 'one-packet': true,   real-servers: ["2001:db8:1::2" , {address: "[2001:db8:1::3]:5353"}] }   # flow`,
      `+  dns6: {address: "udp://[2001:db8::53]:53", 'one-packet': true,   real-servers: ["2001:db8:1::2" , {address: "[2001:db8:1::3]:5353"}, { address: 2001:db8:1::4, weight: 3 }] }   # flow`,
    ],
  ],
  [
    'the short form becomes a mapping',
    (config) => setRealServer(config, 'web', '192.168.1.2:80', { weight: 2 }),
    [
      "-      - 192.168.1.2               # short form: the virtual server's port, weight 1",
      "+      - { address: 192.168.1.2, weight: 2 } # short form: the virtual server's port, weight 1",
    ],
  ],
  [
    'an option is set in braces',
    (config) => setRealServer(config, 'web', '192.168.1.4:80', { weight: 5, state: null }),
    [
      '-      - { address: 192.168.1.4, state: drain }     # weight 0, kept across runs',
      '+      - { address: 192.168.1.4, weight: 5 }     # weight 0, kept across runs',
    ],
  ],
  [
    'options are set in block style',
    (config) => setRealServer(config, 'mark', '10.0.0.2:0', { weight: 4, state: 'drain' }),
    ['-        weight: 3     # strong', '+        weight: 4     # strong', '+        state: drain'],
  ],
  [
    'a real server goes with its line',
    (config) => removeRealServer(config, 'web', '192.168.1.3:8080'),
    ['-      - { address: 192.168.1.3:8080, weight: 2, upper-threshold: 500, lower-threshold: 400 }'],
  ],
  [
    'a real server in block style goes with its remarks',
    (config) => removeRealServer(config, 'mark', '10.0.0.2:0'),
    ['-      - address: 10.0.0.2', '-        weight: 3     # strong', '-        # a remark within'],
  ],
  [
    'a real server goes from brackets',
    (config) => removeRealServer(config, 'dns6', '[2001:db8:1::2]:53'),
    [
      `-  dns6: {address: "udp://[2001:db8::53]:53", 'one-packet': true,   real-servers: ["2001:db8:1::2" , {address: "[2001:db8:1::3]:5353"}] }   # flow`,
      `+  dns6: {address: "udp://[2001:db8::53]:53", 'one-packet': true,   real-servers: [{address: "[2001:db8:1::3]:5353"}] }   # flow`,
    ],
  ],
];

describe('an edit of the example', () => {
  test.each(onExample)('%s', (_, edit, expected) => {
    expect(difference(example, edit(read(example)).text)).toEqual(expected);
  });

  test.each(onExample)('%s, with Windows line ends', (_, edit) => {
    const windows = example.replaceAll('\n', '\r\n');
    expect(edit(read(windows)).text).toBe(edit(read(example)).text.replaceAll('\n', '\r\n'));
  });

  test.each(onExample)('%s, without a line end at the end', (_, edit) => {
    const [open] = example.split('\n# the end');
    expect(edit(read(open ?? '')).text.trimEnd()).toBe(edit(read(example)).text.replace('# the end', '').trimEnd());
  });
});

const web = 'public: { device: eth0 }\nvirtual-servers:\n  web:\n    address: tcp://1.2.3.1:80\n';
const add = (config: Config) => addVirtualServer(config, 'web', { address: 'tcp://1.2.3.1:80' });
const real = (config: Config) => addRealServer(config, 'web', { address: '192.168.1.2' });

test.each([
  ['no section', 'public: { device: eth0 }', add, `public: { device: eth0 }\n\n${web.slice(25, -1)}`],
  ['an empty section', 'public: { device: eth0 }\nvirtual-servers:\n', add, web],
  [
    'empty braces',
    'public: { device: eth0 }\nvirtual-servers: {}   # none yet\n',
    add,
    web.replace('rs:', 'rs:   # none yet'),
  ],
  [
    'a file in braces',
    '{ public: { device: eth0 } }',
    add,
    '{ public: { device: eth0 }, virtual-servers: { web: { address: tcp://1.2.3.1:80 } } }',
  ],
  ['no list', web, real, `${web}    real-servers:\n      - 192.168.1.2\n`],
  ['an empty list', `${web}    real-servers:\n`, real, `${web}    real-servers:\n      - 192.168.1.2\n`],
  [
    'empty brackets',
    `${web}    real-servers: []  # none\n`,
    real,
    `${web}    real-servers:  # none\n      - 192.168.1.2\n`,
  ],
])('something is added where there is %s', (_, before, edit, after) => {
  expect(edit(read(before)).text).toBe(after);
});

test('a list can be emptied and filled again', () => {
  const full = real(read(web));
  const empty = removeRealServer(full, 'web', '192.168.1.2:80');
  expect(empty.text).toBe(`${web}    real-servers:\n`);
  expect(real(empty).text).toBe(full.text);
});

test('a section can be emptied and filled again', () => {
  const empty = removeVirtualServer(read(web), 'web');
  expect(empty.text).toBe('public: { device: eth0 }\nvirtual-servers:\n');
  expect(add(empty).text).toBe(web);
});

test.each([
  [
    'braces over several lines',
    '{\n    address: "tcp://1.2.3.1:80", # one\n    scheduler: rr, # two\n    state: enabled # three\n  }',
    { scheduler: null },
    '{\n    address: "tcp://1.2.3.1:80", # one\n    # two\n    state: enabled # three\n  }',
  ],
  [
    'the last of braces over several lines',
    '{\n    address: "tcp://1.2.3.1:80", # one\n    state: enabled\n  }',
    { state: null },
    '{\n    address: "tcp://1.2.3.1:80" # one\n  }',
  ],
  [
    'two behind each other',
    '{ address: "tcp://1.2.3.1:80", scheduler: rr, state: enabled }',
    { scheduler: null, state: null, persistent: 300 },
    '{ address: "tcp://1.2.3.1:80", persistent: 300 }',
  ],
])('keys are removed from %s', (_, before, changes, after) => {
  const file = (entry: string) => `public: { device: eth0 }\nvirtual-servers:\n  web: ${entry}\n`;
  expect(setVirtualServer(read(file(before)), 'web', changes).text).toBe(file(after));
});

test('4,000 virtual servers of 10 real servers keep their comments when one is added, in reasonable time', () => {
  const text = manyServersFile({ virtualServers: 4000, realServers: 10 }).replaceAll(
    /^( {2}s\d+:)$/gm,
    '  # Its own.\n$1 # Mine.',
  );
  const milliseconds = effort(() => {
    const { source } = addVirtualServer(read(text), 'smtp', { address: 'tcp://1.2.3.1:25' });
    expect(difference(text, source.text)).toEqual(['+  smtp:', '+    address: tcp://1.2.3.1:25']);
  });
  expect(milliseconds).toBeLessThan(15_000);
});
