import { type Line, paintLine, type Span, widthOf } from '../line.ts';
import type { Paint } from '../paint.ts';
import { listed } from '../status.ts';
import type { RouterStatus, StatusDocument } from '../status-document.ts';
import { summaryParts } from '../status-overview.ts';
import { areFew } from '../status-tables.ts';
import type { Bars } from '../view.ts';
import type { Shown } from './keys.ts';
import { rowsOf } from './rows.ts';
import type { WatchState } from './state.ts';
import { tableLines } from './table.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Screen extends Shown {
  /** At most as many as the terminal has, none wider than it. */
  readonly lines: readonly string[];
  /** How far the table can be moved, and is. */
  readonly offset: number;
}

/** Below so many lines there is only what matters most. */
const leastRows = 12;

/**
 * What a watch shows on a terminal of that size.
 * @param now milliseconds since 1970
 */
export function drawScreen(
  state: WatchState,
  size: Size,
  now: number,
  { paint, bars }: { readonly paint: Paint; readonly bars: Bars },
): Screen {
  const { document } = state;
  const details = state.details ?? (document !== null && areFew(document.virtualServers));
  const rows = document === null ? [] : rowsOf(document.virtualServers, state, details, bars);
  const small = size.rows < leastRows;
  const above = [
    header(state, size, now),
    ...(document === null ? [] : about(document, state, { columns: size.columns, room: small ? 1 : faultRoom(size) })),
  ];
  const events = small ? [] : eventLines(state, Math.floor(size.rows / 5));
  // Beside the table's head, and the keys.
  const page = Math.max(0, size.rows - above.length - events.length - 2);
  const offset = Math.max(0, Math.min(state.offset, rows.length - page));
  const shown = rows.slice(offset, offset + page);
  const part = rows.length <= page ? '' : `${offset + 1}-${offset + shown.length} of ${rows.length}   `;
  const below = [...events, footer(state, part)];
  const table = document === null || page === 0 ? [] : tableLines(rows, shown, size.columns);
  const filler = Array.from({ length: Math.max(0, page + 1 - table.length) }, (): Line => []);
  const lines = [...above, ...table, ...filler, ...below];
  const visible = lines.length <= size.rows ? lines : [...above, ...below].slice(0, size.rows);
  return { lines: visible.map((line) => paintLine(line, size.columns, paint)), offset, details, page };
}

function faultRoom({ rows }: Size): number {
  return Math.max(1, Math.floor(rows / 6));
}

function header({ file, interval, readAt, readingSince }: WatchState, { columns }: Size, now: number): Line {
  const waiting = readingSince === null ? 0 : Math.floor((now - readingSince) / 1000);
  const late = waiting > Math.max(2, interval);
  const when = readAt === null ? 'reading …' : clock(readAt);
  const right = late ? `${when}, no answer for ${waiting} s` : `${when}, every ${interval} s`;
  const left = `lvs status ${file}`;
  const blanks = ' '.repeat(Math.max(2, columns - left.length - right.length));
  return [
    { text: 'lvs status', paint: 'strong' },
    ` ${file}${blanks}`,
    { text: right, paint: late ? 'changed' : 'quiet' },
  ];
}

/** Local time. */
function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}

/** Who is active, what is degraded, what drifts, and the numbers. */
function about(
  document: StatusDocument,
  { problem }: WatchState,
  { columns, room }: { columns: number; room: number },
): Line[] {
  const ofServers = new Set(document.virtualServers.map(({ degraded }) => degraded));
  const faults: Span[] = [
    ...(problem === null ? [] : [{ text: `! ${problem}`, paint: 'bad' } as const]),
    ...document.degraded
      .filter((fault) => !ofServers.has(fault))
      .map((text) => ({ text: `! ${text}`, paint: 'bad' }) as const),
    ...document.drifting.map((text) => ({ text: `! ${text}`, paint: 'changed' }) as const),
  ];
  const more = faults.length - room;
  const shown = more <= 0 ? faults : faults.slice(0, room - 1);
  return [
    ...document.routers.map(routerLine),
    ...shown.map((fault): Line => [fault]),
    ...(more <= 0 ? [] : [[{ text: `! and ${more + 1} more faults`, paint: 'bad' }] satisfies Line]),
    ...joined(summaryParts(document.summary), columns),
  ];
}

/** The parts with a semicolon between them, on as many lines as that takes. */
function joined(parts: readonly Line[], columns: number): Line[] {
  const lines: Line[] = [];
  for (const part of parts) {
    const longer: Line = [...(lines.at(-1) ?? []), '; ', ...part];
    if (lines.length > 0 && widthOf(longer) <= columns) lines.splice(-1, 1, longer);
    else lines.push(part);
  }
  return lines;
}

function routerLine({ name, role, addresses, election, monitor, unmanaged }: RouterStatus): Line {
  const quiet = [
    ...(election === undefined ? [] : [`keepalived ${election}`]),
    ...(monitor === undefined ? [] : [`monitor ${monitor}`]),
    ...(unmanaged.length === 0 ? [] : [`${unmanaged.length} unmanaged`]),
  ];
  const colour = role === 'active' ? 'good' : role === 'backup' ? undefined : 'bad';
  return [
    { text: name, paint: 'strong' },
    ' ',
    colour === undefined ? role : { text: role, paint: colour },
    addresses.length === 0 ? '' : ` ${listed(addresses, 4)}`,
    { text: quiet.length === 0 ? '' : `  ${quiet.join(', ')}`, paint: 'quiet' },
  ];
}

function eventLines({ events }: WatchState, room: number): Line[] {
  if (events.length === 0 || room < 2) return [];
  const last = events.slice(-(room - 1)).reverse();
  return [
    [{ text: 'events', paint: 'quiet' }],
    ...last.map(({ at, text }): Line => [{ text: clock(Date.parse(at)), paint: 'quiet' }, ` ${text}`]),
  ];
}

/** @param part which part of the table is shown */
function footer({ typing, filter, sort }: WatchState, part: string): Line {
  if (typing) return [{ text: `filter: ${filter}_`, paint: 'strong' }, '   Enter keeps it, Esc drops it'];
  const filtered = filter === '' ? '/ filter' : `/ filter "${filter}"`;
  return [{ text: `${part}q quit   s sort: ${sort}   ${filtered}   d details   arrows scroll`, paint: 'quiet' }];
}
