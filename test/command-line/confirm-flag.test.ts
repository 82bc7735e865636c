import { expect, it } from 'vitest';
import { confirmSecondsOf } from '../../src/command-line/confirm-flag.ts';

it.each([
  ['5', 5],
  ['90', 90],
  ['2m', 120],
  ['24h', 86_400],
])('--confirm %s is %d seconds', (text, seconds) => expect(confirmSecondsOf(text)).toBe(seconds));

it('there is nothing to confirm without it', () => expect(confirmSecondsOf(undefined)).toBeNull());

it.each(['', '4', '0', '-5', 'soon', '25h'])('--confirm %j is refused', (text) => {
  expect(() => confirmSecondsOf(text)).toThrow(`--confirm: found "${text}"; allowed: seconds`);
});
