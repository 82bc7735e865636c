import { spawnSync } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isConsoleNoise } from '../../src/rehearsal/kernel/console-noise.ts';
import { initScript } from '../../src/rehearsal/kernel/init-script.ts';
import { listOf, onOneProcessor } from '../../src/rehearsal/kernel/one-processor.ts';
import { withScratchDirectory } from '../../src/rehearsal/kernel/scratch.ts';
import { isBefore } from '../../src/rehearsal/kernel/whole-registers.ts';

test.each([
  ['SELinux: CONFIG_SECURITY_SELINUX_CHECKREQPROT_VALUE is non-zero.', true],
  ['[    1.234567] IPVS: ipvs loaded.', true],
  ['reboot: Power down', true],
  ['', true],
  ['Kernel panic - not syncing: No working init found.', false],
  ['1 passed', false],
])('console line %j', (line, isNoise) => {
  expect(isConsoleNoise(line)).toBe(isNoise);
});

test('the init script is one that a POSIX shell understands', () => {
  expect(spawnSync('sh', ['-n'], { input: initScript })).toMatchObject({ status: 0 });
});

test.each([
  ['6.1.176', true],
  ['6.12.0', true],
  ['6.13', false],
  ['7.2.1', false],
])('user-mode Linux %s needs help with many registers: %s', (version, expected) => {
  expect(isBefore(version, [6, 13])).toBe(expected);
});

test.each([
  ['0', [0]],
  ['0-2,5', [0, 1, 2, 5]],
  ['', []],
])('the processors %j', (ranges, expected) => {
  expect(listOf(ranges)).toEqual(expected);
});

test('kernels side by side have a processor each, as long as there are any', async () => {
  const chosen = (): Promise<string[][]> =>
    onOneProcessor(async (first) => {
      const second = await onOneProcessor(async (taskset) => [...taskset]);
      return [[...first], second];
    });
  const [first, second] = await chosen();
  expect(first).toEqual(['taskset', '--cpu-list', expect.stringMatching(/^\d+$/)]);
  if (availableParallelism() > 1) expect(second).not.toEqual(first);
});

describe('a scratch directory', () => {
  test('has its files while it is in use, and is gone afterwards', async () => {
    const directory = await withScratchDirectory({ plan: 'text' }, async (scratch) => {
      expect(await readFile(join(scratch, 'plan'), 'utf8')).toBe('text');
      return scratch;
    });
    await expect(access(directory)).rejects.toThrow('ENOENT');
  });

  test('is gone after a failure too', async () => {
    let directory = '';
    const failing = withScratchDirectory({}, async (scratch) => {
      directory = scratch;
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    await expect(access(directory)).rejects.toThrow('ENOENT');
  });
});
