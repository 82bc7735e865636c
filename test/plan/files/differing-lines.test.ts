import { structuredPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differingLines } from '../../../src/plan/files/differing-lines.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`);

describe('the lines that differ', () => {
  it('are shown with one line of context', () => {
    const after = numbered(9).with(4, 'another\n').join('');
    expect(differingLines(numbered(9).join(''), after)).toEqual([' line 3', '-line 4', '+another', ' line 5']);
  });

  it.each([
    ['at the beginning', 0, ['-line 0', '+another', ' line 1']],
    ['at the end', 2, [' line 1', '-line 2', '+another']],
  ])('%s have context on one side', (_where, index, lines) => {
    expect(differingLines(numbered(3).join(''), numbered(3).with(index, 'another\n').join(''))).toEqual(lines);
  });

  it('are none where nothing differs', () => {
    expect(differingLines('a\nb\n', 'a\nb\n')).toEqual([]);
  });

  it('are all that one text has and the other has not', () => {
    expect(differingLines('', 'a\nb\n')).toEqual(['+a', '+b']);
    expect(differingLines('a\nb\n', '')).toEqual(['-a', '-b']);
  });

  it('are those that there are where the whole texts are compared', () => {
    const text = fc
      .array(fc.constantFrom('', 'a', 'b', 'ab', 'c'), { maxLength: 12 })
      .chain((lines) => fc.constantFrom(lines.join('\n'), lines.map((line) => `${line}\n`).join('')));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const whole = structuredPatch('', '', before, after, '', '', { context: 1 }).hunks.flatMap(
          ({ lines }) => lines,
        );
        expect(differingLines(before, after)).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });

  it('are none where they are too many to be read', () => {
    const other = (lines: readonly string[]) => lines.map((line) => `other ${line}`).join('');
    expect(differingLines(numbered(300).join(''), other(numbered(300)))).toEqual([]);
  });
});
