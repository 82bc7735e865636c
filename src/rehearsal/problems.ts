import { scattered } from './persistence.ts';
import type { FailoverReport, RehearsalReport } from './report.ts';

/** What did not go as it should, one sentence each; nothing, where the rehearsal passed. */
export function problemsOf({
  synchronised,
  commands,
  virtualServers,
  failovers,
}: Pick<RehearsalReport, 'synchronised' | 'commands' | 'virtualServers' | 'failovers'>): string[] {
  return [
    ...commands
      .filter(({ status }) => status !== 0)
      .map(({ router, command, status }) => `${router}: ${command} ended with status ${status}`),
    ...virtualServers
      .filter(({ requests, answered }) => answered < requests)
      .map(
        ({ name, requests, answered, failed }) =>
          `${name}: ${answered} of ${requests} requests were answered${reasons(failed)}`,
      ),
    ...virtualServers.flatMap(({ name, callers }) =>
      scattered(callers).map((group) => `${name}: persistence did not keep ${group} with one real server`),
    ),
    ...failovers.flatMap(({ from, to, holders, lost, silent, persistence, traffic: { failed, streams } }, index) => {
      const which = index === 0 ? 'the failover' : 'the failover back';
      const held = holders.length === 1 ? '' : holders.length === 0 ? 'no router' : holders.join(' and ');
      return [
        ...(held === '' ? [] : [`after ${which} ${held} held floating addresses`]),
        ...(held === '' && from === to ? [`${which} left the addresses on ${to}`] : []),
        ...(total(failed) === 0
          ? []
          : [`during ${which} ${total(failed)} requests failed${reasons(failed)}${whose(lost, 'failed')}`]),
        // Without synchronisation the other router cannot know them.
        ...(synchronised && streams.broken > 0
          ? [
              `during ${which} ${streams.broken} of ${streams.open} long-lived connections broke, in spite of \`sync:\`${whose(lost, 'broken')}`,
            ]
          : []),
        ...silent.map((name) => `after ${which} ${name} did not answer`),
        ...persistence
          .filter(({ kept }) => synchronised && !kept)
          .map(({ name }) => `after ${which} clients of ${name} were with other real servers, in spite of \`sync:\``),
      ];
    }),
  ];
}

/** How many failed in all. */
export function total(failed: Readonly<Record<string, number>>): number {
  return Object.values(failed).reduce((sum, count) => sum + count, 0);
}

/** Of which virtual servers. */
function whose(lost: FailoverReport['lost'], what: 'failed' | 'broken'): string {
  const parts = lost.filter((each) => each[what] > 0).map((each) => `${each[what]} of ${each.name}`);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
}

function reasons(failed: Readonly<Record<string, number>>): string {
  const parts = Object.entries(failed).map(([reason, count]) => `${count} × ${reason}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
