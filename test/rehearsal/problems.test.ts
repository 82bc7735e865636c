import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../src/rehearsal/problems.ts';
import type { CallerReport } from '../../src/rehearsal/report.ts';
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

  test('name the virtual servers that lost something', () => {
    const traffic = { ...quiet, failed: { timeout: 3 }, streams: { open: 20, broken: 2, longestGap: 0 } };
    const lost = [
      { name: 'web', failed: 3, broken: 0 },
      { name: 'mail', failed: 0, broken: 2 },
    ];
    expect(problemsOf({ ...good, failovers: [{ ...there, traffic, lost, silent: ['tel'] }] })).toEqual([
      'during the failover 3 requests failed (3 × timeout): 3 of web',
      'during the failover 2 of 20 long-lived connections broke, in spite of `sync:`: 2 of mail',
      'after the failover tel did not answer',
    ]);
  });

  test('persistence has to keep a client, and those of its network, with one real server', () => {
    const first = { caller: '1.2.3.100', group: '1.2.3.0/24', answeredBy: ['10.0.0.2'] };
    const other = { caller: '1.2.3.101', group: '1.2.3.0/24', answeredBy: ['10.0.0.3'] };
    const withCallers = (callers: readonly CallerReport[]) => ({ ...good, virtualServers: [{ ...web, callers }] });
    expect(problemsOf(withCallers([first, { ...other, answeredBy: ['10.0.0.2'] }]))).toEqual([]);
    expect(problemsOf(withCallers([first, { ...other, group: other.caller }]))).toEqual([]);
    expect(problemsOf(withCallers([first, other]))).toEqual([
      'web: persistence did not keep 1.2.3.0/24 with one real server',
    ]);
  });

  test('clients may move in a failover only where the routers tell each other of none', () => {
    const failovers = [{ ...there, persistence: [{ name: 'web', kept: false }] }];
    expect(problemsOf({ ...good, failovers, synchronised: false })).toEqual([]);
    expect(problemsOf({ ...good, failovers })).toEqual([
      'after the failover clients of web were with other real servers, in spite of `sync:`',
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
