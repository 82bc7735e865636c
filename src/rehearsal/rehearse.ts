import { dirname, join } from 'node:path';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { followEvents } from './event-stream.ts';
import type { RehearsalEvent } from './events.ts';
import { bootKernel } from './kernel/boot.ts';
import { checkRequirements } from './kernel/requirements.ts';
import { withScratchDirectory } from './kernel/scratch.ts';
import { eventsFile, type InsidePlan, planFile, type TerminalSize } from './plan.ts';
import type { RehearsalReport } from './report.ts';
import { topologyOf } from './topology/topology-of.ts';

export interface RehearsalOptions {
  /** The package's directory, with bin/ and dist/. */
  readonly root: string;
  readonly cluster: Cluster;
  /** Text of the lvs.yaml that says so. */
  readonly configFile: string;
  readonly signal?: AbortSignal;
}

const timeLimitSeconds = 15 * 60;
/** A day: as long as somebody may sit at the prompt. */
const shellLimitSeconds = 24 * 60 * 60;

/**
 * Rehearses a cluster in a kernel of its own, and tells of it as it goes.
 *
 * @throws LvsError `command-failed` where the rehearsal itself could not be held, `interrupted` on abort
 */
export async function rehearse(
  options: RehearsalOptions & { readonly onEvent: (event: RehearsalEvent) => void },
): Promise<RehearsalReport> {
  const { onEvent } = options;
  await checkRequirements();
  onEvent({ type: 'step', step: 'boot', detail: 'booting a kernel' });
  let report: RehearsalReport | undefined;
  await bootInside(options, null, (event) => {
    if (event.type === 'finished') report = event.report;
    onEvent(event);
  });
  if (report === undefined) throw brokenOff('its program ended without a report', []);
  return report;
}

/**
 * Builds and applies the cluster, and gives the user a prompt on its active router.
 * @returns the shell's exit status
 */
export async function rehearseByHand(options: RehearsalOptions): Promise<number> {
  await checkRequirements();
  const { rows, columns } = process.stdout;
  // Some terminals say that they have none.
  return bootInside(options, { rows: rows || 24, columns: columns || 80 }, () => {});
}

/** Boots and runs the inside; throws where that says that it broke off. */
async function bootInside(
  { root, cluster, configFile, signal }: RehearsalOptions,
  terminal: TerminalSize | null,
  onEvent: (event: RehearsalEvent) => void,
): Promise<number> {
  const programs = join(root, 'dist/rehearsal');
  const plan: InsidePlan = {
    topology: topologyOf(cluster),
    configFile,
    programs: {
      node: process.execPath,
      lvs: [process.execPath, join(root, 'bin/run.js')],
      standIn: join(programs, 'traffic/stand-in.js'),
      trafficAgent: join(programs, 'traffic/agent.js'),
    },
    terminal,
  };
  const console: string[] = [];
  let broken: string | undefined;
  return withScratchDirectory({ [planFile]: JSON.stringify(plan), [eventsFile]: '' }, async (scratch) => {
    const events = followEvents(join(scratch, eventsFile), (event) => {
      if (event.type === 'broken') broken = event.message;
      onEvent(event);
    });
    const status = await bootKernel({
      scratch,
      entry: { directory: '/', argv: [process.execPath, join(programs, 'inside.js'), scratch] },
      visible: [root, dirname(process.execPath)],
      timeLimitSeconds: terminal === null ? timeLimitSeconds : shellLimitSeconds,
      terminal: terminal !== null,
      onConsoleLine: (line) => console.push(line),
      ...(signal === undefined ? {} : { signal }),
    }).finally(() => events.stop());
    if (broken !== undefined) throw brokenOff(broken, console);
    return status;
  });
}

function brokenOff(reason: string, console: readonly string[]): LvsError {
  return new LvsError('command-failed', `The rehearsal broke off: ${reason}`, {
    details: console.slice(-10).map((message) => ({ message })),
  });
}
