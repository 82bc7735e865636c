import { Chalk } from 'chalk';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { columns } from '../../src/output/table.ts';
import { wrapLine } from '../../src/output/wrap.ts';

const head = ['real server', 'weight', 'active', 'state'];
const rows = [
  ['192.168.1.2:80', '2 -> 0', 12, 'check failed: connection refused by the other side'],
  ['192.168.1.3:80', '1', 3, ''],
];

describe('a table', () => {
  test('is as wide as it needs where there is room', () => {
    expect(columns(head, rows).split('\n')).toEqual([
      '  real server     weight  active  state',
      '  192.168.1.2:80  2 -> 0      12  check failed: connection refused by the other side',
      '  192.168.1.3:80  1            3',
    ]);
  });

  test('folds its last columns below the rows that have something in them', () => {
    expect(columns(head, rows, 50).split('\n')).toEqual([
      '  real server     weight  active',
      '  192.168.1.2:80  2 -> 0      12',
      '      state check failed: connection refused by',
      '      the other side',
      '  192.168.1.3:80  1            3',
    ]);
    expect(columns(head, rows, 24).split('\n')).toContain('  192.168.1.2:80  2 -> 0');
    expect(columns(head, rows, 23).split('\n').slice(0, 3)).toEqual([
      '  real server',
      '  192.168.1.2:80',
      '      weight 2 -> 0,',
    ]);
  });

  test('measures what is seen, not the colours', () => {
    const { red } = new Chalk({ level: 1 });
    expect(columns(['a', 'b'], [['one', red('two')]], 10)).not.toContain('\n      b');
  });

  test('is never wider than it may be, as far as words can be broken, and loses nothing', () => {
    const word = fc.stringMatching(/^[a-z0-9.:]{0,12}$/);
    const table = fc.tuple(fc.array(fc.tuple(word, word, fc.nat(99_999), word), { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(table, fc.integer({ min: 24, max: 80 }), ([cells], width) => {
        const lines = columns(head, cells, width).split('\n');
        expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
        for (const cell of cells.flat()) expect(lines.join(' ')).toContain(String(cell));
      }),
    );
  });
});

test('a line breaks between words, and hangs', () => {
  expect(wrapLine('  note: failover is manual', 16, '    ')).toEqual(['  note: failover', '    is manual']);
  expect(wrapLine('! short', 16)).toEqual(['! short']);
  expect(wrapLine('averylongwordindeed it is', 10)).toEqual(['averylongwordindeed', '  it is']);
});
