import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AnswerReader } from '../../src/router/answers.ts';
import type { Result } from '../../src/router/runner.ts';

const mark = 'c0ffee';
/** Text that nearly holds the mark, too. */
const text = fc
  .array(
    fc.oneof(fc.string(), fc.constantFrom('\n', mark.slice(0, 4), `x${mark} 0\n`, `\n${mark.slice(0, 5)}\n`, '\n\n')),
  )
  .map((parts) => parts.join(''))
  .filter((whole) => !`\n${whole}`.includes(`\n${mark}`));
const result = fc.record({ status: fc.nat(255), stdout: text, stderr: text });

/** Cuts at places from 0 to 1. */
function cut(whole: string, places: readonly number[]): string[] {
  const ends = [...places.map((place) => Math.floor(place * whole.length)).sort((a, b) => a - b), whole.length];
  return ends.map((end, index) => whole.slice(ends[index - 1] ?? 0, end));
}

it('finds the answers wherever the streams are cut and however they interleave', () => {
  const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(result, { maxLength: 5 }),
      places,
      places,
      fc.infiniteStream(fc.boolean()),
      (results, a, b, order) => {
        const answered: Result[] = [];
        const reader = new AnswerReader(mark, (one) => answered.push(one));
        const out = cut(results.map(({ stdout, status }) => `${stdout}\n${mark} ${status}\n`).join(''), a);
        const err = cut(results.map(({ stderr }) => `${stderr}\n${mark}\n`).join(''), b);
        while (out.length + err.length > 0) {
          const takesOut = err.length === 0 || (out.length > 0 && order.next().value === true);
          if (takesOut) reader.stdout(out.shift() ?? '');
          else reader.stderr(err.shift() ?? '');
        }
        expect(answered).toEqual(results);
      },
    ),
  );
});

it('keeps what was said after the last answer', () => {
  const reader = new AnswerReader(mark, () => {});
  reader.stderr(`one\n${mark}\nWarning: something\nConnection closed by remote host\n`);
  expect(reader.lastWords()).toBe('Connection closed by remote host');
});
