import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isAttended, sshConnection } from '../../src/router/ssh-connection.ts';

beforeEach(() => void vi.stubEnv('SSH_CONNECTION', undefined));
afterEach(() => void vi.unstubAllEnvs());

/** Under sudo, whose own parent is the login's shell. */
function reading(environment: string) {
  const files: Record<string, string> = {
    [`/proc/${process.ppid}/environ`]: 'SUDO_USER=ann\0NOT_SSH_CONNECTION=x\0',
    [`/proc/${process.ppid}/stat`]: `${process.ppid} (odd) (name) S 77 1 1`,
    '/proc/77/environ': environment,
    '/proc/77/stat': '77 (bash) S 1 1 1',
  };
  return (path: string) => files[path] ?? '';
}

const connection = '1.2.3.9 1022 1.2.3.1 22';

it('is what sshd says', () => {
  vi.stubEnv('SSH_CONNECTION', connection);
  expect(sshConnection(reading(''))).toBe(connection);
});

it('is found at a parent where sudo dropped it', () => {
  expect(sshConnection(reading(`A=1\0SSH_CONNECTION=${connection}\0B=2\0`))).toBe(connection);
});

it('is none at the console, or where parents cannot be read', () => {
  expect(sshConnection(reading('A=1\0'))).toBeNull();
  expect(sshConnection(() => '')).toBeNull();
});

const stats = (own: string, parents: Record<number, string>) => (path: string) => {
  const pid = Number(/\d+/.exec(path)?.[0]);
  return pid === process.pid ? own : (parents[pid] ?? '');
};

it.each([
  ['has a terminal', `1 (node) S ${process.ppid} 1 1 34816 1`, {}, true],
  [
    'belongs to a login that goes on',
    '1 (node) S 1 1 1 0 1',
    { [process.ppid]: '2 (sh) S 77 1 1 0', 77: '77 (sshd-session) S 5 1 1 0' },
    true,
  ],
  [
    'was started by a service, whoever started that',
    '1 (node) S 1 1 1 0 1',
    { [process.ppid]: '2 (keepalived) S 77 1 1 0', 77: '77 (systemd) S 1 1 1 0' },
    false,
  ],
  ['cannot be told about', '', {}, false],
])('somebody is at a process that %s, or not', (_, own, parents, expected) => {
  expect(isAttended(stats(own, parents))).toBe(expected);
});
