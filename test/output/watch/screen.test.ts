import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { paintFor } from '../../../src/output/paint.ts';
import { drawScreen, type Size } from '../../../src/output/watch/screen.ts';
import { startState, type WatchState } from '../../../src/output/watch/state.ts';
import { rates, real, server, status } from '../support/status.ts';

const view = { paint: paintFor({}, false), bars: 'signs' } as const;
const usual: Size = { columns: 80, rows: 24 };
const now = new Date('2026-03-01T03:12:45').getTime();

const down = { health: 'down', effectiveWeight: 0, decidedWeight: 0, reason: 'check failed: timeout' } as const;
const web = server(
  'web',
  [
    real('192.168.1.2:80', { activeConnections: 40, rates: rates(12, 3000, 2_500_000) }),
    real('192.168.1.3:80', { ...down, activeConnections: 10 }),
  ],
  { degraded: 'web: 1 of 2 is down', rates: rates(12, 3000, 2_500_000) },
);
const dns = server('dns', [real('192.168.1.4:53', { activeConnections: 3 })], { drift: 2, activeConnections: 90 });

function stateOf(about: Partial<WatchState> = {}): WatchState {
  const document = status([dns, web], { drifting: ['lvs1 has 2 differences: "lvs diff" shows them'] });
  return { ...startState('lvs.yaml', 2), document, readAt: now, ...about };
}

function linesOf(state: WatchState, size: Size = usual, at = now): readonly string[] {
  return drawScreen(state, size, at, view).lines.map((line) => line.trimEnd());
}

function namesOf(state: WatchState, size: Size = usual): string[] {
  const lines = linesOf(state, size);
  const head = lines.findIndex((line) => line.startsWith('virtual server '));
  return lines
    .slice(head + 1)
    .map((line) => line.trim().split(' ')[0] ?? '')
    .filter((word) => /^(web|dns|s\d+|192\.)/.test(word));
}

describe('the screen of a watch', () => {
  test('has who is active, what is wrong, the numbers, and the servers, those in need first', () => {
    const lines = linesOf(stateOf());
    expect(lines.slice(0, 6)).toEqual([
      'lvs status lvs.yaml                                          03:12:45, every 2 s',
      'lvs1 active 1.2.3.1, 192.168.1.254',
      'lvs2 backup',
      '! lvs1 has 2 differences: "lvs diff" shows them',
      '2 virtual servers; 2 of 3 real servers serving, 1 down',
      '140 active, 0 inactive connections; 12 conn/s, 3.0k B/s in, 2.5M B/s out',
    ]);
    expect(namesOf(stateOf())).toEqual(['web', '192.168.1.2:80', '192.168.1.3:80', 'dns', '192.168.1.4:53']);
    expect(lines.find((line) => line.includes('192.168.1.3:80'))).toMatch(/ 1 -> 0 +10 ##? .* down, check fai/);
    expect(lines).toHaveLength(24);
    expect(lines.at(-1)).toMatch(/^q quit {3}s sort: attention/);
  });

  test.each([
    ['connections', ['dns', 'web']],
    ['rate', ['web', 'dns']],
    ['name', ['dns', 'web']],
  ] as const)('sorts by %s', (sort, names) => {
    expect(namesOf(stateOf({ sort, details: false }))).toEqual(names);
  });

  test('shows what the filter lets through: a server with all of its real servers, or single ones', () => {
    expect(namesOf(stateOf({ filter: 'WEB' }))).toEqual(['web', '192.168.1.2:80', '192.168.1.3:80']);
    expect(namesOf(stateOf({ filter: '1.3:80' }))).toEqual(['web', '192.168.1.3:80']);
    expect(namesOf(stateOf({ filter: 'timeout' }))).toEqual(['web', '192.168.1.3:80']);
    expect(namesOf(stateOf({ filter: 'nowhere' }))).toEqual([]);
    expect(linesOf(stateOf({ filter: 'we', typing: true })).at(-1)).toMatch(/^filter: we_/);
  });

  test('scrolls no further than to the end, and says where it is', () => {
    const servers = Array.from({ length: 100 }, (_, index) => server(`s${index}`, [real('192.168.1.2:80')]));
    const state = stateOf({ document: status(servers), sort: 'name' });
    const { page, details } = drawScreen(state, usual, now, view);
    expect(details).toBe(false);
    expect(namesOf(state)).toHaveLength(page);
    expect(namesOf({ ...state, offset: 10 })[0]).toBe('s10');
    const end = drawScreen({ ...state, offset: Number.MAX_SAFE_INTEGER }, usual, now, view);
    expect(end.offset).toBe(100 - page);
    expect(end.lines.join('\n')).toContain(`${101 - page}-100 of 100`);
  });

  test('has the last events, the newest first', () => {
    const events = Array.from({ length: 9 }, (_, index) => ({
      at: `2026-03-01T02:00:0${index}`,
      text: `event ${index}`,
    }));
    const lines = linesOf(stateOf({ events }));
    expect(lines.slice(-5, -1)).toEqual(['events', '02:00:08 event 8', '02:00:07 event 7', '02:00:06 event 6']);
  });

  test('says that routers do not answer, and what went wrong', () => {
    expect(linesOf(stateOf({ readingSince: now - 7000 }))[0]).toMatch(/03:12:45, no answer for 7 s$/);
    expect(linesOf(stateOf({ problem: 'it cannot be read' }))).toContain('! it cannot be read');
    expect(linesOf(startState('lvs.yaml', 2))[0]).toMatch(/reading …, every 2 s$/);
  });

  test('lets nobody steer the terminal', () => {
    const evil = server('web', [real('192.168.1.2:80', { ...down, reason: 'x\u001b[2J\u0007y' })]);
    const text = linesOf(stateOf({ document: status([evil]) })).join('\n');
    expect(text).toContain('x\\u001b[2J');
    expect(text).not.toContain('\u001b');
  });

  test('never leaves the terminal, whatever its size', () => {
    const events = [
      { at: '2026-03-01T02:00:00', text: 'a real server with a very long reason that goes on and on 日本' },
    ];
    const sizes = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 60 }) });
    const document = status(
      Array.from({ length: 30 }, (_, index) => server(`日本${index}`, [real('[2001:db8::1:2:3]:8080', down)])),
      { degraded: Array.from({ length: 9 }, (_, index) => `lvs${index} cannot be reached: no route to host`) },
    );
    fc.assert(
      fc.property(sizes, fc.nat(100), fc.boolean(), (size, offset, details) => {
        const { lines } = drawScreen(stateOf({ document, events, offset, details }), size, now, view);
        expect(lines.length).toBeLessThanOrEqual(size.rows);
        expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(size.columns);
      }),
    );
  });
});
