import Table from 'cli-table3';
import stringWidth from 'string-width';
import { wrapLine } from './wrap.ts';

/** Numbers, and texts that are to stand like them, go to the right. */
export type Cell = string | number | { readonly right: string };
export type Row = readonly Cell[];

const none = Object.fromEntries(
  [
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ]
    .flat()
    .map((part) => [part, '']),
);

const margin = '  ';
const gap = '  ';
const foldMargin = '      ';

/**
 * Aligned columns without lines, two blanks apart and indented by two; numbers to the right. Where that is wider than `width`,
 * it folds: the last columns leave the table, and what a row has in them stands below the row, each with its head.
 */
export function columns(head: readonly string[], rows: readonly Row[], width = Number.POSITIVE_INFINITY): string {
  const widths = head.map((name, index) => Math.max(...[name, ...rows.map((row) => row[index] ?? '')].map(widthOf)));
  const kept = columnsThatFit(widths, width);
  const lines = align(
    head.slice(0, kept),
    rows.map((row) => row.slice(0, kept)),
  );
  // The first line is the head.
  const folded = rows.flatMap((row, index) => [lines[index + 1] ?? '', ...foldedCells(head, row, kept, width)]);
  return [lines[0] ?? '', ...folded].join('\n');
}

/** How many of the first columns fit; the first one stays in any case. */
function columnsThatFit(widths: readonly number[], width: number): number {
  let total = margin.length - gap.length;
  const beyond = widths.findIndex((each) => {
    total += gap.length + each;
    return total > width;
  });
  return beyond === -1 ? widths.length : Math.max(1, beyond);
}

function foldedCells(head: readonly string[], row: Row, kept: number, width: number): string[] {
  const cells = row.slice(kept).map((cell, index) => ({ name: head[kept + index] ?? '', text: textOf(cell) }));
  const said = cells.filter(({ text }) => text !== '').map(({ name, text }) => `${name} ${text}`);
  return said.length === 0 ? [] : wrapLine(`${foldMargin}${said.join(', ')}`, width, foldMargin);
}

function align(head: readonly string[], rows: readonly Row[]): string[] {
  const numeric = head.map((_, index) =>
    rows.some((row) => typeof row[index] === 'number' || typeof row[index] === 'object'),
  );
  const table = new Table({
    head: [...head],
    chars: { ...none, middle: gap },
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map(textOf)));
  return table
    .toString()
    .split('\n')
    .map((line) => `${margin}${line}`.trimEnd());
}

function widthOf(cell: Cell): number {
  return stringWidth(textOf(cell));
}

function textOf(cell: Cell): string {
  return typeof cell === 'object' ? cell.right : String(cell);
}
