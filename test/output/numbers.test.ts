import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bar } from '../../src/output/bar.ts';
import { short } from '../../src/output/numbers.ts';
import { paintFor } from '../../src/output/paint.ts';
import { barsFor, plainView, viewFor } from '../../src/output/view.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1.0k'],
  [1234, '1.2k'],
  [9949, '9.9k'],
  [9960, '10k'],
  [999_999, '1.0M'],
  [12_345_678, '12M'],
  [2 ** 63, '9223P'],
])('%d is short as %s', (number, text) => {
  expect(short(number)).toBe(text);
});

test('a number in short has four places at most', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (number) => {
      expect(short(number).length).toBeLessThanOrEqual(4);
    }),
  );
});

describe('a bar', () => {
  test('is as long as its part, and shows what is little', () => {
    expect(bar(8, 8, 8, 'blocks')).toBe('████████');
    expect(bar(4, 8, 8, 'blocks')).toBe('████');
    expect(bar(1, 1000, 8, 'blocks')).toBe('▏');
    expect(bar(9, 16, 8, 'blocks')).toBe('████▌');
    expect(bar(0, 8, 8, 'blocks')).toBe('');
    expect(bar(1, 1000, 8, 'signs')).toBe('#');
    expect(bar(8, 8, 8, 'signs')).toBe('########');
    expect(bar(8, 8, 8, 'none')).toBe('');
  });

  test('never leaves its place', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (part, whole) => {
        for (const bars of ['blocks', 'signs'] as const)
          expect(bar(part, whole, 8, bars).length).toBeLessThanOrEqual(8);
      }),
    );
  });
});

test('only a terminal has a width, and bars as its locale allows', () => {
  const paint = paintFor({}, false);
  expect(viewFor({ columns: 70 }, paint)).toEqual(plainView(paint));
  expect(viewFor({ isTTY: true, columns: 70, rows: 20 }, paint, { LANG: 'de_DE.UTF-8' })).toEqual({
    paint,
    width: 70,
    height: 20,
    bars: 'blocks',
  });
  expect(barsFor({ LC_ALL: 'C', LANG: 'de_DE.UTF-8' })).toBe('signs');
});
