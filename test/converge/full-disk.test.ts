import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as Files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { PendingFile } from '../../src/converge/pending-file.ts';
import { errorOf, SimulatedPair } from './support/simulated-pair.ts';

/** A disk on which files can be opened, but nothing can be written. */
vi.mock('node:fs/promises', async (importOriginal) => {
  const files = await importOriginal<typeof Files>();
  const open: typeof files.open = async (...args) => {
    const handle = await files.open(...args);
    handle.writeFile = () => Promise.reject(Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' }));
    return handle;
  };
  return { ...files, open };
});

it('runs nothing where the disk is full, and leaves nothing behind', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'lvs-full-'));
  const file = path.join(directory, 'lvs.yaml');
  writeFileSync(file, 'before\n');
  const pair = new SimulatedPair();
  const error = await errorOf(pair.apply({ file: new PendingFile(file, 'before\n', 'after\n') }));
  expect(error).toMatchObject({ code: 'write-failed', exitStatus: 3, hint: `make room in ${directory}` });
  expect(error.message).toContain('there is no space left on the device');
  expect(pair.log).toEqual([]);
  expect(readdirSync(directory)).toEqual(['lvs.yaml']);
  expect(readFileSync(file, 'utf8')).toBe('before\n');
  rmSync(directory, { recursive: true });
});
