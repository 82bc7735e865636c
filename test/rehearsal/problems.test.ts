import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../src/rehearsal/problems.ts';
import { applied, back, good, quiet, there, web } from './reports.ts';

describe('problems', () => {
  test('there are none where everything went well', () => {
    expect(problemsOf(good)).toEqual([]);
  });

  test('are named, one sentence each', () => {
    const report = {
      synchronised: true,
      commands: [{ ...applied, status: 124 }],
      virtualServers: [{ ...web, answered: 295, failed: { timeout: 5 } }],
      failovers: [
        { ...there, holders: [], to: null },
        { ...back, to: 'lvs2', traffic: { ...quiet, failed: { ECONNRESET: 2, timeout: 1 } } },
        { ...back, holders: ['lvs1', 'lvs2'], to: null },
      ],
    };
    expect(problemsOf(report)).toEqual([
      'lvs1: lvs apply --yes ended with status 124',
      'web: 295 of 300 requests were answered (5 × timeout)',
      'after the failover no router held floating addresses',
      'the failover back left the addresses on lvs2',
      'during the failover back 3 requests failed (2 × ECONNRESET, 1 × timeout)',
      'after the failover back lvs1 and lvs2 held floating addresses',
    ]);
  });

  test('a long-lived connection may break only where the routers tell each other of none', () => {
    const traffic = { ...quiet, streams: { open: 20, broken: 3, longestGap: 0 } };
    const failovers = [there, { ...back, traffic }];
    expect(problemsOf({ ...good, failovers, synchronised: false })).toEqual([]);
    expect(problemsOf({ ...good, failovers, synchronised: true })).toEqual([
      'during the failover back 3 of 20 long-lived connections broke, in spite of `sync:`',
    ]);
  });
});
