import { scattered } from '../rehearsal/persistence.ts';
import { total } from '../rehearsal/problems.ts';
import type { CommandReport, RehearsalReport, SetUpReport, VirtualServerReport } from '../rehearsal/report.ts';
import type { TrafficSummary } from '../rehearsal/traffic/summary.ts';
import type { Paint } from './paint.ts';
import { columns } from './table.ts';
import { wrapLine } from './wrap.ts';

/** Columns of lines that are sentences. */
const usualWidth = 80;

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
    ...(report.setUp.length === 0 ? [] : ['', renderSetUp(report.setUp, paint)]),
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
  const { name, virtualServer, scheduler, requests, answered, failed, realServers, notes } = report;
  const weights = realServers.reduce((sum, { weight }) => sum + weight, 0);
  const outcome = `${answered} of ${requests} requests answered`;
  return [
    `${paint.strong(name)} ${paint.quiet(`${virtualServer} ${scheduler}`)}`,
    `  ${answered === requests ? paint.good(outcome) : paint.bad(`${outcome}${failures(failed)}`)}`,
    ...notes.flatMap((note) => wrapLine(`  ${capital(note)}.`, Math.min(width, usualWidth))),
    ...(answered === 0 ? [] : renderAnswers(report)),
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

const ownAnswers = 'the real servers answered themselves, from its address.';

/** How the answers came, and to whom. */
function renderAnswers({ forwards, persistent, callers }: VirtualServerReport): string[] {
  const past = forwards.filter((forward) => forward !== 'masq');
  return [
    ...past.map((forward) => `  ${capital(forward)}: ${ownAnswers}`),
    ...(persistent ? renderCallers(callers) : []),
  ];
}

/** Who of the clients was answered by whom. */
function renderCallers(callers: VirtualServerReport['callers']): string[] {
  const apart = scattered(callers);
  return [
    apart.length === 0
      ? '  Persistent: the same client, the same real server.'
      : `  Persistent, but not with one real server: ${apart.join(', ')}`,
    ...callers.map(({ caller, group, answeredBy }) => {
      const who = group === caller ? caller : `${caller} (${group})`;
      return `    ${who}: ${answeredBy.length === 0 ? 'no answer' : answeredBy.join(', ')}`;
    }),
  ];
}

/** What the hosts were given, once for hosts that were given the same. */
function renderSetUp(setUp: readonly SetUpReport[], paint: Paint): string {
  const byCommands = new Map<string, string[]>();
  for (const { host, commands } of setUp) {
    const text = commands.map((command) => `    ${command}`).join('\n');
    byCommands.set(text, [...(byCommands.get(text) ?? []), host]);
  }
  const parts = [...byCommands].map(([text, hosts]) => `  ${hosts.join(', ')}\n${text}`);
  return [`${paint.strong('Set up besides')} ${paint.quiet('lvs does not do this: it is yours to do')}`, ...parts].join(
    '\n',
  );
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
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
    ...persistenceNote(failovers, synchronised),
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

function persistenceNote(failovers: RehearsalReport['failovers'], synchronised: boolean): string[] {
  const persistence = failovers.flatMap((failover) => failover.persistence);
  const moved = [...new Set(persistence.filter(({ kept }) => !kept).map(({ name }) => name))];
  if (persistence.length === 0) return [];
  if (moved.length === 0) return ['  Clients of persistent virtual servers kept their real servers.'];
  return [
    `  Clients were with other real servers afterwards: ${moved.join(', ')}.`,
    ...(synchronised ? [] : ['  They stay where they are only where `sync:` is declared.']),
  ];
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
