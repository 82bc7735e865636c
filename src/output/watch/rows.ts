import { bar } from '../bar.ts';
import { isDown, isServing } from '../degraded.ts';
import type { Line } from '../line.ts';
import { short } from '../numbers.ts';
import type { Paint } from '../paint.ts';
import { byBusyness, isInNeed, needOf } from '../status-overview.ts';
import { renderWeight, shownReason, stateColour } from '../status-tables.ts';
import type { Bars } from '../view.ts';
import type { RealServerStatus, VirtualServerStatus } from '../virtual-server-status.ts';
import type { Sort, WatchState } from './state.ts';

/** One line of the table, before its columns have widths. */
export interface Row {
  readonly name: string;
  readonly paint?: keyof Paint;
  readonly weight: string;
  readonly active: number;
  readonly bar: string;
  readonly inactive: number;
  readonly connections: string;
  readonly bytesIn: string;
  readonly bytesOut: string;
  readonly state: Line;
}

export const barWidth = 6;

/** Virtual servers in the order asked for, those that the filter lets through, each followed by its real servers. */
export function rowsOf(
  servers: readonly VirtualServerStatus[],
  { sort, filter }: Pick<WatchState, 'sort' | 'filter'>,
  details: boolean,
  bars: Bars,
): Row[] {
  const wanted = filter.toLowerCase();
  const most = Math.max(0, ...servers.map(({ activeConnections }) => activeConnections));
  return [...servers].sort(orders[sort]).flatMap((server) => {
    const row = serverRow(server, bar(server.activeConnections, most, barWidth, bars));
    const whole = matches([server.name, server.key, textOf(row.state)], wanted);
    const reals = sortReals(server.realServers, sort).map((real) => ({ real, row: realRow(real, server, bars) }));
    const shown = whole ? reals : reals.filter(({ real, row }) => matches([real.address, textOf(row.state)], wanted));
    if (!whole && shown.length === 0) return [];
    return details ? [row, ...shown.map((each) => each.row)] : [row];
  });
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
  a.name.localeCompare(b.name, 'en', { numeric: true });

const orders: Readonly<Record<Sort, (a: VirtualServerStatus, b: VirtualServerStatus) => number>> = {
  attention: (a, b) => need(b) - need(a) || byBusyness(a, b) || byName(a, b),
  connections: (a, b) => b.activeConnections - a.activeConnections || b.inactiveConnections - a.inactiveConnections,
  rate: byBusyness,
  name: byName,
};

/** Degraded before drifting. */
function need(server: VirtualServerStatus): number {
  if (server.degraded !== null) return 2;
  return isInNeed(server) ? 1 : 0;
}

function sortReals(reals: readonly RealServerStatus[], sort: Sort): readonly RealServerStatus[] {
  if (sort === 'connections') return [...reals].sort((a, b) => b.activeConnections - a.activeConnections);
  if (sort === 'rate') return [...reals].sort((a, b) => (b.rates?.connections ?? 0) - (a.rates?.connections ?? 0));
  return reals;
}

function serverRow(server: VirtualServerStatus, drawn: string): Row {
  const { name, key, realServers } = server;
  return {
    // As it may be typed.
    name: `${name} ${key.replace('tcp://', '')}`,
    paint: 'strong',
    // Of the real servers, those that take new connections.
    weight: `${realServers.filter(isServing).length}/${realServers.length} up`,
    active: server.activeConnections,
    bar: drawn,
    inactive: server.inactiveConnections,
    ...flow(server),
    state: separated(needOf(server)),
  };
}

function realRow(real: RealServerStatus, server: VirtualServerStatus, bars: Bars): Row {
  const most = Math.max(...server.realServers.map(({ activeConnections }) => activeConnections));
  const { address, state } = real;
  const reason = shownReason(real, server.weightFactor);
  return {
    name: `  ${address}`,
    weight: renderWeight(real, server.weightFactor),
    active: real.activeConnections,
    bar: bar(real.activeConnections, most, barWidth, bars),
    inactive: real.inactiveConnections,
    ...flow(real),
    state: separated([
      ...(state === 'enabled' ? [] : [{ text: state, paint: stateColour(state) } as const]),
      ...(isDown(real) ? [{ text: 'down', paint: 'bad' } as const] : []),
      ...(reason === '' ? [] : [{ text: reason, paint: 'quiet' } as const]),
    ]),
  };
}

function flow({ rates }: Pick<RealServerStatus, 'rates'>): Pick<Row, 'connections' | 'bytesIn' | 'bytesOut'> {
  const { connections = 0, bytesIn = 0, bytesOut = 0 } = rates ?? {};
  return { connections: short(connections), bytesIn: short(bytesIn), bytesOut: short(bytesOut) };
}

function separated(parts: Line): Line {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [', ', part]));
}

function matches(texts: readonly string[], wanted: string): boolean {
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

function textOf(line: Line): string {
  return line.map((part) => (typeof part === 'string' ? part : part.text)).join('');
}
