import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterCheck, resumedHealth } from '../../src/weights/health.ts';

const letters = { up: 'u', down: 'd', unknown: '?' };

/** The states after each result: `+` is a success, `-` a failure. */
function states(from: 'up' | 'down' | 'unknown', results: string, counts = { rise: 2, fall: 3 }): string {
  let health = resumedHealth(from);
  return [...results]
    .map((result) => {
      health = afterCheck(health, result === '+' ? null : 'refused', counts);
      return letters[health.state];
    })
    .join('');
}

describe('rise 2, fall 3', () => {
  test.each([
    ['up', '++', 'uu'],
    ['up', '---', 'uud'],
    ['up', '--+--+---', 'uuuuuuuud'],
    ['unknown', '+', 'u'],
    ['unknown', '---', '??d'],
    ['unknown', '--+', '??u'],
    ['down', '+', 'd'],
    ['down', '++', 'du'],
    ['down', '+-+-++', 'dddddu'],
    ['down', '-----', 'ddddd'],
  ] as const)('%s, then %s', (from, results, expected) => {
    expect(states(from, results)).toBe(expected);
  });
});

test('one of each is enough where that is declared', () => {
  expect(states('up', '-+-+', { rise: 1, fall: 1 })).toBe('dudu');
});

test('the last failure is kept', () => {
  const counts = { rise: 2, fall: 1 };
  const down = afterCheck(resumedHealth('up'), 'connection refused', counts);
  expect(down).toMatchObject({ state: 'down', failure: 'connection refused' });
  expect(afterCheck(down, null, counts).failure).toBe('connection refused');
  expect(afterCheck(down, 'timed out', counts).failure).toBe('timed out');
});

test('a state changes only after as many results in a row as are declared', () => {
  const count = fc.integer({ min: 1, max: 6 });
  const from = fc.constantFrom('up' as const, 'down' as const);
  fc.assert(
    fc.property(from, fc.array(fc.boolean(), { maxLength: 40 }), count, count, (start, results, rise, fall) => {
      let health = resumedHealth(start);
      for (const [index, passed] of results.entries()) {
        const before = health.state;
        health = afterCheck(health, passed ? null : 'refused', { rise, fall });
        const lately = (length: number) => results.slice(index + 1 - length, index + 1);
        const enough = before === 'down' ? rise : fall;
        const against = index + 1 >= enough && lately(enough).every((each) => each === (before === 'down'));
        expect(health.state !== before).toBe(against);
      }
    }),
  );
});
