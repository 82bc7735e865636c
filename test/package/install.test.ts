import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkout } from './sandbox.ts';

let folder: string;
let packed: string[];
let size: number;

/** npm as a user would run it: not as the npm whose script we are. */
function npm(...words: string[]): string {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const { status, stdout, stderr } = spawnSync('npm', words, { cwd: checkout, env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${words.join(' ')}: exit status ${status}\n${stderr}`);
  return stdout;
}

function installed(name: string, ...words: string[]) {
  const environment = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder, NO_COLOR: '1' };
  return spawnSync(join(folder, 'bin', name), words, { cwd: '/', env: environment, encoding: 'utf8' });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-install-'));
  const [report] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', folder));
  size = report.size;
  packed = report.files.map((file: { path: string }) => file.path);
  npm('install', '--global', '--offline', '--prefix', folder, join(folder, report.filename));
}, 200_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package holds the program, its pages and its schema, and nothing else', () => {
  expect(packed.filter((path) => !/^dist\/.+\.c?js$/.test(path)).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'THIRD-PARTY-NOTICES',
    'bin/run.js',
    'lvs.schema.json',
    'man/lvs.yaml.5',
    'man/lvsadm.8',
    'oclif.manifest.json',
    'package.json',
  ]);
});

test('it is as small as the README says', () => {
  const [, stated] = /^The package is (\d+) kB/m.exec(readFileSync(join(checkout, 'README.md'), 'utf8')) ?? [];
  expect(Math.abs(size / 1000 / Number(stated) - 1)).toBeLessThan(0.1);
});

test('it needs no other package', () => {
  expect(existsSync(join(folder, 'lib/node_modules/lvsadm/dist/index.js'))).toBe(true);
  expect(existsSync(join(folder, 'lib/node_modules/lvsadm/node_modules'))).toBe(false);
});

test('installed, it runs under both names', () => {
  expect(installed('lvs', '--version').stdout).toMatch(/^lvsadm\/\d+\.\d+\.\d+ /);
  const help = installed('lvsadm', '--help');
  expect(help.stdout).toMatch(/^ {2}\$ lvsadm \[COMMAND\]$/m);
  expect(help.stdout).toMatch(/^ {2}apply /m);
  expect(help.stderr).toBe('');
});

test('every command can be loaded, and helps', () => {
  const commands = packed.filter((path) => path.startsWith('dist/commands/'));
  for (const path of commands) {
    const words = path.replace(/^dist\/commands\/|\.js$/g, '').split('/');
    const { status, stdout, stderr } = installed('lvsadm', ...words, '--no-such-option');
    expect({ words, status, stdout }).toEqual({ words, status: 2, stdout: '' });
    expect(stderr).toContain(`lvs: ${words.join(' ')}: `);
    expect(installed('lvsadm', ...words, '--help').stdout).toContain(`$ lvsadm ${words.join(' ')}`);
  }
  expect(commands).not.toEqual([]);
}, 200_000);

test('its page is where man(1) looks', () => {
  expect(existsSync(join(folder, 'share/man/man8/lvsadm.8'))).toBe(true);
});
