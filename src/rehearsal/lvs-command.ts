import type { Host } from './cluster/host.ts';
import type { RehearsalEvent } from './events.ts';
import type { CommandReport } from './report.ts';

const timeLimitSeconds = 120;

/** Runs `lvs` at a router, as an administrator would type it, and tells of it. */
export async function typeLvs(
  router: Host,
  words: readonly string[],
  emit: (event: RehearsalEvent) => void,
): Promise<CommandReport> {
  const command = ['lvs', ...words].join(' ');
  emit({ type: 'command-started', router: router.name, command });
  const { status, stdout, stderr, milliseconds } = await router
    .run(['lvs', ...words], { timeLimitSeconds, environment: { NO_COLOR: '1' } })
    .catch((error: Error) => ({
      status: 124,
      stdout: '',
      stderr: error.message,
      milliseconds: timeLimitSeconds * 1000,
    }));
  const report = {
    router: router.name,
    command,
    status,
    milliseconds: Math.round(milliseconds),
    output: `${stdout}${stderr}`,
  };
  emit({ type: 'command-finished', ...report });
  return report;
}
