import fc from 'fast-check';

/** What upsets readers of any format. */
const usual = [
  '',
  ' ',
  '\n',
  '\t',
  '{',
  '}',
  '"',
  "'",
  '\\',
  '\\\n',
  '#',
  '!',
  '=',
  '->',
  '-',
  ':',
  '0',
  '99999999999999999999',
  '-1',
  '::1',
  '1.2.3.4',
  '\0',
  '__proto__',
  'constructor',
  '\u2028',
  '\ud800',
];

/** One of some samples, with anything cut out or put in it. */
export function mutated(samples: readonly string[], snippets: readonly string[] = []): fc.Arbitrary<string> {
  return fc
    .record({
      sample: fc.constantFrom(...samples),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.oneof(fc.nat(3), fc.nat(60), fc.constant(100_000)),
      inserted: fc.constantFrom(...usual, ...snippets),
    })
    .map(({ sample, at, length, inserted }) => {
      const start = Math.floor(at * sample.length);
      return sample.slice(0, start) + inserted + sample.slice(start + length);
    });
}

/** A sample's lines in another order, some of them several times. */
export function shuffled(sample: string): fc.Arbitrary<string> {
  const lines = sample.split('\n');
  return fc
    .array(fc.nat(lines.length - 1), { maxLength: 60 })
    .map((order) => order.map((index) => lines[index]).join('\n'));
}
