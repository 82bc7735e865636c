import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { checkout } from './sandbox.ts';

let folder: string;
let archive: string;
let packaged: string[];

function succeed(program: string, ...words: string[]): string {
  const env = { ...process.env, PATH: `${join(folder, 'stand-ins')}:${process.env.PATH}` };
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: checkout, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: exit status ${status}\n${stderr}`);
  return stdout;
}

function installed(name: string, ...words: string[]) {
  const environment = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder, NO_COLOR: '1' };
  const options = { cwd: folder, env: environment, encoding: 'utf8' } as const;
  return spawnSync(join(folder, 'usr/bin', name), words, options);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-deb-'));
  archive = join(checkout, succeed('bin/deb').trim());
  for (const part of ['info', 'updates', 'triggers'])
    mkdirSync(join(folder, 'var/lib/dpkg', part), { recursive: true });
  for (const part of ['status', 'available']) writeFileSync(join(folder, 'var/lib/dpkg', part), '');
  packaged = contentsOf(archive);
  dpkg('--install', archive);
}, 200_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function dpkg(...words: string[]): void {
  const places = [`--instdir=${folder}`, `--admindir=${join(folder, 'var/lib/dpkg')}`, '--log=/dev/null'];
  // What it depends on, and what its scripts call, is in the real root, of which this one knows nothing.
  succeed('dpkg', ...places, '--force-depends', '--force-not-root', '--force-script-chrootless', ...words);
}

function contentsOf(archive: string): string[] {
  return succeed('dpkg-deb', '--contents', archive)
    .split('\n')
    .filter((line) => /^[-l]/.test(line))
    .map((line) => (/ \.(\/\S+)/.exec(line) ?? [])[1] ?? '');
}

test('it has no file in common with lvm2', () => {
  const others = new Set(succeed('dpkg', '--listfiles', 'lvm2').split('\n'));
  expect(others.has('/sbin/lvs') || others.has('/usr/sbin/lvs')).toBe(true);
  expect(packaged).toContain('/usr/bin/lvs');
  expect(packaged.filter((path) => others.has(path) || others.has(path.replace(/^\/usr/, '')))).toEqual([]);
});

test('installed, it works, under both names', () => {
  writeFileSync(join(folder, 'lvs.yaml'), figureFile, { mode: 0o644 });
  expect(installed('lvsadm', '--version').stdout).toMatch(/^lvsadm\/\d/);
  expect(installed('lvs', 'vip', 'list')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('tcp://1.2.3.1:80'),
  });
});

test('the manual, completion, the unit of the monitor and /etc/lvs come with it', () => {
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  expect(read('etc/bash_completion.d/lvsadm')).toContain('complete -F _lvsadm lvs lvsadm');
  expect(read('usr/share/zsh/vendor-completions/_lvsadm')).toContain('#compdef lvs lvsadm');
  expect(read('usr/share/fish/vendor_completions.d/lvsadm.fish')).toContain('complete -c $program');
  expect(read('usr/lib/systemd/system/lvs-monitor.service')).toContain('ExecStart=/usr/bin/lvsadm monitor');
  expect(statSync(join(folder, 'etc/lvs')).mode & 0o777).toBe(0o755);
  for (const page of ['man8/lvsadm.8.gz', 'man5/lvs.yaml.5.gz'])
    expect(gunzipSync(readFileSync(join(folder, 'usr/share/man', page))).toString()).toContain('.Sh DESCRIPTION');
});

test('under systemd an upgrade restarts the monitor where it runs, and a removal ends it', () => {
  const record = join(folder, 'record');
  mkdirSync(join(folder, 'run/systemd/system'), { recursive: true });
  mkdirSync(join(folder, 'stand-ins'));
  writeFileSync(join(folder, 'stand-ins/systemctl'), `#!/bin/sh\necho "$*" >>${record}\n`, { mode: 0o755 });
  dpkg('--install', archive);
  const restarted = readFileSync(record, 'utf8').trimEnd().split('\n');
  expect(restarted.slice(-2)).toEqual(['daemon-reload', 'try-restart lvs-monitor.service']);
  writeFileSync(record, '');
  dpkg('--remove', 'lvsadm');
  expect(readFileSync(record, 'utf8')).toBe(
    `--root=${folder} --quiet disable lvs-monitor.service\nstop lvs-monitor.service\ndaemon-reload\n`,
  );
});
