import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { StandInRouters } from './stand-in-routers.ts';

/** The input of a script belongs to the script: no command of ours takes an argument from it, nor does ssh read it. */

let sandbox: Sandbox;
let config: string;

beforeAll(() => {
  sandbox = new Sandbox();
  new StandInRouters(sandbox.folder, join(sandbox.folder, 'bin'));
  config = readFileSync(join(sandbox.folder, 'lvs.yaml'), 'utf8');
});

afterAll(() => sandbox.remove());

function script(text: string, input: string, words: readonly string[] = ['-c', text]) {
  writeFileSync(join(sandbox.folder, 'lvs.yaml'), config, { mode: 0o644 });
  return spawnSync('bash', words, { ...sandbox.usual, input });
}

test('a loop over lines keeps its list, and each command gets its word', () => {
  const { stdout } = script(
    'while read host; do echo "drain $host"; lvsadm real drain --all $host --dry-run -y >/dev/null 2>&1; done',
    '192.168.1.2\n192.168.1.3\n192.168.1.4\n',
  );
  expect(stdout).toBe('drain 192.168.1.2\ndrain 192.168.1.3\ndrain 192.168.1.4\n');
});

test.each([
  ['vip remove -y', 'vip remove: VIP is missing'],
  ['real add web -y', 'real add: ADDRESS is missing'],
  ['real drain -y', 'VIP and REAL, or --all ADDRESS, are missing'],
])('a word piped to "%s" is not its argument', (words, said) => {
  const { status, stderr } = script(`echo web | lvsadm ${words}`, '');
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(said) });
  expect(readFileSync(join(sandbox.folder, 'lvs.yaml'), 'utf8')).toBe(config);
});

test('a configuration is imported from standard input for "-" only', () => {
  const rules = String.raw`virtual=1.2.3.9:80\n\treal=192.168.1.2:80 masq\n`;
  const piped = (words: string) => script(`printf '${rules}' | lvsadm import ldirectord ${words}`, '');
  expect(piped('-')).toMatchObject({ status: 0, stdout: expect.stringContaining('1.2.3.9') });
  const { status, stdout, stderr } = piped('');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('/etc/ha.d/ldirectord.cf cannot be read');
  expect(stderr).toContain('"-" is standard input');
});

test('a script that is piped to a shell runs to its end', () => {
  const text = 'lvsadm real list\nlvsadm vip list\nlvsadm status\nlvsadm diff\necho the end\n';
  const { status, stdout, stderr } = script('', text, ['-s']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('192.168.1.3:80');
  expect(stdout).toMatch(/\nthe end\n$/);
});
