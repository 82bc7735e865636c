import { expect, test } from 'vitest';
import { whose } from '../../src/hand-over/whose.ts';
import { manifest } from '../command-line/manifest.ts';

test.each([
  // No words, or an option first that is not ours.
  ['', 'lvm'],
  ['-a', 'lvm'],
  ['-o name', 'lvm'],
  ['-o diff', 'lvm'],
  ['--noheadings -o lv_name vg0', 'lvm'],
  ['--reportformat json', 'lvm'],
  ['--all', 'lvm'],
  ['--prune', 'lvm'],
  ['-- vg0', 'lvm'],
  // Options of both: ours with a command of ours behind them.
  ['-y', 'lvm'],
  ['--yes vg0', 'lvm'],
  ['--config global{umask=77} vg0', 'lvm'],
  ['--config=global{umask=77}', 'lvm'],
  ['--config diff', 'lvm'],
  ['-v', 'lvm'],
  ['--verbose vg0', 'lvm'],
  ['-q vg0', 'lvm'],
  ['--quiet', 'lvm'],
  ['-vvv', 'lvm'],
  ['--config f.yaml diff', 'ours'],
  ['-y apply', 'ours'],
  ['-q diff', 'ours'],
  ['-v status', 'ours'],
  // What only LVM's commands take as an argument.
  ['@tag', 'lvm'],
  ['vg0/lv0', 'lvm'],
  ['/dev/vg0/lv0', 'lvm'],
  ['/dev/vg0/lv0 -o diff', 'lvm'],
  // Our own.
  ['--help', 'ours'],
  ['-h', 'ours'],
  ['--version', 'ours'],
  ['diff', 'ours'],
  ['vip', 'ours'],
  ['vip frobnicate', 'ours'],
  ['real drain web 192.168.1.2', 'ours'],
  ['--json', 'ours'],
  ['--json diff', 'ours'],
  ['-n vip add', 'ours'],
  ['-c f.yaml diff', 'ours'],
  ['--no-color status', 'ours'],
  // Either.
  ['vg0', 'lvm-if-volume-group'],
  ['vg0 -o name', 'lvm-if-volume-group'],
  ['aply', 'lvm-if-volume-group'],
])('lvs %s: %s', (line, owner) => {
  expect(whose(line.split(' ').filter(Boolean), manifest)).toBe(owner);
});
