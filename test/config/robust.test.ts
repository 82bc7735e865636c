import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { LvsError } from '../../src/model/errors.ts';
import { example } from './example.ts';

/** Any text is a cluster or has mistakes with places in it; nothing else comes of it. */
function readsOrTells(text: string): void {
  try {
    parseConfig(text, 'f');
  } catch (error) {
    if (!(error instanceof LvsError)) throw error;
    expect(error.code).toBe('invalid-input');
    expect(error.details.length).toBeGreaterThan(0);
    const lines = text.split('\n').length;
    for (const { line = 0, column = 0 } of error.details) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(column).toBeGreaterThanOrEqual(1);
    }
  }
}

test('a file with anything cut out or put in is read or explained', () => {
  const snippet = fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t',
    ':',
    ': ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '*a',
    '&a ',
    '<<: ',
    '"',
    "'",
    '|',
    '#',
    '!x ',
    '0',
    '---\n',
    '? ',
    '\0',
  );
  const place = fc.nat({ max: example.length });
  fc.assert(
    fc.property(place, fc.nat({ max: 40 }), snippet, (start, length, inserted) => {
      readsOrTells(example.slice(0, start) + inserted + example.slice(start + length));
    }),
    { numRuns: 300 },
  );
});

test.each([
  'public: &p { device: *p }',
  'virtual-servers: &v { web: *v }',
  'virtual-servers: { __proto__: { address: "tcp://1.2.3.1:80" } }',
  'virtual-servers: { constructor: null }',
  'settings: { toString: 1 }',
  'virtual-servers: { web: { real-servers: [[[]]] } }',
  '%YAML 1.1\n---\npublic: { device: on }',
  'public: { <<: 5 }',
  'null',
  '~',
  '{}',
])('%s is read or explained', (text) => readsOrTells(text));
