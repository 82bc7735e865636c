import type { LvsError } from '../model/errors.ts';
import { type Stage, stages } from '../plan/change.ts';
import type { Holder } from '../router/runner.ts';
import { SessionLost } from '../router/runner.ts';
import { type Execution, execute, type Work } from './execute.ts';
import { requireOneMaster } from './one-master.ts';
import type { Planned } from './planned.ts';
import { putAway } from './put-back.ts';
import { reconnectLost } from './reconnect.ts';
import { verify } from './verify.ts';

/** Stages that nothing of what is declared depends on: they can be run once more. */
const repeatable: ReadonlySet<Stage> = new Set(['tell', 'announce', 'restore', 'forget']);

export interface Finishing extends Execution {
  readonly holder: Holder;
  /** Told when a session was lost, and all that the run is about holds nevertheless. */
  readonly onResumed?: () => void;
}

/**
 * Runs all stages, and verifies. If a session is lost on the way, the run reconnects and reads the routers: if they have what
 * was meant already, the run goes on to its end over a new session. Throws as execute and verify do.
 */
export async function finish(
  works: readonly Work[],
  planned: readonly Planned[],
  { holder, onResumed, ...execution }: Finishing,
): Promise<void> {
  let stage: Stage | null = null;
  const beforeStage = (next: Stage) => {
    stage = next;
  };
  try {
    await execute(works, { ...execution, beforeStage });
    stage = null;
    await requireAsPlanned(planned, execution.signal);
  } catch (error) {
    if (!isLoss(error) || execution.signal.aborted) throw error;
    await reconnectLost(planned, holder);
    if (!(await holds(planned, execution.signal))) throw error;
    onResumed?.();
    if (stage !== null) await rest(works, planned, stage, execution);
    await requireAsPlanned(planned, execution.signal);
  }
}

async function requireAsPlanned(planned: readonly Planned[], signal: AbortSignal): Promise<void> {
  await verify(planned, signal);
  await requireOneMaster(planned);
}

function isLoss(error: unknown): boolean {
  return (error as LvsError).cause instanceof SessionLost;
}

async function holds(planned: readonly Planned[], signal: AbortSignal): Promise<boolean> {
  try {
    await verify(planned, signal);
    return true;
  } catch {
    return false;
  }
}

/** What comes after the stage in which the session was lost; what a run makes for its own use may be there or not. */
async function rest(
  works: readonly Work[],
  planned: readonly Planned[],
  lostIn: Stage,
  execution: Execution,
): Promise<void> {
  const done = stages
    .slice(0, stages.indexOf(lostIn) + 1)
    .filter((stage) => stage !== lostIn || !repeatable.has(stage));
  await Promise.all(planned.map(putAway));
  await execution.afterStage?.(lostIn);
  await execute(works, { ...execution, skip: [...(execution.skip ?? []), ...done, 'tidy'] });
}
