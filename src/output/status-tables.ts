import { bar } from './bar.ts';
import { short } from './numbers.ts';
import type { Paint } from './paint.ts';
import { type Cell, columns } from './table.ts';
import type { View } from './view.ts';
import type { RealServerStatus, VirtualServerStatus } from './virtual-server-status.ts';

const barWidth = 8;

/** Tables of more lines than this are no help at a glance. */
const mostTableLines = 60;

/** Whether all of them, each with its real servers, are still seen at a glance, as far as nothing folds. */
export function areFew(virtualServers: readonly VirtualServerStatus[]): boolean {
  const lines = virtualServers.reduce((sum, { realServers }) => sum + realServers.length + 3, 0);
  return lines <= mostTableLines;
}

/** A virtual server with its real servers as the kernel has them. */
export function renderVirtualServer(server: VirtualServerStatus, view: View): string[] {
  const { name, key, scheduler, state, realServers } = server;
  const { paint } = view;
  const suffix = state === 'enabled' ? '' : ` ${paint.bad(state)}`;
  const title = `${paint.strong(name)} ${key} ${scheduler}${suffix}`;
  if (realServers.length === 0) return [title, '  no real servers'];
  const shown = shownColumns(server, view);
  const head = shown.map((column) => column.head);
  const rows = realServers.map((real) => shown.map((column) => column.cell(real)));
  return [title, columns(head, rows, view.width)];
}

interface Column {
  readonly head: string;
  readonly cell: (real: RealServerStatus) => Cell;
}

function shownColumns({ realServers, weightFactor, rates }: VirtualServerStatus, { paint, bars }: View): Column[] {
  const counted = realServers.some(({ counters }) => counters !== undefined);
  const checked = realServers.some(({ health }) => health !== undefined);
  const flows = rates !== undefined && Object.values(rates).some((rate) => rate > 0);
  const most = Math.max(...realServers.map(({ activeConnections }) => activeConnections));
  return [
    { head: 'real server', cell: ({ address }) => address },
    { head: 'weight', cell: (real) => renderWeight(real, weightFactor) },
    ...(checked ? [{ head: 'health', cell: (real: RealServerStatus) => renderHealth(real, paint) }] : []),
    { head: 'active', cell: ({ activeConnections }) => activeConnections },
    ...(bars === 'none' || most === 0
      ? []
      : [{ head: '', cell: (real: RealServerStatus) => bar(real.activeConnections, most, barWidth, bars) }]),
    { head: 'inactive', cell: ({ inactiveConnections }) => inactiveConnections },
    ...(flows && !counted ? rateColumns : []),
    ...(counted ? counterColumns : []),
    { head: 'state', cell: (real) => describeState(real, weightFactor, paint) },
  ];
}

const rateColumns: readonly Column[] = [
  { head: 'conn/s', cell: ({ rates }) => ({ right: short(rates?.connections ?? 0) }) },
  { head: 'B/s in', cell: ({ rates }) => ({ right: short(rates?.bytesIn ?? 0) }) },
  { head: 'out', cell: ({ rates }) => ({ right: short(rates?.bytesOut ?? 0) }) },
];

const counterColumns: readonly Column[] = [
  { head: 'connections', cell: ({ counters }) => counters?.connections ?? 0 },
  { head: 'packets in', cell: ({ counters }) => counters?.packetsIn ?? 0 },
  { head: 'packets out', cell: ({ counters }) => counters?.packetsOut ?? 0 },
  { head: 'bytes in', cell: ({ counters }) => counters?.bytesIn ?? 0 },
  { head: 'bytes out', cell: ({ counters }) => counters?.bytesOut ?? 0 },
];

function renderHealth({ health }: RealServerStatus, paint: Paint): string {
  return health === 'down' ? paint.bad(health) : (health ?? '');
}

/** Its state, where that is not the usual one, and why it does not serve as configured. */
export function describeState(real: RealServerStatus, factor: number, paint: Paint): string {
  return [renderState(real, paint), shownReason(real, factor)].filter((part) => part !== '').join(', ');
}

function renderState({ state }: RealServerStatus, paint: Paint): string {
  if (state === 'enabled') return '';
  return paint[stateColour(state)](state);
}

/** What somebody wanted, and what nobody did. */
export function stateColour(state: RealServerStatus['state']): 'changed' | 'bad' {
  return state === 'drain' || state === 'sorry' ? 'changed' : 'bad';
}

/** Why it does not serve as configured; nothing where the kernel has something else than what was decided. */
export function shownReason(real: RealServerStatus, factor: number): string {
  const { state, health, reason, decidedWeight, effectiveWeight, configuredWeight } = real;
  if (reason === undefined || decidedWeight !== effectiveWeight) return '';
  const asConfigured = state === 'drain' || effectiveWeight === (configuredWeight ?? 0) * factor;
  return asConfigured && health === 'up' ? '' : reason;
}

/** The configured weight, and the one in force where that is another, in the unit of the configured one. */
export function renderWeight({ state, weight, effectiveWeight }: RealServerStatus, factor: number): string {
  const effective = effectiveWeight === null ? null : Number((effectiveWeight / factor).toFixed(2));
  if (state === 'removed') return `${weight} -> none`;
  if (weight === null || effective === null || weight === effective) return `${effective ?? weight ?? '-'}`;
  return `${weight} -> ${effective}`;
}
