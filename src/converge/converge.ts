import { LvsError } from '../model/errors.ts';
import type { Stage } from '../plan/change.ts';
import type { Holder } from '../router/runner.ts';
import { removeAbandoned } from './abandoned-files.ts';
import { announcing } from './announcements.ts';
import { ArmedRun, editedFile } from './armed-run.ts';
import { type Confirming, NotKept } from './confirming.ts';
import { type Connections, type Interruption, openSession, withConnections } from './connect.ts';
import { requireNoDuplicates } from './duplicates.ts';
import { requireOwnElection, requireSoundElection } from './election.ts';
import { finish } from './finish.ts';
import { requireNewest } from './installed-copies.ts';
import { withInterrupts } from './interrupts.ts';
import { Lease } from './lease.ts';
import { sweepLeftBehind } from './left-behind.ts';
import { lockAll, unlockAll } from './lock.ts';
import { afterUndo, notWritten, tooSlow } from './not-kept.ts';
import { withFileOf } from './not-kept-file.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Planned } from './planned.ts';
import { asInterrupted, Progress } from './progress.ts';
import { questionAbout } from './question.ts';
import { reconnectLost } from './reconnect.ts';
import { unreachableRouters } from './refusals.ts';
import type { Preview, Run } from './run.ts';
import {
  noteForeignEdits,
  noteObstacles,
  noteReturnPath,
  requireFeasible,
  requireNoRivals,
  requireOwnCopies,
  requireTools,
  requireWithdrawable,
} from './safety.ts';
import { requireAsRead } from './source-file.ts';
import { planSparing } from './sparing.ts';
import { surveyWithFiles } from './survey-with-files.ts';
import { trace } from './system-log.ts';
import { resultOf, undo } from './undo.ts';
import { withVrrp } from './vrrp.ts';
import { requireWayBack } from './way-back.ts';

/** Compares and plans: nothing is locked, asked, run or written. */
export function preview(run: Preview): Promise<Outcome> {
  return withRouters(run, async (connections) => {
    const planned = noteForeignEdits(noteObstacles(await plan(run, connections)));
    if (run.confirm) requireWayBack(planned, connections.unreachable);
    const confirmSeconds = run.confirm?.seconds ?? null;
    return outcomeOf(planned, connections, { applied: false, file: run.file, confirmSeconds });
  });
}

/**
 * Compares, plans, asks, runs, verifies, and puts back what it did where any of that fails. All or nothing: on return
 * everything took; a thrown LvsError says what holds.
 */
export function converge(run: Run): Promise<Outcome> {
  const progress = new Progress();
  return withInterrupts(
    (signal) =>
      progress.orInterrupted(
        signal,
        withRouters(run, (connections) => runLocked(run, connections, { signal, progress }), {
          signal,
          hurry: () => progress.hurry(),
        }),
      ),
    () => progress.whatHolds(),
  );
}

async function withRouters<T>(
  run: Preview,
  work: (connections: Connections) => Promise<T>,
  interruption?: Interruption,
): Promise<T> {
  const reached = async (connections: Connections) => {
    const missing = unreachableRouters(connections.unreachable, connections.connected, run.wayOn);
    if (missing !== null && run.tolerateUnreachable !== true) throw missing;
    requireTools(connections.connected);
    requireNoRivals(run.cluster, connections.connected);
    return await work(connections);
  };
  return withConnections(run.cluster, run.on, run.connect ?? openSession, reached, interruption);
}

async function plan(run: Preview, connections: Connections): Promise<Planned[]> {
  const { former, keeping = null, source, needsNewest, named, resetsWeights } = run;
  const compared = needsNewest && source ? source : null;
  const surveyed = await surveyWithFiles(run.cluster, connections, {
    ...{ former, keeping, compared, named, resetsWeights },
  });
  requireOwnElection(surveyed.routers);
  const request = await run.request(surveyed, connections);
  const force = request.vrrp?.force ?? false;
  const planned = await withVrrp(await planSparing(surveyed, request), run.cluster, {
    force,
    always: request.vrrp !== undefined,
  });
  return request.scope.everything ? noteReturnPath(planned, run.cluster) : planned;
}

async function runLocked(
  run: Run,
  connections: Connections,
  { signal, progress }: { signal: AbortSignal; progress: Progress },
): Promise<Outcome> {
  const { connected } = connections;
  let holder = await lockAll(connected, run.command);
  if (run.keeping) await removeAbandoned(run.keeping.file);
  run.onStep?.({ type: 'locked', routers: connected.map(({ name }) => name) });
  if (run.source) requireAsRead(run.source);
  let planned = await plan(run, connections);
  requireAllowed(run, planned, connections);
  if (run.former !== undefined) requireWithdrawable(planned, run.former);
  const question = questionAbout(planned, run.file, run.keeping?.file);
  if (question !== null && !run.ask.answered) {
    // Whoever thinks about the answer does not keep others from working; so afterwards all is read again.
    await unlockAll(connected);
    await run.ask.ask(question, outcomeOf(planned, connections, { applied: false, file: run.file }), signal);
    holder = await lockAll(connected, run.command);
    if (run.source) requireAsRead(run.source);
    const now = await plan(run, connections);
    if (fingerprint(now) !== fingerprint(planned)) {
      throw new LvsError('stale', 'the routers changed while the question was open; nothing was run', {
        hint: 'run the command again and look at the new plan',
      });
    }
    planned = now;
    requireAllowed(run, planned, connections);
  }
  run.file?.requireUnchanged();
  await requireSoundElection(planned);
  await requireNoDuplicates(planned);
  run.onStep?.({ type: 'planned', planned });
  const outcome = outcomeOf(planned, connections, { applied: true, file: run.file });
  const changes = run.file?.changed === true || planned.some(({ plan }) => plan.changes.length > 0);
  signal.throwIfAborted();
  progress.begin(planned);
  if (run.confirm && changes) {
    const confirming = { holder, signal, outcome, progress };
    await carryOutToConfirm({ ...run, confirm: run.confirm }, planned, confirming);
  } else {
    const carriedOut = await carryOut(run, planned, { holder, signal });
    await carriedOut.settle('done');
  }
  return outcome;
}

