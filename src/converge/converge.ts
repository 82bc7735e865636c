import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import type { Stage } from '../plan/change.ts';
import type { Holder } from '../router/runner.ts';
import { announcing } from './announcements.ts';
import { type Connect, type Connections, openSession, withConnections } from './connect.ts';
import { requireOwnElection, requireSoundElection } from './election.ts';
import { execute } from './execute.ts';
import { withInterrupts } from './interrupts.ts';
import type { Keeping } from './kept-files.ts';
import { sweepLeftBehind } from './left-behind.ts';
import { lockAll, unlockAll } from './lock.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { PendingFile } from './pending-file.ts';
import { type Planned, type PlanRequest, planAll } from './planned.ts';
import { type Ask, questionAbout } from './question.ts';
import { reconnectLost } from './reconnect.ts';
import { unreachableRouters, type WayOn } from './refusals.ts';
import {
  noteForeignEdits,
  noteObstacles,
  requireFeasible,
  requireNoRivals,
  requireOwnCopies,
  requireTools,
  requireWithdrawable,
} from './safety.ts';
import type { RunStep } from './steps.ts';
import type { Survey } from './survey.ts';
import { surveyWithFiles } from './survey-with-files.ts';
import { undo } from './undo.ts';
import { verify } from './verify.ts';

/** What is desired, and how far a run may go. */
export interface Preview {
  readonly cluster: Cluster;
  /** What was desired before an edit of the configuration. */
  readonly former?: Cluster;
  readonly on: string | null;
  /** What to ask of each router, once it is known how they are. Throws where that must not be done. */
  readonly request: (survey: Survey, connections: Connections) => PlanRequest | Promise<PlanRequest>;
  /** The lvs.yaml that this is about: it must not change meanwhile, and where it is edited it is written when all else succeeded. */
  readonly file: PendingFile | null;
  /** What is installed on the routers beside the kernel's state; null: files are left alone. */
  readonly keeping?: (Keeping & { readonly overwrite: boolean }) | null;
  /** Whether what the monitors decided is dropped, for the weights of the configuration. */
  readonly resetsWeights?: boolean;
  /** An unreachable router is left out rather than refused. */
  readonly tolerateUnreachable?: boolean;
  /** What to say about going on where one is refused. */
  readonly wayOn?: WayOn;
  readonly connect?: Connect;
}

export interface Run extends Preview {
  /** The command as it was typed, for the lock. */
  readonly command: string;
  readonly ask: Ask;
  /** Whether to wait until new addresses are announced, as a switch from another router must; `apart` by default. */
  readonly announce?: 'wait' | 'apart';
  /** Told of each step once it is done. */
  readonly onStep?: (step: RunStep) => void;
}

/** Compares and plans: nothing is locked, asked, run or written. */
export function preview(run: Preview): Promise<Outcome> {
  return withRouters(run, async (connections) => {
    const planned = noteForeignEdits(noteObstacles(await plan(run, connections)));
    return outcomeOf(planned, connections, { applied: false, file: run.file });
  });
}

/**
 * Compares, plans, asks, runs, verifies, and puts back what it did where any of that fails. All or nothing: on return
 * everything took; a thrown LvsError says what holds.
 */
export function converge(run: Run): Promise<Outcome> {
  return withInterrupts((signal) =>
    withRouters(run, async (connections) => {
      if (signal.aborted) throw new LvsError('interrupted', 'interrupted: nothing was run');
      return runLocked(run, connections, signal);
    }),
  );
}

async function withRouters<T>(run: Preview, work: (connections: Connections) => Promise<T>): Promise<T> {
  return withConnections(run.cluster, run.on, run.connect ?? openSession, async (connections) => {
    const missing = unreachableRouters(connections.unreachable, connections.connected, run.wayOn);
    if (missing !== null && run.tolerateUnreachable !== true) throw missing;
    requireTools(connections.connected);
    requireNoRivals(run.cluster, connections.connected);
    return await work(connections);
  });
}

async function plan(run: Preview, connections: Connections): Promise<Planned[]> {
  const { former, keeping = null, resetsWeights } = run;
  const surveyed = await surveyWithFiles(run.cluster, connections, { former, keeping, resetsWeights });
  requireOwnElection(surveyed.routers);
  return planAll(surveyed, await run.request(surveyed, connections));
}

async function runLocked(run: Run, connections: Connections, signal: AbortSignal): Promise<Outcome> {
  const { connected } = connections;
  let holder = await lockAll(connected, run.command);
  run.onStep?.({ type: 'locked', routers: connected.map(({ name }) => name) });
  let planned = await plan(run, connections);
  requireAllowed(run, planned);
  if (run.former !== undefined) requireWithdrawable(planned, run.former);
  const question = questionAbout(planned, run.file);
  if (question !== null && !run.ask.answered) {
    // Whoever thinks about the answer does not keep others from working; so afterwards all is read again.
    await unlockAll(connected);
    await run.ask.ask(question, outcomeOf(planned, connections, { applied: false, file: run.file }), signal);
    holder = await lockAll(connected, run.command);
    const now = await plan(run, connections);
    if (fingerprint(now) !== fingerprint(planned)) {
      throw new LvsError('stale', 'the routers changed while the question was open; nothing was run', {
        hint: 'run the command again and look at the new plan',
      });
    }
    planned = now;
    requireAllowed(run, planned);
  }
  run.file?.requireUnchanged();
  await requireSoundElection(planned);
  run.onStep?.({ type: 'planned', planned });
  await carryOut(run, planned, holder, signal);
  return outcomeOf(planned, connections, { applied: true, file: run.file });
}

/** What nobody needs to be asked about, for it is refused whatever they say. */
function requireAllowed({ keeping }: Run, planned: readonly Planned[]): void {
  requireFeasible(planned);
  if (keeping?.overwrite !== true) requireOwnCopies(planned);
}

function fingerprint(planned: readonly Planned[]): string {
  return JSON.stringify(planned.map(({ name, plan: { role, changes } }) => [name, role, changes]));
}

async function carryOut(run: Run, planned: readonly Planned[], holder: Holder, signal: AbortSignal): Promise<void> {
  const staged = await run.file?.stage();
  const works = planned.map(({ name, runner, plan: { changes } }) => ({ name, runner, changes }));
  const announcements = announcing(planned, run.announce ?? 'apart');
  const afterStage = async (stage: Stage) => {
    await announcements.afterStage?.(stage);
    run.onStep?.({ type: 'stage', stage, planned });
  };
  try {
    await sweepLeftBehind(planned);
    await execute(works, { signal, ...announcements, afterStage });
    await verify(planned);
    run.onStep?.({ type: 'verified', planned });
    if (signal.aborted) throw new LvsError('interrupted', 'interrupted');
    run.file?.requireUnchanged();
    await staged?.commit();
  } catch (error) {
    run.onStep?.({ type: 'putting-back' });
    await reconnectLost(planned, holder);
    const told = await undo(error, planned);
    await staged?.discard();
    throw told;
  }
}
