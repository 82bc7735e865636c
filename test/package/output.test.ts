import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeAll(() => {
  sandbox = new Sandbox();
});

afterAll(() => sandbox.remove());

test.each([
  ['vip add', 'vip add: ADDRESS is missing'],
  ['diff superfluous', 'diff: "superfluous" is one word too many'],
  ['apply --dry-rnu', 'apply: there is no option --dry-rnu; did you mean --dry-run?'],
  ['diff -z', 'diff: there is no option -z'],
  ['diff --config', 'diff: --config needs a value'],
  ['vip -n', 'a command must follow the options'],
  ['-n', 'a command must follow the options'],
  ['vip frobnicate', 'there is no command "vip frobnicate"'],
  ['-n statsu', 'there is no command "statsu"'],
  ['--frobnicate diff', 'there is no option --frobnicate that can stand before a command'],
])('lvsadm %s is invalid input', (line, message) => {
  const forPeople = sandbox.run(['lvsadm', ...line.split(' ')]);
  expect(forPeople.status).toBe(2);
  expect(forPeople.stdout).toBe('');
  expect(forPeople.stderr.split('\n')[0]).toBe(`lvs: ${message}`);
  const forPrograms = sandbox.run(['lvsadm', '--json', ...line.split(' ')]);
  expect(forPrograms.status).toBe(2);
  expect(forPrograms.stderr).toBe('');
  expect(JSON.parse(forPrograms.stdout)).toMatchObject({
    version: 1,
    error: { code: 'invalid-input', message, details: [] },
  });
});

test('a reader that goes away is no fault', async () => {
  const child = sandbox.start(['lvsadm', '--help']);
  child.stdout.destroy();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('output that cannot be written is a failure', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = sandbox.run(['lvsadm', '--help'], { stdout: full });
  closeSync(full);
  expect(status).toBe(3);
  expect(stderr).toMatch(/^lvs: the output cannot be written: ENOSPC/);
});

test('an exception that nothing caught is an internal error, without a stack', () => {
  const fault = 'process.on("beforeExit", () => { throw new TypeError("out of the blue") })';
  const { status, stderr } = sandbox.run(['lvsadm', '--help'], {
    environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` },
  });
  expect(status).toBe(3);
  expect(stderr).toMatch(/^lvs: internal error: out of the blue\n/);
  expect(stderr).not.toContain('    at ');
});
