import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Balance, balanced, factorsOf, type Observed } from '../../src/weights/utilisation.ts';

const nothing: Balance = { at: null, estimates: new Map() };

/** The factors after these ticks, each of some seconds, beginning with none. */
function factorsAfter(
  ticks: readonly { seconds: number; servers: readonly (readonly [string, Observed])[] }[],
  lateness = 60,
): Map<string, number>[] {
  let [balance, factors, now] = [nothing, new Map<string, number>(), 0];
  return ticks.map(({ seconds, servers }) => {
    now += seconds;
    balance = balanced(balance, new Map(servers), now, { lateness });
    factors = factorsOf(balance, factors);
    return factors;
  });
}

const utilisation = fc.oneof(
  fc.double({ min: 0, max: 1000, noNaN: true }),
  fc.constantFrom(0, 1e-300, 1e300, Number.NaN, Number.POSITIVE_INFINITY, -1, null),
);
const observed = fc.record({
  configured: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constant(2_147_483)),
  weight: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constant(2_147_483_647)),
  utilisation,
});
const keys = ['a', 'b', 'c', 'd'];
const tick = fc.record({
  seconds: fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), fc.constant(100_000)),
  servers: fc
    .tuple(observed, observed, observed, observed)
    .map((all) => all.map((each, index) => [keys[index] ?? '', each] as const)),
});
const ticks = fc.array(tick, { minLength: 1, maxLength: 25 });

test('factors are never outside 1/10 to 10, and always numbers', () => {
  fc.assert(
    fc.property(ticks, fc.constantFrom(0, 60), (ticks, lateness) => {
      for (const factors of factorsAfter(ticks, lateness))
        for (const factor of factors.values()) {
          expect(factor).toBeGreaterThanOrEqual(0.1);
          expect(factor).toBeLessThanOrEqual(10);
        }
    }),
    { numRuns: 500 },
  );
});

test('the order of the servers makes no difference', () => {
  fc.assert(
    fc.property(ticks, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (ticks, order) => {
      const shuffled = ticks.map(({ seconds, servers }) => ({
        seconds,
        servers: order.flatMap((index) => servers.slice(index, index + 1)),
      }));
      const sorted = (all: Map<string, number>[]) => all.map((factors) => [...factors].sort());
      expect(sorted(factorsAfter(shuffled))).toEqual(sorted(factorsAfter(ticks)));
    }),
  );
});

const without = (each: readonly [string, Observed]) => [each[0], { ...each[1], utilisation: null }] as const;

test('without any data nothing changes', () => {
  fc.assert(
    fc.property(ticks, (ticks) => {
      const silent = ticks.map(({ seconds, servers }) => ({ seconds, servers: servers.map(without) }));
      for (const factors of factorsAfter(silent)) expect([...factors.values()]).toEqual([1, 1, 1, 1]);
    }),
  );
});

test('with data from one server alone nothing changes', () => {
  fc.assert(
    fc.property(ticks, (ticks) => {
      const lonely = ticks.map(({ seconds, servers }) => ({
        seconds,
        servers: servers.map((each, index) => (index === 0 ? each : without(each))),
      }));
      for (const factors of factorsAfter(lonely)) expect([...factors.values()]).toEqual([1, 1, 1, 1]);
    }),
  );
});

test('one whose data are missing stays as it was, whatever the others do', () => {
  fc.assert(
    fc.property(ticks, fc.nat({ max: 24 }), (ticks, from) => {
      const lost = ticks.map(({ seconds, servers }, index) => ({
        seconds,
        servers: servers.map((each) => (each[0] === 'b' && index >= from ? without(each) : each)),
      }));
      const factors = factorsAfter(lost).map((factors) => factors.get('b'));
      // What was known before is still taken in once, at the tick before.
      for (const factor of factors.slice(from)) expect(factor).toBe(factors[Math.max(0, from - 1)] ?? 1);
    }),
  );
});

describe('what a reading says', () => {
  const busy = (key: string, utilisation: number | null, weight = 100) =>
    [key, { configured: 1, weight, utilisation }] as const;
  const held = (servers: readonly (readonly [string, Observed])[], times = 60) =>
    factorsAfter(Array.from({ length: times }, () => ({ seconds: 2, servers }))).at(-1) ?? new Map();

  test('weight 1 moves', () => {
    expect(held([busy('a', 0.9), busy('b', 0.3)])).toSatisfy(
      (factors: Map<string, number>) => (factors.get('a') ?? 1) < 0.65 && (factors.get('b') ?? 1) > 1.6,
    );
  });

  test('the geometric mean of the factors is 1', () => {
    const factors = [...held([busy('a', 0.9), busy('b', 0.3), busy('c', 0.5)]).values()];
    expect(factors.reduce((product, factor) => product * factor, 1)).toBeCloseTo(1, 1);
  });

  test('all idle: nothing changes, however unequal', () => {
    expect([...held([busy('a', 0.09), busy('b', 0.001, 300)]).values()]).toEqual([1, 1]);
  });

  test('an idle one gets more as long as another is busy', () => {
    expect(held([busy('a', 0.8), busy('b', 0.01)]).get('b')).toBeGreaterThan(2);
  });

  test('one that is idle because it gets little, on a ramp for example, loses nothing by that', () => {
    expect([...held([busy('a', 0.5), busy('b', 0.5), busy('c', 0.05, 10)]).values()]).toEqual([1, 1, 1]);
  });

  test('one that has just come back is not judged by the load of before', () => {
    const away = Array.from({ length: 150 }, () => ({ seconds: 2, servers: [busy('a', 0.6), busy('b', 0, 0)] }));
    const back = Array.from({ length: 10 }, () => ({ seconds: 2, servers: [busy('a', 0.6), busy('b', 0.15)] }));
    expect([
      ...(factorsAfter([...away, ...back])
        .at(-1)
        ?.values() ?? []),
    ]).toEqual([1, 1]);
  });

  test('a clock that is set back does no harm', () => {
    const first = balanced(nothing, new Map([busy('a', 0.9), busy('b', 0.3)]), 1000, { lateness: 60 });
    const second = balanced(first, new Map([busy('a', 0.9), busy('b', 0.3)]), 10, { lateness: 60 });
    expect(second.estimates).toEqual(first.estimates);
    expect(second.at).toBe(10);
  });
});
