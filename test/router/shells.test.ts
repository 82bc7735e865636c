import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runsProgramsOnPath, shells } from './support/shells.ts';

test('the shells that tests use run stand-ins on PATH, of which there is one at least', () => {
  expect(shells).toContainEqual(['sh']);
});

test('a shell that prefers its own programs is not among them', () => {
  const place = mkdtempSync(join(tmpdir(), 'lvs-shell-'));
  try {
    const shell = join(place, 'sh');
    writeFileSync(shell, '#!/bin/sh\necho "my own $*"\n');
    chmodSync(shell, 0o755);
    expect(runsProgramsOnPath([shell])).toBe(false);
    expect(runsProgramsOnPath(['sh'])).toBe(true);
  } finally {
    rmSync(place, { recursive: true });
  }
});
