import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLvm } from '../../src/hand-over/find-lvm.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-find-'));
  for (const name of ['ours', 'copy', 'lvm', 'empty', 'text']) mkdirSync(join(folder, name));
  for (const name of ['ours', 'copy']) {
    writeFileSync(join(folder, name, 'run.js'), '', { mode: 0o755 });
    symlinkSync('run.js', join(folder, name, 'lvs'));
  }
  writeFileSync(join(folder, 'lvm/lvm'), '', { mode: 0o755 });
  symlinkSync('lvm', join(folder, 'lvm/lvs'));
  writeFileSync(join(folder, 'text/lvs'), 'not a program');
  chmodSync(join(folder, 'text/lvs'), 0o644);
});

afterEach(() => rmSync(folder, { recursive: true }));

const find = (path: string[], others: string[] = []) => {
  const inFolder = (name: string) => join(folder, name);
  const found = findLvm(path.map(inFolder).join(':'), join(folder, 'ours/lvs'), others.map(inFolder));
  return found === null ? null : found.slice(folder.length + 1);
};

test('is what comes behind ourselves on the PATH', () => {
  expect(find(['empty', 'ours', 'lvm'])).toBe('lvm/lvs');
});

test('is what comes before ourselves, too', () => {
  expect(find(['lvm', 'ours'])).toBe('lvm/lvs');
});

test('is not another copy of ourselves', () => {
  expect(find(['ours', 'copy'])).toBeNull();
  expect(find(['copy', 'lvm'])).toBe('lvm/lvs');
});

test('is found where the PATH does not lead', () => {
  expect(find(['ours'], ['empty', 'lvm'])).toBe('lvm/lvs');
});

test('is a program', () => {
  expect(find(['text'])).toBeNull();
});

test('is never taken from the folder one happens to be in', () => {
  expect(findLvm('.::bin', join(folder, 'ours/lvs'), [])).toBeNull();
});
