import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderError, reportError } from '../../src/command-line/report-error.ts';
import { LvsError } from '../../src/model/errors.ts';

let stdout: string;
let stderr: string;

function collect(stream: NodeJS.WriteStream, take: (text: string) => void): void {
  vi.spyOn(stream, 'write').mockImplementation((text) => {
    take(String(text));
    return true;
  });
}

beforeEach(() => {
  [stdout, stderr] = ['', ''];
  vi.stubEnv('DEBUG', undefined);
  collect(process.stdout, (text) => {
    stdout += text;
  });
  collect(process.stderr, (text) => {
    stderr += text;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

const locked = new LvsError('locked', 'lvs1 is locked', {
  details: [{ message: 'held since 12:00', router: 'lvs1' }],
  hint: 'wait',
});

test('an error has its message, its details and what to try', () => {
  expect(renderError(locked)).toBe('lvs: lvs1 is locked\n  lvs1: held since 12:00\nhint: wait');
});

test('no line of a text of others looks like one of ours', () => {
  const details = [{ message: 'unknown key "a\nlvs: b"', file: 'lvs.yaml', line: 1 }];
  const error = new LvsError('invalid-input', 'x\nhint: rm', { details, hint: 'lvs init -c a\nhint: rm' });
  expect(renderError(error)).toBe(
    'lvs: x\n  hint: rm\n  lvs.yaml:1: unknown key "a\n    lvs: b"\nhint: lvs init -c a\n  hint: rm',
  );
});

test('a detail says where, what was found and what is allowed', () => {
  const detail = {
    message: 'no such scheduler',
    file: 'lvs.yaml',
    line: 3,
    column: 7,
    found: 'wlcc',
    allowed: 'wlc, wrr',
  };
  const error = new LvsError('invalid-input', 'lvs.yaml has 1 mistake.', {
    details: [{ ...detail, hint: 'did you mean wlc?' }],
  });
  expect(renderError(error)).toContain('\n  lvs.yaml:3:7: no such scheduler');
});

test('for people it is on stderr, with the exit status of its kind', () => {
  reportError(locked, ['apply']);
  expect(stdout).toBe('');
  expect(stderr).toBe(`${renderError(locked)}\n`);
  expect(process.exitCode).toBe(4);
});

test('with --json it is one document on stdout', () => {
  reportError(locked, ['apply', '--json']);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    error: { code: 'locked', message: 'lvs1 is locked', details: locked.details, hint: 'wait' },
  });
  expect(stderr).toBe('');
});

test('behind -- nothing is an option', () => {
  reportError(locked, ['apply', '--', '--json']);
  expect(stdout).toBe('');
});

test.each([new TypeError('x is undefined'), 'a string'])('%s is an internal error without its stack', (thrown) => {
  reportError(thrown, ['apply']);
  expect(process.exitCode).toBe(3);
  expect(stderr).toMatch(/^lvs: internal error: (x is undefined|a string)\n/);
  expect(stderr).not.toContain('    at ');
});

test('DEBUG shows the stack', () => {
  vi.stubEnv('DEBUG', 'lvs');
  reportError(new TypeError('x is undefined'), []);
  expect(stderr).toContain('    at ');
});
