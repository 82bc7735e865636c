import { describe, expect, it, test } from 'vitest';
import { realServersAt } from '../../src/config/select.ts';
import type { Drained } from '../../src/converge/drain.ts';
import type { Remains } from '../../src/model/draining.ts';
import { describeEnd, describeRemains, drainDocument } from '../../src/output/drain.ts';
import { clusterOf, figure } from '../converge/support/simulated-pair.ts';

const cluster = clusterOf(`${figure}  dns:\n    address: udp://1.2.3.1:53\n    real-servers: [192.168.1.2]\n`);
const [web, dns] = realServersAt(cluster, '192.168.1.2').map((real) => [real]);
const both = realServersAt(cluster, '192.168.1.2');
const undo = 'lvs real enable web 192.168.1.2';

const remains = (connections: number, more: Partial<Remains> = {}): Remains => {
  return { connections, closed: 0, templates: 0, ...more };
};

function drained(end: Drained['end'], more: Partial<Drained> = {}): Drained {
  return { end, router: 'lvs1', remains: [remains(2), remains(1, { closed: 4 })], others: [], ...more };
}

test.each([
  [remains(0), 'no connection remains'],
  [remains(1), '1 connection remains'],
  [remains(2, { closed: 3 }), '2 connections remain, 3 closed'],
  [remains(0, { templates: 1 }), 'no connection remains, 1 persistent client may come again'],
  [remains(5, { templates: 2, closed: 1 }), '5 connections remain, 2 persistent clients may come again, 1 closed'],
])('%j is %s', (of, words) => {
  expect(describeRemains(of)).toBe(words);
});

describe('how a wait ended is said', () => {
  test.each<[string, Drained, string]>([
    [
      'when empty',
      drained('empty', { remains: [remains(0, { closed: 4 })] }),
      'drained: no connection remains, 4 closed',
    ],
    [
      'in time',
      drained('timed-out'),
      'time is up: 192.168.1.2:80 of web, 192.168.1.2:53 of dns stay drained; 3 connections remain, 4 closed',
    ],
    [
      'by a signal before anything was counted',
      drained('interrupted', { remains: null, router: null }),
      `interrupted: 192.168.1.2:80 of web, 192.168.1.2:53 of dns stay drained; how many connections remain is not known; bring them back with "${undo}"`,
    ],
    [
      'by somebody who enabled one',
      drained('enabled', { others: dns ?? [] }),
      'the wait is over: another user gave 192.168.1.2:53 of dns a weight again on lvs1; 3 connections remain, 4 closed',
    ],
    [
      'by somebody who removed one',
      drained('gone', { others: web ?? [] }),
      'the wait is over: another user removed 192.168.1.2:80 of web from lvs1; 3 connections remain, 4 closed',
    ],
  ])('%s', (_, of, words) => {
    expect(describeEnd(of, both, undo)).toBe(words);
  });

  it('of one real server in the singular', () => {
    expect(describeEnd(drained('interrupted', { remains: [remains(1)] }), web ?? [], undo)).toBe(
      `interrupted: 192.168.1.2:80 of web stays drained; 1 connection remains; bring it back with "${undo}"`,
    );
  });
});

describe('for programs', () => {
  it('there are sums, and the numbers of each', () => {
    expect(drainDocument(drained('timed-out'), both)).toEqual({
      drained: true,
      timedOut: true,
      remaining: 3,
      inactive: 4,
      templates: 0,
      router: 'lvs1',
      realServers: [
        { virtualServer: 'tcp://1.2.3.1:80', key: '192.168.1.2:80', remaining: 2, inactive: 0, templates: 0 },
        { virtualServer: 'udp://1.2.3.1:53', key: '192.168.1.2:53', remaining: 1, inactive: 4, templates: 0 },
      ],
    });
  });

  it('one that was enabled again is not drained', () => {
    expect(drainDocument(drained('enabled', { others: web ?? [] }), both)).toMatchObject({
      drained: false,
      timedOut: false,
    });
  });

  it('nothing is known where nothing was counted', () => {
    expect(drainDocument(drained('timed-out', { router: null, remains: null }), web ?? [])).toMatchObject({
      remaining: null,
      router: null,
      realServers: [{ remaining: null, inactive: null, templates: null }],
    });
  });
});
