import { renderRole } from './changes.ts';
import type { Paint } from './paint.ts';
import type { RealServerStatus, StatusDocument, VirtualServerStatus } from './status-document.ts';
import { columns } from './table.ts';

/** The human view of `lvs status`: what is wrong first, then who does what, then who serves what. */
export function renderStatus(document: StatusDocument, paint: Paint): string {
  const { config, routers, virtualServers, faults, notes } = document;
  const lines = [paint.quiet(`configuration ${config.file}`)];
  lines.push(...faults.map((fault) => paint.bad(`! ${fault}`)));
  for (const { name, role, addresses, unmanaged, election, monitor } of routers) {
    lines.push(`${paint.strong(name)} ${renderRole(role, paint)} ${addresses.join(', ')}`.trimEnd());
    if (election !== undefined) lines.push(paint.quiet(`  keepalived: ${election}`));
    if (monitor !== undefined) lines.push(paint.quiet(`  monitor: ${monitor}${monitor === 'stale' ? staleness : ''}`));
    if (unmanaged.length > 0) lines.push(paint.quiet(`  unmanaged: ${unmanaged.join(', ')}`));
  }
  for (const server of virtualServers) lines.push('', ...renderVirtualServer(server, paint));
  if (virtualServers.length === 0) lines.push('no virtual servers are declared: "lvs vip add ADDRESS" declares one');
  if (notes.length > 0) lines.push('', ...notes.map((note) => paint.quiet(`note: ${note}`)));
  return lines.join('\n');
}

const staleness = ': it has ended, and the weights are as it decided last';

function renderVirtualServer(
  { name, key, scheduler, state, realServers, weightFactor }: VirtualServerStatus,
  paint: Paint,
): string[] {
  const suffix = state === 'enabled' ? '' : ` ${paint.bad(state)}`;
  const title = `${paint.strong(name)} ${key} ${scheduler}${suffix}`;
  if (realServers.length === 0) return [title, '  no real servers'];
  const counted = realServers.some(({ counters }) => counters !== undefined);
  const checked = realServers.some(({ health }) => health !== undefined);
  const head = ['real server', 'weight', ...(checked ? ['health'] : []), 'active', 'inactive'];
  return [
    title,
    columns(
      [...head, ...(counted ? counterHead : []), 'state'],
      realServers.map((real) => row(real, { counted, checked, weightFactor }, paint)),
    ),
  ];
}

const counterHead = ['connections', 'packets in', 'packets out', 'bytes in', 'bytes out'];

function row(
  real: RealServerStatus,
  { counted, checked, weightFactor }: { counted: boolean; checked: boolean; weightFactor: number },
  paint: Paint,
): (string | number)[] {
  const { address, activeConnections, inactiveConnections, health, counters } = real;
  const numbers = counted
    ? [counters?.connections, counters?.packetsIn, counters?.packetsOut, counters?.bytesIn, counters?.bytesOut]
    : [];
  return [
    address,
    renderWeight(real, weightFactor),
    ...(checked ? [health === 'down' ? paint.bad(health) : (health ?? '')] : []),
    activeConnections,
    inactiveConnections,
    ...numbers.map((number) => number ?? 0),
    [renderState(real, paint), shownReason(real, weightFactor)].filter((part) => part !== '').join(', '),
  ];
}

function renderState({ state }: RealServerStatus, paint: Paint): string {
  if (state === 'enabled') return '';
  return state === 'drain' || state === 'sorry' ? paint.changed(state) : paint.bad(state);
}

/** Why it does not serve as configured; nothing where the kernel has something else than what was decided. */
function shownReason(real: RealServerStatus, factor: number): string {
  const { state, health, reason, decidedWeight, effectiveWeight, configuredWeight } = real;
  if (reason === undefined || decidedWeight !== effectiveWeight) return '';
  const asConfigured = state === 'drain' || effectiveWeight === (configuredWeight ?? 0) * factor;
  return asConfigured && health === 'up' ? '' : reason;
}

/** The configured weight, and the one in force where that is another, in the unit of the configured one. */
function renderWeight({ state, weight, effectiveWeight }: RealServerStatus, factor: number): string {
  const effective = effectiveWeight === null ? null : Number((effectiveWeight / factor).toFixed(2));
  if (state === 'removed') return `${weight} -> none`;
  if (weight === null || effective === null || weight === effective) return `${effective ?? weight ?? '-'}`;
  return `${weight} -> ${effective}`;
}
