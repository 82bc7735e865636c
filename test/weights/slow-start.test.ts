import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { rampedWeight, rampShare } from '../../src/weights/slow-start.ts';

test('from a tenth to the whole in steps of a tenth', () => {
  expect([0, 1, 3, 4, 10, 17, 19, 19.9].map((elapsed) => rampShare(elapsed, 20))).toEqual([
    0.1, 0.1, 0.2, 0.2, 0.5, 0.8, 0.9, 0.9,
  ]);
  expect(rampShare(20, 20)).toBeNull();
  expect(rampShare(-5, 20)).toBe(0.1);
});

test.each([
  [100, 0.1, 10],
  [1, 0.1, 1],
  [3, 0.1, 1],
  [0, 0.5, 0],
  [7, 0.5, 4],
])('weight %i at share %d is %i', (weight, share, ramped) => {
  expect(rampedWeight(weight, share)).toBe(ramped);
});

test('it never falls, and is never more than the whole', () => {
  const seconds = fc.double({ min: 0, max: 100, noNaN: true });
  fc.assert(
    fc.property(seconds, seconds, fc.integer({ min: 1, max: 1_000_000 }), (a, b, weight) => {
      const at = (elapsed: number) => rampedWeight(weight, rampShare(elapsed, 50) ?? 1);
      expect(at(Math.min(a, b))).toBeLessThanOrEqual(at(Math.max(a, b)));
      expect(at(a)).toBeGreaterThanOrEqual(1);
      expect(at(a)).toBeLessThanOrEqual(weight);
    }),
  );
});
