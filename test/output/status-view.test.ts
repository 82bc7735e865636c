import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { whyDegraded } from '../../src/output/degraded.ts';
import { renderStatus } from '../../src/output/status.ts';
import { checkLine } from '../../src/output/status-check.ts';
import type { View } from '../../src/output/view.ts';
import { plain, rates, real, server, status } from './support/status.ts';

const terminal: View = { ...plain, width: 80, height: 24, bars: 'blocks' };

const down = { health: 'down', effectiveWeight: 0, decidedWeight: 0, reason: 'check failed: timeout' } as const;

function big(): ReturnType<typeof status> {
  const servers = Array.from({ length: 1000 }, (_, index) => {
    const reals = Array.from({ length: 10 }, (__, number) =>
      real(`192.168.${index % 250}.${number + 1}:80`, {
        activeConnections: index === 7 ? 100 : 0,
        ...(index === 500 && number === 0 ? down : {}),
      }),
    );
    const about = index === 500 ? { degraded: whyDegraded(`s${index}`, reals) } : {};
    return server(`s${index}`, reals, { ...about, drift: index > 900 && index < 910 ? 1 : 0 });
  });
  return status(servers, { drifting: ['lvs1 has 9 differences: "lvs diff" shows them'] });
}

describe('status', () => {
  test('begins with who is active, what is degraded, what drifts', () => {
    const web = server('web', [real('192.168.1.2:80', down), real('192.168.1.3:80')], { degraded: 'web: is degraded' });
    const document = status([web], { drifting: ['lvs2 has 1 difference: "lvs diff" shows them'] });
    expect(renderStatus(document, plain).split('\n').slice(1, 6)).toEqual([
      'lvs1 active 1.2.3.1, 192.168.1.254',
      'lvs2 backup',
      '! web: is degraded',
      '! lvs2 has 1 difference: "lvs diff" shows them',
      '1 virtual server; 1 of 2 real servers serving, 1 down; 0 active, 0 inactive connections',
    ]);
  });

  test('says of servers nothing if no router answers', () => {
    const unreachable = status([server('web', [real('192.168.1.2:80')])]).routers.map((router) => ({
      ...router,
      role: 'unreachable' as const,
      reason: 'no route',
    }));
    const text = renderStatus({ ...status([server('web', [real('192.168.1.2:80')])]), routers: unreachable }, plain);
    expect(text).toContain('lvs1 cannot be reached: no route');
    expect(text).not.toContain('web');
    expect(text).not.toContain('serving');
  });

  test('has rates where there are any, and bars on a terminal', () => {
    const reals = [
      real('192.168.1.2:80', { activeConnections: 40, rates: rates(12, 3000, 2_500_000) }),
      real('192.168.1.3:80', { activeConnections: 20, rates: rates(6, 1500, 1_200_000) }),
    ];
    const document = status([server('web', reals, { rates: rates(18, 4500, 3_700_000) })]);
    const table = (view: View) =>
      renderStatus(document, view)
        .split('\n')
        .filter((line) => line.startsWith('  '));
    expect(table(plain)).toEqual([
      '  real server     weight  active  inactive  conn/s  B/s in   out  state',
      '  192.168.1.2:80  1           40         0      12    3.0k  2.5M',
      '  192.168.1.3:80  1           20         0       6    1.5k  1.2M',
    ]);
    expect(table(terminal)).toContain('  192.168.1.2:80  1           40  ████████         0      12    3.0k  2.5M');
    expect(table(terminal)).toContain('  192.168.1.3:80  1           20  ████             0       6    1.5k  1.2M');
    const [, , , summary] = renderStatus(document, plain).split('\n');
    expect(summary).toMatch(/; 60 active, 0 inactive connections; 18 conn\/s, 4.5k B\/s in, 3.7M B\/s out$/);
  });

  test('of 1,000 virtual servers is one screen: those in need and the busiest', () => {
    const text = renderStatus(big(), terminal);
    const lines = text.split('\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
    expect(text).toContain('! 1 of 1000 virtual servers are degraded');
    expect(text).toMatch(
      /degraded or drifting \(6 of 10\)\n.*\n {2}s500 .* 9 of 10 .* 1 down\n {2}s901 .* 1 difference/,
    );
    expect(text).toMatch(/busiest\n.*\n {2}s7 .* 1000 /);
    expect(text).toContain('"lvs status VIP" shows one');
    expect(text).not.toContain('192.168.7.1');
  });

  test('of 1,000 virtual servers has all details when asked', () => {
    expect(renderStatus(big(), plain, true)).toContain('192.168.249.10:80');
  });

  test('of a router with hundreds of addresses counts them', () => {
    const addresses = Array.from({ length: 300 }, (_, index) => `10.0.${Math.floor(index / 250)}.${index % 250}`);
    const routers = [{ name: 'lvs1', role: 'active', addresses, drift: 0, unmanaged: [] } as const];
    expect(renderStatus(status([], { routers }), plain)).toMatch(/10\.0\.0\.11 and 288 more$/m);
  });
});

describe('why a virtual server is degraded', () => {
  test.each([
    ['nothing is wrong', [real('a:80'), real('b:80', { state: 'drain', effectiveWeight: 0 })], null],
    [
      'one is down',
      [real('a:80', down), real('b:80')],
      'web: 1 of 2 real servers is down: a:80 (check failed: timeout)',
    ],
    [
      'its agent says so',
      [real('a:80', { agent: 'down', health: 'up', effectiveWeight: 0 }), real('b:80')],
      'web: 1 of 2 real servers is down: a:80',
    ],
    ['one that is drained is down', [real('a:80', { ...down, state: 'drain' }), real('b:80')], null],
    [
      'all are drained',
      [real('a:80', { state: 'drain', effectiveWeight: 0 })],
      'web: no real server takes new connections',
    ],
    ['none is declared', [], 'web: it has no real server'],
    [
      'many are down',
      [...'abcde'].map((name) => real(`${name}:80`, { state: 'removed', effectiveWeight: null })),
      'web: 5 of 5 real servers are down: a:80, b:80, c:80, 2 more; no real server takes new connections',
    ],
  ])('%s', (_, reals, why) => {
    expect(whyDegraded('web', reals)).toBe(why);
  });
});

describe('the line for Nagios', () => {
  test('says that all is well, with numbers to record', () => {
    const reals = [real('192.168.1.2:80', { activeConnections: 5, inactiveConnections: 2 })];
    expect(checkLine(status([server('web', reals, { rates: rates(3) })]))).toBe(
      'LVS OK: lvs1 active, 1 virtual server, 1 of 1 real server serving | active=5 inactive=2 serving=1;;;0;1 down=0 faults=0 connections_per_second=3',
    );
  });

  test('says what is wrong, and only there has a bar', () => {
    const document = status([], { faults: ['lvs2 cannot be reached: a|b', 'more'] });
    expect(checkLine(document)).toMatch(/^LVS WARNING: lvs2 cannot be reached: a\/b \(and 1 more\) \| [^|]*faults=2$/);
  });
});
