import { total } from '../rehearsal/problems.ts';
import type { CommandReport, RehearsalReport, VirtualServerReport } from '../rehearsal/report.ts';
import type { TrafficSummary } from '../rehearsal/traffic/summary.ts';
import type { Paint } from './paint.ts';
import { columns } from './table.ts';

/**
 * The report for people, at most 80 columns wide unless names are longer.
 * @param width columns; wider tables fold
 */
export function renderReport(report: RehearsalReport, paint: Paint, width = Number.POSITIVE_INFINITY): string {
  const tried = report.virtualServers.filter(({ notTried }) => notTried === null);
  const notTried = report.virtualServers.filter((each) => each.notTried !== null);
  return [
    paint.strong('Commands'),
    renderCommands(report.commands, paint),
    ...tried.flatMap((virtualServer) => ['', renderVirtualServer(virtualServer, paint, width)]),
    ...(notTried.length === 0 ? [] : ['', paint.strong('Not rehearsed'), renderNotTried(notTried)]),
    ...(report.failovers.length === 0 ? [] : ['', renderFailovers(report, paint, width)]),
    '',
    renderVerdict(report, paint),
  ].join('\n');
}

function renderCommands(commands: readonly CommandReport[], paint: Paint): string {
  return commands
    .map(({ router, command, status, milliseconds, output }) => {
      const line = `  ${router}# ${command}`;
      const outcome = status === 0 ? paint.good('done') : paint.bad(`status ${status}`);
      const said = status === 0 ? '' : `\n${indent(output.trimEnd())}`;
      return `${line.padEnd(44)}${outcome} ${paint.quiet(`in ${(milliseconds / 1000).toFixed(1)} s`)}${said}`;
    })
    .join('\n');
}

function renderVirtualServer(report: VirtualServerReport, paint: Paint, width: number): string {
  const { name, virtualServer, scheduler, persistent, requests, answered, failed, realServers } = report;
  const weights = realServers.reduce((sum, { weight }) => sum + weight, 0);
  const outcome = `${answered} of ${requests} requests answered`;
  return [
    `${paint.strong(name)} ${paint.quiet(`${virtualServer} ${scheduler}`)}`,
    `  ${answered === requests ? paint.good(outcome) : paint.bad(`${outcome}${failures(failed)}`)}`,
    ...(persistent ? ['  Persistent: all requests of one client go to one real server.'] : []),
    columns(
      ['real server', 'weight', 'by weight', 'answered', 'share'],
      realServers.map(({ key, weight, answered: own }) => [
        key,
        weight,
        percent(weight, weights),
        own,
        percent(own, answered),
      ]),
      width,
    ),
  ].join('\n');
}

function renderNotTried(reports: readonly VirtualServerReport[]): string {
  return reports.map(({ name, virtualServer, notTried }) => `  ${name} (${virtualServer}): ${notTried}`).join('\n');
}

function renderFailovers({ baseline, failovers, synchronised }: RehearsalReport, paint: Paint, width: number): string {
  const rows = [
    ...(baseline === null ? [] : [trafficRow('no switch', baseline)]),
    ...failovers.map(({ from, to, traffic }) => trafficRow(`${from ?? '?'} → ${to ?? '?'}`, traffic)),
  ];
  const head = ['', 'answered', 'failed', '> 200 ms', 'slowest', 'outage', 'broken', 'longest gap'];
  return [
    `${paint.strong('Failover under traffic')} ${paint.quiet('times in ms; broken: of the long-lived connections')}`,
    columns(head, rows, width),
    ...(synchronised ? [] : brokenNote(failovers)),
  ].join('\n');
}

function trafficRow(label: string, { answered, failed, delayed, slowest, outage, streams }: TrafficSummary) {
  const broken = `${streams.broken} of ${streams.open}`;
  return [label, answered, total(failed), delayed, slowest, outage, broken, streams.longestGap];
}

/** Breaking is not a fault of the switch where the routers do not tell each other of connections. */
function brokenNote(failovers: RehearsalReport['failovers']): string[] {
  const broken = failovers.some(({ traffic }) => traffic.streams.broken > 0);
  return broken ? ['  Connections survive a failover only where `sync:` is declared.'] : [];
}

function renderVerdict({ passed, problems }: RehearsalReport, paint: Paint): string {
  if (passed) return paint.good('Passed: everything that was tried answered.');
  return [paint.bad('Failed:'), ...problems.map((problem) => `  ${problem}`)].join('\n');
}

function failures(failed: Readonly<Record<string, number>>): string {
  const parts = Object.entries(failed).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${Math.round((part * 100) / whole)} %`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
