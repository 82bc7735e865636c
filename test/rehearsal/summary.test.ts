import { describe, expect, test } from 'vitest';
import type { Stream } from '../../src/rehearsal/traffic/stream.ts';
import { type RequestRecord, summarise } from '../../src/rehearsal/traffic/summary.ts';

const phase = { name: 'switch', begin: 1000, end: 2000 };

function answered(begin: number, took = 5, by = '192.168.1.2:80', target = 'tcp 1.2.3.1 80'): RequestRecord {
  return { target, begin, end: begin + took, by, failure: null };
}

function failed(begin: number, failure: string): RequestRecord {
  return { target: 'tcp 1.2.3.1 80', begin, end: begin + 1, by: null, failure };
}

/** A stream opened at 0 with a dot every 100 ms except where it is silent. */
function stream({ silent = [0, 0], brokenAt = null }: { silent?: [number, number]; brokenAt?: number | null }): Stream {
  const gaps: { at: number; length: number }[] = [];
  let last = 0;
  for (let at = 100; at <= 5000; at += 100) {
    if ((at > silent[0] && at < silent[1]) || (brokenAt !== null && at > brokenAt)) continue;
    gaps.push({ at, length: at - last });
    last = at;
  }
  return {
    target: 'tcp 1.2.3.1 80',
    openedAt: 0,
    gaps,
    brokenAt: () => brokenAt,
    lastDotAt: () => last,
    closedAt: () => 5000,
    close: () => {},
    abandon: () => {},
  };
}

describe('requests', () => {
  test('count in the phase that they began in', () => {
    const requests = [answered(999), answered(1000), answered(1999, 5, '192.168.1.3:80'), answered(2000)];
    expect(summarise(phase, requests, [])).toMatchObject({
      phase: 'switch',
      duration: 1000,
      answered: 2,
      shares: { '192.168.1.2:80': 1, '192.168.1.3:80': 1 },
    });
  });

  test('that fail are counted by reason, those that take more than 200 ms as delayed', () => {
    const requests = [answered(1100, 200), answered(1200, 201), failed(1300, 'timeout'), failed(1400, 'timeout')];
    expect(summarise(phase, requests, [])).toMatchObject({
      answered: 2,
      failed: { timeout: 2 },
      delayed: 1,
      slowest: 201,
    });
  });
});

test('how long an answer usually takes, and how long it may, can be asked for', () => {
  const requests = [answered(1100, 170), answered(1200, 180), answered(1300, 381)];
  expect(summarise(phase, requests, [], 380)).toMatchObject({ median: 180, delayed: 1 });
});

test('what was lost is counted by where it went', () => {
  const requests = [failed(1300, 'timeout'), failed(1400, 'timeout'), answered(1500)];
  const streams = [stream({ brokenAt: 1500 }), stream({})];
  expect(summarise(phase, requests, streams).lost).toEqual({ 'tcp 1.2.3.1 80': { failed: 2, broken: 1 } });
  expect(summarise(phase, [answered(1500)], [stream({})]).lost).toEqual({});
});

describe('the outage', () => {
  test('is the longest time without an answer', () => {
    const requests = [answered(990), answered(1095), answered(1495), answered(1990)];
    expect(summarise(phase, requests, []).outage).toBe(495);
  });

  test('goes on to the end of the phase', () => {
    expect(summarise(phase, [answered(1095)], []).outage).toBe(900);
  });

  test('of one address is not hidden by answers from another', () => {
    const other = Array.from({ length: 20 }, (_, index) => answered(1000 + index * 50, 5, 'x', 'tcp 1.2.3.2 80'));
    expect(summarise(phase, [answered(1095), answered(1795), ...other], []).outage).toBe(700);
  });
});

describe('streams', () => {
  test('that go on have small gaps', () => {
    expect(summarise(phase, [], [stream({})]).streams).toEqual({ open: 1, broken: 0, longestGap: 100 });
  });

  test('that stall have a gap in the phase in which it ended', () => {
    const stalled = stream({ silent: [800, 1600] });
    expect(summarise(phase, [], [stalled]).streams).toEqual({ open: 1, broken: 0, longestGap: 800 });
    expect(summarise({ name: 'next', begin: 2000, end: 3000 }, [], [stalled]).streams.longestGap).toBe(100);
  });

  test('that break are broken in that phase and gone in the next', () => {
    const broken = stream({ brokenAt: 1500 });
    expect(summarise(phase, [], [broken]).streams).toMatchObject({ open: 1, broken: 1 });
    expect(summarise({ name: 'next', begin: 2000, end: 3000 }, [], [broken]).streams).toMatchObject({
      open: 0,
      broken: 0,
    });
  });

  test('that fall silent for good are broken too', () => {
    const silent = stream({ silent: [1500, 6000] });
    expect(summarise(phase, [], [silent]).streams.broken).toBe(1);
    expect(summarise({ name: 'next', begin: 2000, end: 3000 }, [], [silent]).streams).toMatchObject({
      open: 0,
      broken: 0,
    });
  });
});

test('what 99 of 100 answers did not take longer than', () => {
  const requests = Array.from({ length: 200 }, (_, index) => answered(1100, index + 1));
  expect(summarise(phase, requests, [])).toMatchObject({ percentile99: 198, slowest: 200 });
});
