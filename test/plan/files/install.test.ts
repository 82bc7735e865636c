import { spawnSync } from 'node:child_process';
import {
  existsSync,
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
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installation } from '../../../src/plan/files/install.ts';

describe('the process that writes files', () => {
  let directory: string;
  const place = (name: string) => join(directory, name);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lvs-install-'));
    writeFileSync(place('old'), 'as it was\n');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function install(files: readonly { path: string; text: string }[], cut = 0) {
    const {
      argv: [program = '', ...words],
      input,
    } = installation(files);
    return spawnSync(program, words, { input: Buffer.from(input ?? '').subarray(0, -cut || undefined) });
  }

  it('writes each in its place, whole, readable for all, and makes the directories that it needs', () => {
    const files = [
      { path: place('old'), text: 'without a last newline' },
      { path: place('new/empty'), text: '' },
      { path: place('new/deeper/long'), text: `${'größer als ein Block, '.repeat(20_000)}\nend\n` },
    ];
    expect(install(files).status).toBe(0);
    for (const { path, text } of files) {
      expect(readFileSync(path, 'utf8')).toBe(text);
      expect(statSync(path).mode & 0o777).toBe(0o644);
    }
    expect(readdirSync(directory).toSorted()).toEqual(['new', 'old']);
  });

  it.each([1, 2, 4, 5, 12])('changes nothing where %s bytes at the end do not come', (cut) => {
    const files = [
      { path: place('old'), text: 'as it is to be\n' },
      { path: place('other'), text: 'end\nmore\n' },
    ];
    expect(install(files, cut).status).toBe(1);
    expect(readFileSync(place('old'), 'utf8')).toBe('as it was\n');
    expect(readdirSync(directory)).toEqual(['old']);
  });

  it('changes nothing where one of them cannot be written', () => {
    mkdirSync(place('closed'));
    writeFileSync(place('closed/file'), '');
    const files = [
      { path: place('old'), text: 'as it is to be\n' },
      { path: place('closed/file/within'), text: '' },
    ];
    expect(install(files).status).toBe(1);
    expect(readFileSync(place('old'), 'utf8')).toBe('as it was\n');
    expect(existsSync(place('old.lvs-new'))).toBe(false);
  });

  it('changes nothing where the disk is full', () => {
    symlinkSync('/dev/full', place('other.lvs-new'));
    const files = [
      { path: place('old'), text: 'as it is to be\n' },
      { path: place('other'), text: 'more\n' },
    ];
    expect(install(files).stderr.toString()).toContain('No space left on device');
    expect(readFileSync(place('old'), 'utf8')).toBe('as it was\n');
    expect(readdirSync(directory)).toEqual(['old']);
  });
});
