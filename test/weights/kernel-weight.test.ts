import { expect, test } from 'vitest';
import { kernelFactor, kernelWeight } from '../../src/weights/kernel-weight.ts';

const plain = { load: null };
const loaded = { load: { agent: 3333, interval: 2 } };

test('hundredths exactly where load is declared', () => {
  expect([kernelFactor(plain), kernelFactor(loaded)]).toEqual([1, 100]);
  expect([kernelWeight(plain, 3, 1), kernelWeight(loaded, 3, 1)]).toEqual([3, 300]);
});

test.each([
  [plain, 3, 0.01, 1],
  [plain, 3, 0.5, 2],
  [loaded, 3, 0.1, 30],
  [loaded, 3, 10, 3000],
  [loaded, 2_147_483, 10, 2_147_483_000],
  [plain, 2_147_483_647, 10, 2_147_483_647],
  [loaded, 0, 10, 0],
  [loaded, 5, 0, 0],
])('%j: %i times %d is %i', (server, configured, load, weight) => {
  expect(kernelWeight(server, configured, load)).toBe(weight);
});