/** All of it is armed to go back before the first change, and goes back unless it is confirmed. */
async function carryOutToConfirm(
  run: Run & { readonly confirm: Confirming },
  planned: readonly Planned[],
  { holder, signal, outcome, progress }: { holder: Holder; signal: AbortSignal; outcome: Outcome; progress: Progress },
): Promise<void> {
  const { seconds, view } = run.confirm;
  const armed = await ArmedRun.arm(planned, seconds, { holder, file: run.file });
  const carriedOut = await carryOut(run, planned, { holder, signal, armed });
  const works = worksOf(planned);
  const result = `done, and rolled back unless it is confirmed by ${armed.pending.until}`;
  // A router that is this machine puts the file back by itself; no other one could, so that it is written in the end.
  const isHere = planned.some(({ local }) => local);
  if (isHere) await carriedOut.settle(result);
  else trace(works, run.command, result);
  await unlockAll(planned);
  progress.leave();
  try {
    await armed.decided(view, signal, () => (isHere ? {} : run.file?.requireUnchanged('after')));
  } catch (error) {
    if (!isHere) await carriedOut.drop();
    if (!(error instanceof LvsError)) throw error;
    throw new NotKept(isHere ? withFileOf(error, run.file) : error, outcome);
  }
  trace(works, run.command, 'confirmed');
  if (!isHere) await carriedOut.write();
}

function worksOf(planned: readonly Planned[]) {
  return planned.map(({ name, runner, plan: { changes } }) => ({ name, runner, changes }));
}

/** What nobody needs to be asked about, for it is refused whatever they say. */
function requireAllowed({ keeping, confirm }: Run, planned: readonly Planned[], { unreachable }: Connections): void {
  requireFeasible(planned);
  if (confirm) requireWayBack(planned, unreachable);
  if (keeping?.overwrite === true) return;
  requireNewest(planned);
  requireOwnCopies(planned);
}

function fingerprint(planned: readonly Planned[]): string {
  return JSON.stringify(planned.map(({ name, plan: { role, changes } }) => [name, role, changes]));
}

/** What is left to do of a run that was carried out. */
interface CarriedOut {
  /** Writes the configuration that it edits, and leaves a trace; where that fails, all is put back. */
  settle(result: string): Promise<void>;
  /** Only writes the configuration. Throws `not-put-back` where that fails: the routers have it already. */
  write(): Promise<void>;
  /** Leaves the configuration as it was. */
  drop(): Promise<void>;
}

async function carryOut(
  run: Run,
  planned: readonly Planned[],
  { holder, signal, armed = null }: { holder: Holder; signal: AbortSignal; armed?: ArmedRun | null },
): Promise<CarriedOut> {
  const staged = await run.file?.stage().catch(async (error: unknown) => {
    await armed?.disarm();
    throw error;
  });
  const works = worksOf(planned);
  let lease = Lease.none;
  const announcements = announcing(planned, run.announce ?? 'apart');
  const afterStage = async (stage: Stage) => {
    await announcements.afterStage?.(stage);
    run.onStep?.({ type: 'stage', stage, planned });
  };
  const putBack = async (error: unknown) => {
    run.onStep?.({ type: 'putting-back' });
    await reconnectLost(planned, holder);
    const undone = await undo(signal.aborted ? asInterrupted(error) : error, planned);
    const told = armed === null ? undone : await afterUndo(undone, armed);
    // If the rollback is not complete, the routers settle it by themselves.
    await (told.code === 'not-put-back' ? lease.leave() : lease.end().catch(() => {}));
    await staged?.discard();
    trace(works, run.command, resultOf(told));
    return told;
  };
  const commit = async () => {
    run.file?.requireUnchanged('after');
    await staged?.commit();
  };
  try {
    [lease] = await Promise.all([Lease.take(planned, holder, editedFile(run.file)), sweepLeftBehind(planned)]);
    const onResumed = () => run.onStep?.({ type: 'resumed' });
    await finish(works, planned, { holder, signal, ...announcements, afterStage, onResumed });
    run.onStep?.({ type: 'verified', planned });
    if (signal.aborted) throw new LvsError('interrupted', 'interrupted');
    if (armed?.isLate) throw tooSlow(armed);
    await lease.end();
  } catch (error) {
    throw await putBack(error);
  }
  return {
    settle: async (result) => {
      try {
        await commit();
        trace(works, run.command, result);
      } catch (error) {
        throw await putBack(error);
      }
    },
    write: async () => {
      try {
        await commit();
      } catch (error) {
        await staged?.discard();
        throw notWritten(error);
      }
    },
    drop: async () => staged?.discard(),
  };
}
