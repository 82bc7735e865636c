import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wayBackSteps } from '../../src/plan/rollback/steps.ts';

const after = 'what the run wrote\n';
const afterDigest = createHash('sha256').update(after).digest('hex');

describe('lvs.yaml is restored', () => {
  let place: string;
  let file: string;
  beforeEach(() => {
    place = path.join(mkdtempSync(path.join(tmpdir(), 'lvs-restore-')), 'a "$(b) c');
    mkdirSync(place);
    file = path.join(place, 'lvs.yaml');
    writeFileSync(file, after, { mode: 0o640 });
    chmodSync(file, 0o640);
  });
  afterEach(() => rmSync(path.dirname(place), { recursive: true, force: true }));

  function restore(): { status: number | null; stderr: string } {
    const edited = { path: file, before: 'as it was\n', afterDigest };
    const [step] = wayBackSteps({
      changes: [],
      putAway: [],
      othersHold: null,
      announceAgain: [],
      staysAlone: null,
      edited,
    });
    if (step === undefined || step.verb === 'at') throw new Error('there is no step');
    const [program = '', ...words] = step.argv;
    return spawnSync(program, words, { input: step.input ?? '', encoding: 'utf8' });
  }

  it('as it was, with its mode, and leaves nothing beside it', () => {
    expect(restore()).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe('as it was\n');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(place)).toEqual(['lvs.yaml']);
  });

  it('unless it was edited since', () => {
    writeFileSync(file, 'another edit\n');
    expect(restore().status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('another edit\n');
  });

  it('and no symbolic link is followed that stands beside it, or in its place', () => {
    const victim = path.join(path.dirname(place), 'victim');
    writeFileSync(victim, after, { mode: 0o600 });
    symlinkSync(victim, `${file}.lvs-new`);
    expect(restore().status).toBe(0);
    rmSync(file);
    symlinkSync(victim, file);
    expect(restore().status).toBe(0);
    expect(readFileSync(victim, 'utf8')).toBe(after);
    expect(statSync(victim).mode & 0o777).toBe(0o600);
  });

  it('only where others cannot write', () => {
    chmodSync(place, 0o777);
    expect(restore()).toMatchObject({ status: 1, stderr: expect.stringContaining('others can write in') });
    expect(readFileSync(file, 'utf8')).toBe(after);
  });

  it.runIf(process.getuid?.() === 0)('as the owner of the directory', () => {
    spawnSync('chown', ['-R', '65534:65534', place]);
    chmodSync(path.dirname(place), 0o755);
    expect(restore()).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe('as it was\n');
    expect(statSync(file).uid).toBe(65534);
  });
});
