import { renderRole } from './changes.ts';
import type { Paint } from './paint.ts';
import type { RealServerStatus, StatusDocument, VirtualServerStatus } from './status-document.ts';
import { columns } from './table.ts';

/** The human view of `lvs status`: what is wrong first, then who does what, then who serves what. */
export function renderStatus(document: StatusDocument, paint: Paint): string {
  const { config, routers, virtualServers, faults, notes } = document;
  const lines = [paint.quiet(`configuration ${config.file}`)];
  lines.push(...faults.map((fault) => paint.bad(`! ${fault}`)));
  for (const { name, role, addresses, unmanaged, election } of routers) {
    lines.push(`${paint.strong(name)} ${renderRole(role, paint)} ${addresses.join(', ')}`.trimEnd());
    if (election !== undefined) lines.push(paint.quiet(`  keepalived: ${election}`));
    if (unmanaged.length > 0) lines.push(paint.quiet(`  unmanaged: ${unmanaged.join(', ')}`));
  }
  for (const server of virtualServers) lines.push('', ...renderVirtualServer(server, paint));
  if (virtualServers.length === 0) lines.push('no virtual servers are declared: "lvs vip add ADDRESS" declares one');
  if (notes.length > 0) lines.push('', ...notes.map((note) => paint.quiet(`note: ${note}`)));
  return lines.join('\n');
}

function renderVirtualServer(
  { name, key, scheduler, state, realServers }: VirtualServerStatus,
  paint: Paint,
): string[] {
  const suffix = state === 'enabled' ? '' : ` ${paint.bad(state)}`;
  const title = `${paint.strong(name)} ${key} ${scheduler}${suffix}`;
  if (realServers.length === 0) return [title, '  no real servers'];
  const counted = realServers.some(({ counters }) => counters !== undefined);
  const head = ['real server', 'weight', 'active', 'inactive', ...(counted ? counterHead : []), 'state'];
  return [
    title,
    columns(
      head,
      realServers.map((real) => row(real, counted, paint)),
    ),
  ];
}

const counterHead = ['connections', 'packets in', 'packets out', 'bytes in', 'bytes out'];

function row(real: RealServerStatus, counted: boolean, paint: Paint): (string | number)[] {
  const { address, activeConnections, inactiveConnections, state, counters } = real;
  const numbers = counted
    ? [counters?.connections, counters?.packetsIn, counters?.packetsOut, counters?.bytesIn, counters?.bytesOut]
    : [];
  return [
    address,
    renderWeight(real),
    activeConnections,
    inactiveConnections,
    ...numbers.map((number) => number ?? 0),
    state === 'enabled' ? '' : state === 'drain' ? paint.changed(state) : paint.bad(state),
  ];
}

/** The weight in force, and the configured one where that is another. */
function renderWeight({ weight, effectiveWeight }: RealServerStatus): string {
  if (effectiveWeight === null) return `${weight ?? '-'}`;
  return weight === null || weight === effectiveWeight ? `${effectiveWeight}` : `${effectiveWeight} (${weight})`;
}
