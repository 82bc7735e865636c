import { type Case, virtualServer } from './case.ts';

export const mistakesInText: readonly Case[] = [
  ['an empty file', '', ['1:1 the file is empty; allowed: a mapping; "lvs init" writes a file to start from']],
  [
    'a file of comments',
    '# nothing\n',
    ['1:1 the file is empty; allowed: a mapping; "lvs init" writes a file to start from'],
  ],
  ['a list', '- a\n', ['1:1 found [a]; allowed: a mapping']],
  ['plain text', 'hello\n', ['1:1 found "hello"; allowed: a mapping']],
  [
    'two documents',
    'public: { device: eth0 }\n---\nsync: {}\n',
    ['2:1 found a second document; allowed: one document, so leave out the line "---"'],
  ],
  ['a tab', 'public:\n\tdevice: eth0\n', ['2:1 found a tab; allowed: spaces to indent with']],
  [
    'an unclosed brace',
    'public: { device: eth0\nsync: {}\n',
    ['2:1 not valid YAML: flow map in block collection must be sufficiently indented and end with a }'],
  ],
  [
    'an unclosed quote',
    'public: { device: "eth0 }\n',
    [
      '2:1 not valid YAML: missing closing "quote',
      '2:1 not valid YAML: flow map in block collection must be sufficiently indented and end with a }',
    ],
  ],
  [
    'two colons',
    'public: device: eth0\n',
    ['1:9 found a second ": " in one line; allowed: one key a line, text that holds ": " in quotes'],
  ],
  ['an alias of nothing', 'public: *p\n', ['1:9 found *p; allowed: an alias of an anchor before it (&p)']],
  ['a tag', 'public: !secret { device: eth0 }\n', ['1:9 not valid YAML: unresolved tag: !secret']],
  [
    'a duplicate key',
    'public: { device: eth0 }\npublic: { device: eth1 }\n',
    ['2:1 public: duplicate key "public"; allowed: one; the other is on line 1'],
  ],
  [
    'a duplicate virtual server',
    `${virtualServer('address: tcp://1.2.3.1:80')}  web:\n    address: tcp://1.2.3.2:80\n`,
    ['5:3 virtual-servers.web: duplicate key "web"; allowed: one; the other is on line 3'],
  ],
];
