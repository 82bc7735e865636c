import { count } from '../model/count.ts';
import { bar } from './bar.ts';
import { isDown, isServing } from './degraded.ts';
import { type Line, paintLine } from './line.ts';
import { short } from './numbers.ts';
import type { Paint } from './paint.ts';
import type { StatusSummary } from './status-summary.ts';
import { type Cell, columns } from './table.ts';
import type { View } from './view.ts';
import type { VirtualServerStatus } from './virtual-server-status.ts';

/** So that it all stays on one screen of 24 lines. */
const mostInNeed = 6;
const mostBusy = 4;
const barWidth = 8;

/** The cluster in one line. */
export function renderSummary(summary: StatusSummary, paint: Paint): string {
  const parts = summaryParts(summary).map((line) => paintLine(line, Number.POSITIVE_INFINITY, paint));
  return parts.join('; ');
}

/** What there is to say of all together. */
export function summaryParts(summary: StatusSummary): Line[] {
  const { virtualServers, disabled, realServers, serving, down, drained, rates } = summary;
  const flows = rates !== undefined && rates.connections + rates.bytesIn + rates.bytesOut > 0;
  return [
    [`${count(virtualServers, 'virtual server')}${disabled === 0 ? '' : ` (${disabled} disabled)`}`],
    [
      `${serving} of ${count(realServers, 'real server')} serving`,
      ...(down === 0 ? [] : [', ', { text: `${down} down`, paint: 'bad' } as const]),
      ...(drained === 0 ? [] : [', ', { text: `${drained} drained`, paint: 'changed' } as const]),
    ],
    [`${summary.activeConnections} active, ${summary.inactiveConnections} inactive connections`],
    ...(flows ? [[flowOf(rates)]] : []),
  ];
}

function flowOf({ connections, bytesIn, bytesOut }: NonNullable<StatusSummary['rates']>): string {
  return `${short(connections)} conn/s, ${short(bytesIn)} B/s in, ${short(bytesOut)} B/s out`;
}

/** What needs somebody, what is busiest, and how to see more. */
export function renderOverview(servers: readonly VirtualServerStatus[], view: View): string[] {
  const inNeed = servers.filter(isInNeed);
  const busiest = [...servers]
    .sort(byBusyness)
    .slice(0, mostBusy)
    .filter((server) => load(server) > 0);
  return [
    ...section('degraded or drifting', inNeed.slice(0, mostInNeed), inNeed.length, view),
    ...section('busiest', busiest, busiest.length, view),
    '',
    view.paint.quiet('"lvs status VIP" shows one, "lvs status --all" all of them'),
  ];
}

/** Whether somebody should look at it. */
export function isInNeed({ degraded, drift, state }: VirtualServerStatus): boolean {
  return degraded !== null || drift > 0 || state === 'missing';
}

/** The busiest first: by new connections a second, then by those that are active. */
export function byBusyness(a: VirtualServerStatus, b: VirtualServerStatus): number {
  return (
    (b.rates?.connections ?? 0) - (a.rates?.connections ?? 0) ||
    b.activeConnections - a.activeConnections ||
    b.inactiveConnections - a.inactiveConnections
  );
}

function load({ rates, activeConnections, inactiveConnections }: VirtualServerStatus): number {
  return (rates?.connections ?? 0) + activeConnections + inactiveConnections;
}

function section(title: string, shown: readonly VirtualServerStatus[], all: number, view: View): string[] {
  if (shown.length === 0) return [];
  const { paint, bars, width } = view;
  const most = Math.max(...shown.map(({ activeConnections }) => activeConnections));
  const withBars = bars !== 'none' && most > 0;
  const rows = shown.map((server): Cell[] => [
    server.name,
    server.key,
    servingOf(server),
    server.activeConnections,
    ...(withBars ? [bar(server.activeConnections, most, barWidth, bars)] : []),
    { right: short(server.rates?.connections ?? 0) },
    describeNeed(server, view),
  ]);
  const head = ['virtual server', 'address', 'serving', 'active', ...(withBars ? [''] : []), 'conn/s', 'state'];
  const more = all > shown.length ? ` (${shown.length} of ${all})` : '';
  return ['', paint.strong(`${title}${more}`), columns(head, rows, width)];
}

/** `9 of 10`: real servers that take new connections. */
export function servingOf({ realServers }: VirtualServerStatus): string {
  return `${realServers.filter(isServing).length} of ${realServers.length}`;
}

/** `1 down, 2 differences`; nothing where all is well. */
export function describeNeed(server: VirtualServerStatus, { paint }: View): string {
  return needOf(server)
    .map(({ text, paint: colour }) => paint[colour](text))
    .join(', ');
}

/** Each thing that is wrong with a virtual server, and its colour. */
export function needOf({ state, realServers, drift, degraded }: VirtualServerStatus) {
  const down = realServers.filter(isDown).length;
  return [
    ...(state === 'enabled' ? [] : [{ text: state, paint: 'bad' } as const]),
    ...(down > 0 ? [{ text: `${down} down`, paint: 'bad' } as const] : []),
    ...(degraded !== null && down === 0 ? [{ text: 'degraded', paint: 'bad' } as const] : []),
    ...(drift > 0 ? [{ text: count(drift, 'difference'), paint: 'changed' } as const] : []),
  ];
}
