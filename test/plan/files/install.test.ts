import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Installed, installation } from '../../../src/plan/files/install.ts';

describe('the process that writes files', () => {
  let directory: string;
  const place = (name: string) => join(directory, name);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'lvs-install-'));
    writeFileSync(place('old'), 'as it was\n');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function install(files: readonly Installed[], cut = 0, path = process.env.PATH) {
    const {
      argv: [program = '', ...words],
      input,
    } = installation(files);
    return spawnSync(program, words, {
      input: Buffer.from(input ?? '').subarray(0, -cut || undefined),
      env: { ...process.env, PATH: path },
    });
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

  it('makes links and the directories that they need, replaces them, and removes what is to go', () => {
    writeFileSync(place('boot'), 'text\n');
    const links = (target: string) => [{ path: place('wanted/by/boot'), link: target }];
    expect(install(links('../../old')).status).toBe(0);
    expect(readFileSync(place('wanted/by/boot'), 'utf8')).toBe('as it was\n');
    expect(install([...links('../../boot'), { path: place('old'), text: null }]).status).toBe(0);
    expect(readlinkSync(place('wanted/by/boot'))).toBe('../../boot');
    expect(readdirSync(place('wanted/by'))).toEqual(['boot']);
    expect(install([{ path: place('wanted/by/boot'), text: null }]).status).toBe(0);
    expect(readdirSync(directory, { recursive: true }).toSorted()).toEqual(['boot', 'wanted', 'wanted/by']);
  });

  it('makes executable what is to be', () => {
    install([{ path: place('program'), text: '#!/bin/sh\n', mode: '755' }]);
    expect(statSync(place('program')).mode & 0o777).toBe(0o755);
  });

  describe('is durable:', () => {
    /** Beside it all that is there at each sync stands in a file. */
    const standIn = (body: string) => {
      mkdirSync(place('bin'));
      writeFileSync(place('bin/sync'), `#!/bin/sh\nprintf '%s\\n' "sync $*" >>'${place('said')}'\n${body}\n`, {
        mode: 0o755,
      });
      return `${place('bin')}:${process.env.PATH}`;
    };
    const said = () => readFileSync(place('said'), 'utf8').replaceAll(directory, '').trim().split('\n');
    const here = (text: string) => [{ path: place('old'), text }];

    it('contents are synced before they get their names, and directories afterwards', () => {
      const path = standIn(`cat '${place('old')}' >>'${place('said')}'`);
      expect(install(here('new\n'), 0, path).status).toBe(0);
      expect(said()).toEqual(['sync /old.lvs-new', 'as it was', 'sync /', 'new']);
    });

    it('the parents of new directories, too', () => {
      const path = standIn('');
      expect(
        install(
          [
            { path: place('a/b/file'), text: '' },
            { path: place('old'), text: null },
          ],
          0,
          path,
        ).status,
      ).toBe(0);
      const [contents, directories = ''] = said();
      expect(contents).toBe('sync /a/b/file.lvs-new');
      expect(directories.split(' ')).toEqual(expect.arrayContaining(['/a/b/', '/a/', '/']));
    });

    it('where only links come and files go', () => {
      const path = standIn('');
      expect(
        install(
          [
            { path: place('link'), link: 'old' },
            { path: place('gone'), text: null },
          ],
          0,
          path,
        ).status,
      ).toBe(0);
      expect(said()).toEqual(['sync / /']);
    });

    it('nothing is changed where contents cannot be synced', () => {
      const path = standIn('echo "sync: Input/output error" >&2; exit 1');
      const { status, stderr } = install(here('new\n'), 0, path);
      expect([status, stderr.toString()]).toEqual([1, 'sync: Input/output error\n']);
      expect(readFileSync(place('old'), 'utf8')).toBe('as it was\n');
      expect(existsSync(place('old.lvs-new'))).toBe(false);
    });

    it('all is synced where a directory cannot be by itself', () => {
      const path = standIn('case $* in */) exit 1;; esac');
      expect(install(here('new\n'), 0, path).status).toBe(0);
      expect(said().slice(1)).toEqual(['sync /', 'sync']);
    });
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
