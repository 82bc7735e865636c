import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkout } from './sandbox.ts';

/** bin/setup in a checkout of its own, with stand-ins for what it asks and runs. */

let folder: string;
const record = () => join(folder, 'record');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-setup-'));
  // From the oldest to the newest, as an installation and a build leave them.
  const files = [
    'package-lock.json',
    'node_modules/.package-lock.json',
    'package.json',
    'src/index.ts',
    'bin/build.js',
    'bin/notices.js',
  ];
  const built = ['dist/index.js', 'THIRD-PARTY-NOTICES', 'build/copyright', 'oclif.manifest.json'];
  for (const [age, file] of [...files, ...built].entries()) write(file, 1000 + age);
  copyFileSync(join(checkout, 'bin/setup'), join(folder, 'bin/setup'));
  utimesSync(join(folder, 'src'), 1000, 1000);
  standIn('id', 'echo 1000');
  standIn('dpkg-query', 'shift 3; for name; do [ "$name" = "$ABSENT" ] || echo "installed $name"; done');
  for (const name of ['apt-get', 'npm', 'node']) standIn(name, `echo "${name} $*" >>"$RECORD"`);
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, time: number): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), '');
  utimesSync(join(folder, file), time, time);
}

/** A shell script in the place of a program. */
function standIn(name: string, script: string): void {
  mkdirSync(join(folder, 'stand-ins'), { recursive: true });
  writeFileSync(join(folder, 'stand-ins', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** @param absent the one Debian package that is not installed */
function setup(absent = '', words = ['packages', 'modules', 'build']) {
  const environment = { PATH: `${join(folder, 'stand-ins')}:/usr/bin:/bin`, RECORD: record(), ABSENT: absent };
  const { status, stdout, stderr } = spawnSync(join(folder, 'bin/setup'), words, {
    cwd: '/',
    env: environment,
    encoding: 'utf8',
  });
  return { status, stdout, stderr, ran: existsSync(record()) ? readFileSync(record(), 'utf8').trimEnd() : '' };
}

test('where everything is there, it says and runs nothing', () => {
  expect(setup()).toEqual({ status: 0, stdout: '', stderr: '', ran: '' });
});

test('without root it names the one command that installs what is missing', () => {
  expect(setup('ipvsadm')).toEqual({
    status: 1,
    stdout: '',
    stderr: `Some Debian packages are missing. Install them first:

  sudo apt-get install -y --no-install-recommends ipvsadm
`,
    ran: '',
  });
});

test('that command names all packages, where none is installed', () => {
  standIn('dpkg-query', 'exit 1');
  expect(setup().stderr).toMatch(
    /^ {2}sudo apt-get install -y --no-install-recommends user-mode-linux ipvsadm [a-z0-9 -]+$/m,
  );
});

test('root installs it, and is told so', () => {
  standIn('id', 'echo 0');
  expect(setup('lvm2')).toEqual({
    status: 0,
    stdout: '',
    stderr: 'Installing lvm2\n',
    ran: 'apt-get update\napt-get install -y --no-install-recommends lvm2',
  });
});

test('a newer list of modules, or a newer source, has its work done', () => {
  write('package-lock.json', 2000);
  write('src/index.ts', 2000);
  const { status, stderr, ran } = setup();
  expect({ status, stderr }).toEqual({ status: 0, stderr: "Installing Node's packages\nBuilding\n" });
  expect(ran).toMatch(/^npm ci .*\nnode bin\/build\.js$/);
});

test('what fails is shown, and what follows is left', () => {
  write('package-lock.json', 2000);
  standIn('npm', 'echo "no network"; exit 7');
  const { status, stderr, ran } = setup();
  expect({ status, ran }).toEqual({ status: 1, ran: '' });
  expect(stderr).toMatch(/^Installing Node's packages\nno network\nThis failed: npm ci .*\n$/);
});

test('an unknown word is refused', () => {
  expect(setup('', ['package'])).toMatchObject({
    status: 2,
    stderr: 'bin/setup: package is none of packages, machines, modules, aside, peers, build\n',
  });
});
