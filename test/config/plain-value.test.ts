import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { plainValue } from '../../src/config/plain-value.ts';
import { readSource } from '../../src/config/source.ts';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { manyServersFile } from '../support/many-servers.ts';

/** What both readers must agree on, or the quick one must leave to the other. */
function agrees(text: string): void {
  const value = plainValue(text);
  if (value === undefined) return;
  const { broken, value: whole } = readSource(text);
  expect(broken).toEqual([]);
  expect(value).toEqual(whole);
}

const word = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '+7',
    '1.5',
    '1e3',
    '1E-3',
    '.5',
    '-.5',
    '1.',
    '0x1F',
    '0o17',
    '0b11',
    '017',
    '1_000',
  ),
  fc.constantFrom(
    '~',
    'null',
    'Null',
    'true',
    'True',
    'yes',
    'off',
    '.inf',
    '.NaN',
    '2001-01-01',
    '12:30:45',
    '1:2',
    '<<',
    '=',
  ),
  fc.constantFrom(
    '1.2.3.1:80',
    'tcp://1.2.3.1:80',
    '[fd00::1]:80',
    'fwmark:7',
    '2s',
    '"a"',
    "'b'",
    '"\\u0041"',
    'a b',
    'a#b',
    'a #b',
    '!x',
    '&x y',
    '*x',
    '@x',
    '%x',
    '|',
    '>',
    '-',
    '?',
    ':',
    'é',
  ),
  fc.stringMatching(/^[ -~]{0,8}$/),
);
const line = fc
  .tuple(
    fc.constantFrom('', '  ', '    ', '- ', '  - '),
    word,
    fc.constantFrom(': ', ':', '', ' : '),
    word,
    fc.constantFrom('', ' # c', ' ', '\r'),
  )
  .map((parts) => parts.join(''));

describe('the quick reading of lvs.yaml', () => {
  it('is the whole one, where it is one, for any text that resembles YAML', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        agrees(`${lines.join('\n')}\n`);
      }),
      { numRuns: 3000 },
    );
  });

  it('is the whole one for whatever is written as YAML', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.boolean(), (value, flow) => {
        agrees(stringify({ value }, flow ? { collectionStyle: 'flow' } : {}));
      }),
      { numRuns: 1000 },
    );
  });

  it('is done where files are as most are', () => {
    for (const text of [figureFile, manyServersFile({ virtualServers: 3, realServers: 2 })])
      expect(plainValue(text)).toEqual(parse(text));
  });

  it.each([
    'a: 1\na: 2\n',
    'a: &x 1\nb: *x\n',
    'a: 010\n',
    '',
    'a: [1\n',
    '---\na: 1\n',
    '{a: 1, a: 2}\n',
    'a:\t1\n',
    'a: "\n  "b: ~\n',
    'a: "b\\\nc"\n',
    "a: 'b''\nc'\n",
  ])('is not done for %j', (text) => {
    expect(plainValue(text)).toBeUndefined();
  });
});
