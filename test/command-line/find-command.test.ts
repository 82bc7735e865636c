import { expect, test } from 'vitest';
import { findCommand } from '../../src/command-line/find-command.ts';
import { manifest } from './manifest.ts';

const find = (line: string) => findCommand(line.split(' ').filter(Boolean), manifest);

test.each([
  ['diff', 'diff', ''],
  ['diff --json', 'diff', '--json'],
  ['vip add 1.2.3.1:80 --name web', 'vip:add', '1.2.3.1:80 --name web'],
  ['--json diff', 'diff', '--json'],
  ['-n apply --prune', 'apply', '-n --prune'],
  ['--rollback-after 60 apply', 'apply', '--rollback-after 60'],
  ['--confirm 60 apply', 'apply', '--confirm 60'],
  ['-c f.yaml diff', 'diff', '-c f.yaml'],
  ['-c diff diff', 'diff', '-c diff'],
  ['vip -n add 1.2.3.1:80', 'vip:add', '-n 1.2.3.1:80'],
  ['--json vip -c f.yaml set web', 'vip:set', '--json -c f.yaml web'],
  ['--config=f.yaml --no-color vip set web', 'vip:set', '--config=f.yaml --no-color web'],
])('%s is the command %s', (line, id, words) => {
  expect(find(line)).toEqual({ kind: 'command', id, words: words.split(' ').filter(Boolean) });
});

test.each([
  ['aply', 'aply', 'apply'],
  ['staus --json', 'staus', 'status'],
  ['--json dif', 'dif', 'diff'],
  ['vpi add', 'vpi', 'vip'],
  ['vip ad 1.2.3.1', 'vip ad', 'vip add'],
  ['vip frobnicate', 'vip frobnicate', null],
  ['frobnicate', 'frobnicate', null],
  ['vip:add 1.2.3.1', 'vip:add', null],
])('%s is no command', (line, word, candidate) => {
  expect(find(line)).toEqual({ kind: 'unknown', word, candidate });
});

test.each(['vip', 'vip --json', '-n vip', 'vip --help', 'vip -h add'])('%s is a topic', (line) => {
  expect(find(line)).toEqual({ kind: 'topic', topic: 'vip' });
});

test.each([
  ['', null],
  ['--json', null],
  ['-c f.yaml', null],
  ['-c', null],
  ['--prune apply', '--prune'],
  ['--json --prune apply', '--prune'],
  ['-- apply', '--'],
  ['vip --name web', '--name'],
])('%j names no command', (line, strange) => {
  expect(find(line)).toEqual({ kind: 'none', strange });
});
