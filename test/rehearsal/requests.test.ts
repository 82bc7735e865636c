import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestCount } from '../../src/rehearsal/requests.ts';
import type { Target } from '../../src/rehearsal/topology/topology.ts';

function targetWith(weights: readonly number[], persistence: Target['persistence'] = null): Target {
  return {
    name: 'web',
    virtualServer: 'tcp://1.2.3.1:80',
    protocol: 'tcp',
    scheduler: 'wrr',
    persistence,
    probes: [{ protocol: 'tcp', address: '1.2.3.1', port: 80 }],
    reason: null,
    marks: [],
    modules: [],
    forwards: ['masq'],
    notes: [],
    floats: true,
    realServers: weights.map((weight, index) => ({ key: `10.0.0.${index + 1}:80`, weight })),
  };
}

test.each([
  ['the figure', [2, 1], 1, 300],
  ['three alike', [100, 100, 100], 1, 300],
  ['seven', [4, 3], 1, 294],
  ['a drained one', [2, 1, 0], 1, 300],
  ['many virtual servers', [2, 1], 100, 30],
  ['very many virtual servers', [2, 1], 4000, 9],
  ['weights that no number of requests can show', [60_000, 1], 1, 300],
])('%s', (_, weights, targetCount, expected) => {
  expect(requestCount(targetWith(weights), targetCount)).toBe(expected);
});

test('each client of a persistent virtual server sends a few requests', () => {
  const callers = ['1.2.3.100', '1.2.3.101'].map((address) => ({ address, call: null }));
  expect(requestCount(targetWith([1, 1], { callers, prefix: 32 }), 1)).toBe(20);
});

test('every count is within bounds, and of whole rounds where a round fits', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 5000 }), (all, targetCount) => {
      const count = requestCount(targetWith(all), targetCount);
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(300);
      const sum = all.reduce((total, weight) => total + weight, 0);
      if (count % sum === 0) for (const weight of all) expect(Number.isInteger((count * weight) / sum)).toBe(true);
    }),
  );
});
