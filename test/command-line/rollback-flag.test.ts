import { expect, it } from 'vitest';
import { rollbackSecondsOf } from '../../src/command-line/rollback-flag.ts';

it.each([
  ['5', 5],
  ['90', 90],
  ['2m', 120],
  ['24h', 86_400],
])('--rollback-after %s is %d seconds', (text, seconds) => expect(rollbackSecondsOf(text)).toBe(seconds));

it('there is nothing to confirm without it', () => expect(rollbackSecondsOf(undefined)).toBeNull());

it.each(['', '4', '0', '-5', 'soon', '25h'])('--rollback-after %j is refused', (text) => {
  expect(() => rollbackSecondsOf(text)).toThrow(`--rollback-after: found "${text}"; allowed: seconds`);
});
