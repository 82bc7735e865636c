import stringWidth from 'string-width';
import { cut, type Line, pad, type Span } from '../line.ts';
import type { Paint } from '../paint.ts';
import { barWidth, type Row } from './rows.ts';

interface Column {
  readonly head: string;
  readonly width: number;
  readonly side: 'left' | 'right';
  readonly text: (row: Row) => string;
  /** Columns of the terminal below which this one is left out. */
  readonly from: number;
}

const columns: readonly Column[] = [
  { head: 'weight', width: 8, side: 'left', text: ({ weight }) => weight, from: 60 },
  { head: 'active', width: 7, side: 'right', text: ({ active }) => String(active), from: 0 },
  { head: '', width: barWidth, side: 'left', text: ({ bar }) => bar, from: 70 },
  { head: 'inactive', width: 8, side: 'right', text: ({ inactive }) => String(inactive), from: 100 },
  { head: 'conn/s', width: 6, side: 'right', text: ({ connections }) => connections, from: 50 },
  { head: 'B/s in', width: 6, side: 'right', text: ({ bytesIn }) => bytesIn, from: 80 },
  { head: 'out', width: 5, side: 'right', text: ({ bytesOut }) => bytesOut, from: 80 },
];

const leastName = 18;
const leastState = 16;

/** The head, and a line for each row shown; the names get the room that the states leave. */
export function tableLines(rows: readonly Row[], shown: readonly Row[], width: number): Line[] {
  const used = columns.filter(({ from }) => width >= from);
  const numbers = used.reduce((sum, column) => sum + 1 + column.width, 0);
  // Of all rows, so that nothing moves as they scroll; of thousands, to measure each one exactly would take long.
  const longest = rows.reduce((most, row) => Math.max(most, row.name.length), leastName);
  const name = Math.max(leastName, Math.min(longest, width - numbers - 1 - leastState));
  const head = [pad('virtual server', name), ...used.map((column) => pad(column.head, column.width, column.side))];
  const title: Span = { text: `${head.join(' ')} state`, paint: 'quiet' };
  return [[title], ...shown.map((row) => rowLine(row, name, used))];
}

function rowLine(row: Row, name: number, used: readonly Column[]): Line {
  const cells = used.map((column) => ` ${pad(column.text(row), column.width, column.side)}`).join('');
  const colour: { paint?: keyof Paint } = row.paint === undefined ? {} : { paint: row.paint };
  const short = cut(row.name, name);
  return [{ text: short, ...colour }, pad('', name - stringWidth(short)), cells, ' ', ...row.state];
}
