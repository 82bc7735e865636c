import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';

const debianLvm = '/usr/sbin/lvs';
/** Writes down its arguments, copies stdin to stdout, and ends with 7. */
const recordingLvs = 'printf "%s\\n" "$@" >"$RECORD"; cat; echo "$LVM_VARIABLE" >&2; exit 7';

let sandbox: Sandbox;

beforeEach(() => {
  sandbox = new Sandbox();
  sandbox.standIn('lvs', recordingLvs);
  sandbox.standIn('vgs', '[ "$4" = vg0 ]');
});

afterEach(() => sandbox.remove());

test.each([
  [[]],
  [['-a']],
  [['--noheadings', '-o', 'lv_name,lv size', '']],
  [['vg0', '-o', 'name']],
  [['vg0/lv0']],
  [['@tag']],
  [['--config', 'global{umask=77}', 'vg0']],
])('lvs %j goes to LVM unchanged', (words) => {
  const { status, stdout, stderr } = sandbox.run(['lvs', ...words], {
    input: 'from stdin',
    environment: { LVM_VARIABLE: 'from the environment' },
  });
  expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: 'from stdin', stderr: 'from the environment\n' });
  expect(readFileSync(sandbox.record, 'utf8')).toBe(`${words.join('\n')}\n`);
});

test.each([
  ['lvs --help', 0],
  ['lvs --version', 0],
  ['lvs vip', 0],
  ['lvs aply', 2],
  ['lvs vip frobnicate', 2],
  ['lvs --json', 2],
  ['lvsadm', 0],
  ['lvsadm -a', 2],
  ['lvsadm vg0', 2],
])('%s stays here and exits %i', (line, status) => {
  expect(sandbox.run(line.split(' ')).status).toBe(status);
  expect(existsSync(sandbox.record)).toBe(false);
});

test('a near miss of a command of ours is explained', () => {
  expect(sandbox.run(['lvs', 'aply']).stderr).toBe(
    'lvs: there is no command "aply"\nhint: did you mean "lvs apply"?\n',
  );
});

test('LVM that calls lvs again gets us, not a loop', () => {
  sandbox.standIn('lvs', 'echo once; exec lvs "$@"');
  const { stdout, status } = sandbox.run(['lvs', '-a']);
  expect(stdout).toBe('once\n');
  expect(status).toBe(2);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches LVM, which decides how to end', async (signal) => {
  sandbox.standIn('lvs', `trap 'exit 9' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`);
  const child = sandbox.start(['lvs', '-a']);
  await once(child.stdout, 'data');
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([9, null]);
});

test('where a signal ends LVM, it ends us', async () => {
  sandbox.standIn('lvs', 'kill -KILL $$');
  expect(await once(sandbox.start(['lvs']), 'exit')).toEqual([null, 'SIGKILL']);
});

test
  .skipIf(!existsSync(debianLvm))
  .each([
    [['-o', 'no_such_field']],
    [['--noheadings', '--separator', ':', '-o', 'lv_name']],
    [['--longhelp']],
    [['no-such-group/volume']],
  ])("lvs %j answers as Debian's LVM does", (words) => {
  for (const name of ['lvs', 'vgs'] as const) sandbox.standIn(name, `exec /usr/sbin/${name} "$@"`);
  const direct = spawnSync(debianLvm, words, { encoding: 'utf8' });
  const { status, stdout } = sandbox.run(['lvs', ...words]);
  expect({ status, stdout }).toEqual({ status: direct.status, stdout: direct.stdout });
});
