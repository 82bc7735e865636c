import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileOf } from '../../src/converge/not-kept-file.ts';
import { PendingFile } from '../../src/converge/pending-file.ts';
import { LvsError } from '../../src/model/errors.ts';

let directory: string;
let file: PendingFile;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'lvs-not-kept-'));
  file = new PendingFile(path.join(directory, 'lvs.yaml'), 'before\n', 'after\n');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const unconfirmed = new LvsError(
  'unconfirmed',
  'rolled back: not confirmed within 5 s; everything is as it was before',
);

describe('the file of a run that was not confirmed', () => {
  it('is no matter where it is as it was before', () => {
    writeFileSync(file.file, 'before\n');
    expect(withFileOf(unconfirmed, file)).toBe(unconfirmed);
  });

  it('is told of where another user edited it meanwhile', () => {
    writeFileSync(file.file, 'after\n# theirs\n');
    const told = withFileOf(unconfirmed, file);
    expect(told).toMatchObject({ code: 'not-put-back', exitStatus: 5, hint: expect.stringContaining('lvs diff -c ') });
    expect(told.message).toBe(
      `not confirmed within 5 s: the routers were rolled back, but ${file.file} was edited by another user meanwhile, stays as it is, and may still contain the change`,
    );
  });

  it('is no matter of a run that did not edit it', () => {
    writeFileSync(file.file, 'theirs\n');
    expect(withFileOf(unconfirmed, new PendingFile(file.file, 'before\n', 'before\n'))).toBe(unconfirmed);
  });
});
