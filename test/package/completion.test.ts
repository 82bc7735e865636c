import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox();

beforeAll(() => writeFileSync(join(sandbox.folder, 'lvs.yaml'), figureFile, { mode: 0o644 }));
afterAll(() => sandbox.remove());

/** What bash would offer at the end of a line. */
function offered(line: string): string[] {
  const script = `
. "$1"; COMP_LINE=$2 COMP_POINT=\${#2}
read -ra COMP_WORDS <<<"$2"; [[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _lvsadm; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const file = join(sandbox.folder, 'completion');
  writeFileSync(file, sandbox.run(['lvs', 'completion', 'bash']).stdout);
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', file, line], sandbox.usual);
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

describe('in bash', () => {
  test('commands, options and names complete', () => {
    expect(offered('lvs fail')).toEqual(['failover']);
    expect(offered('lvsadm failover --to ')).toEqual(['lvs1', 'lvs2']);
    expect(offered('lvs real set web ')).toEqual(['192.168.1.2', '192.168.1.3']);
    expect(offered('lvs apply --pr')).toEqual(['--prune']);
  });

  test("paths are the shell's", () => {
    expect(offered('lvs apply -c lvs.y')).toEqual(['lvs.yaml']);
  });
});

test.each(['zsh', 'fish'])('%s has a script, too', (shell) => {
  expect(sandbox.run(['lvsadm', 'completion', shell]).stdout).toContain('lvsadm complete --');
});

test('nothing is offered, and nothing said, where there is nothing to go by', () => {
  const { status, stdout, stderr } = sandbox.run(['lvsadm', 'complete', '--', 'vip', 'set', ''], {
    environment: { LVS_CONFIG: '/nowhere' },
  });
  expect([status, stdout, stderr]).toEqual([0, '', '']);
});
