import { spawnSync } from 'node:child_process';
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkout, Sandbox } from './sandbox.ts';

const servers = (count: number) =>
  Array.from(
    { length: count },
    (_, index) =>
      `  s${index}: { address: tcp://10.0.0.1:${1000 + index}, real-servers: [192.168.1.2, 192.168.1.3:8080] }\n`,
  );

let sandbox: Sandbox;

beforeAll(() => {
  sandbox = new Sandbox();
  writeFileSync(join(sandbox.folder, 'lvs.yaml'), `virtual-servers:\n${servers(3).join('')}`, { mode: 0o644 });
});

afterAll(() => sandbox.remove());

/** What bash offers for a line that is typed so far. */
function inBash(line: string): string[] {
  const script = `. ${checkout}/completion/lvsadm.bash
COMP_LINE=$1 COMP_POINT=\${#1}
_lvsadm
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script, 'bash', line], {
    encoding: 'utf8',
    cwd: sandbox.folder,
    env: sandbox.environment,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash offers commands, names and addresses', () => {
  expect(inBash('lvs sta')).toEqual(['status']);
  expect(inBash('lvs vip ')).toEqual(['add', 'disable', 'enable', 'list', 'remove', 'set']);
  expect(inBash('lvsadm real drain s1 192.168.1.3')).toEqual(['192.168.1.3:8080']);
});

test('bash gets only what stands behind its own breaks between words', () => {
  expect(inBash('lvs status tcp://10.0.0.1:100')).toEqual(['1000', '1001', '1002']);
});

test('names are those of the file as it is now', () => {
  const file = join(sandbox.folder, 'other.yaml');
  const offered = () => sandbox.run(['lvs', '__complete', 'vip', 'set', '-c', 'other.yaml', 's']).stdout;
  writeFileSync(file, `virtual-servers:\n${servers(1).join('')}`);
  const { mtime } = statSync(file);
  expect(offered()).toBe('s0\ttcp://10.0.0.1:1000\n');
  expect(offered()).toBe('s0\ttcp://10.0.0.1:1000\n');
  writeFileSync(file, `virtual-servers:\n${servers(2).join('')}`);
  utimesSync(file, mtime, mtime);
  expect(offered()).toBe('s0\ttcp://10.0.0.1:1000\ns1\ttcp://10.0.0.1:1001\n');
  writeFileSync(file, '{ not yaml');
  expect(offered()).toBe('');
});

test('a big configuration is read once, and then not felt', () => {
  writeFileSync(join(sandbox.folder, 'big.yaml'), `virtual-servers:\n${servers(1000).join('')}`);
  const words = ['lvs', '__complete', 'vip', 'set', '-c', 'big.yaml', 's99'];
  const seconds = (work: () => unknown) => {
    const begin = performance.now();
    work();
    return (performance.now() - begin) / 1000;
  };
  expect(sandbox.run(words).stdout.trim().split('\n')).toHaveLength(11);
  const times = (work: () => unknown) => Math.min(...[1, 2, 3].map(() => seconds(work)));
  const node = times(() => spawnSync(process.execPath, ['-e', '0']));
  expect(times(() => sandbox.run(words))).toBeLessThan(3 * node);
});

test.each(['bash', 'zsh', 'fish'])('%s gets its script', (shell) => {
  const { status, stdout } = sandbox.run(['lvsadm', 'completion', shell]);
  expect(status).toBe(0);
  expect(stdout).toContain('lvsadm __complete');
});
