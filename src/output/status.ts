import { renderRole } from './changes.ts';
import type { Paint } from './paint.ts';
import { outOfReach, type RouterStatus, type StatusDocument } from './status-document.ts';
import { renderOverview, renderSummary } from './status-overview.ts';
import { areFew, renderVirtualServer } from './status-tables.ts';
import type { View } from './view.ts';
import { wrapLine } from './wrap.ts';

/**
 * The human view of `lvs status`: who is active, what is degraded, what drifts; then who serves what. Of a big cluster there is
 * an overview, unless `details` asks for all of it.
 */
export function renderStatus(document: StatusDocument, view: View, details = false): string {
  const { config, virtualServers, notes } = document;
  const { paint, width } = view;
  const isBig = !details && !areFew(virtualServers);
  const lines = [...renderOutOfReach(document, paint), paint.quiet(`configuration ${config.file}`)];
  const known = new Set(document.routers.map(outOfReach));
  const others = { ...document, degraded: document.degraded.filter((fault) => !known.has(fault)) };
  lines.push(...renderRouters(document, paint), ...renderFaults(others, view, isBig));
  if (document.routers.length > 0 && document.routers.every(({ role }) => role === 'unreachable')) {
    return render(lines, width);
  }
  lines.push(renderSummary(document.summary, paint));
  if (isBig) lines.push(...renderOverview(virtualServers, view));
  else for (const server of virtualServers) lines.push('', ...renderVirtualServer(server, view));
  if (virtualServers.length === 0) lines.push('no virtual servers are declared: "lvs vip add ADDRESS" declares one');
  if (notes.length > 0) lines.push('', ...notes.map((note) => paint.quiet(`note: ${note}`)));
  return render(lines, width);
}

function render(lines: readonly string[], width: number): string {
  return lines.flatMap((line) => (line.includes('\n') ? [line] : wrapLine(line, width))).join('\n');
}

/** First of all: what is said of the cluster below lacks these routers. */
function renderOutOfReach({ routers }: StatusDocument, paint: Paint): string[] {
  return routers
    .filter(({ role, reason }) => role === 'unreachable' && reason !== undefined)
    .flatMap((router) => [paint.bad(`! ${outOfReach(router)}`), ...hintOf(router)]);
}

function hintOf({ hint }: RouterStatus): string[] {
  return hint === undefined ? [] : [`  hint: ${hint}`];
}

/**
 * What is degraded and what drifts, a line each.
 * @param briefly whether virtual servers are only counted
 */
export function renderFaults(document: StatusDocument, { paint }: Pick<View, 'paint'>, briefly = false): string[] {
  const { degraded, drifting, virtualServers } = document;
  const ofServers = new Set(briefly ? virtualServers.map((server) => server.degraded) : []);
  const shown = degraded.filter((fault) => !ofServers.has(fault));
  const hidden = degraded.length - shown.length;
  return [
    ...shown.map((fault) => paint.bad(`! ${fault}`)),
    ...(hidden === 0 ? [] : [paint.bad(`! ${hidden} of ${virtualServers.length} virtual servers are degraded`)]),
    ...drifting.map((fault) => paint.changed(`! ${fault}`)),
  ];
}

function renderRouters({ routers }: StatusDocument, paint: Paint): string[] {
  return routers.flatMap((router) => [renderRouter(router, paint), ...renderAbout(router, paint)]);
}

function renderRouter({ name, role, addresses }: RouterStatus, paint: Paint): string {
  return `${paint.strong(name)} ${renderRole(role, paint)} ${listed(addresses)}`.trimEnd();
}

function renderAbout({ unmanaged, election, monitor }: RouterStatus, paint: Paint): string[] {
  const lines: string[] = [];
  if (election !== undefined) lines.push(paint.quiet(`  keepalived: ${election}`));
  if (monitor !== undefined) lines.push(paint.quiet(`  monitor: ${monitor}${monitor === 'stale' ? staleness : ''}`));
  if (unmanaged.length > 0) lines.push(paint.quiet(`  unmanaged: ${listed(unmanaged)}`));
  return lines;
}

const staleness = ': it has ended, and the weights are as it decided last';
const mostListed = 12;

/** A list of hundreds of addresses says no more than their number. */
export function listed(words: readonly string[], most = mostListed): string {
  const more = words.length - most;
  return more <= 0 ? words.join(', ') : `${words.slice(0, most).join(', ')} and ${more} more`;
}
