import { announceAgain, enabledAddresses } from '../../converge/announcements.ts';
import { type Connect, type Connections, type Interruption, withConnections } from '../../converge/connect.ts';
import { execute } from '../../converge/execute.ts';
import { withInterrupts } from '../../converge/interrupts.ts';
import { type Outcome, outcomeOf } from '../../converge/outcome.ts';
import type { Planned } from '../../converge/planned.ts';
import { asInterrupted, Progress } from '../../converge/progress.ts';
import { noteObstacles, requireFeasible, requireTools } from '../../converge/safety.ts';
import { refusingDepended } from '../../converge/sparing.ts';
import { readLive, type Surveyed, survey } from '../../converge/survey.ts';
import { trace } from '../../converge/system-log.ts';
import { resultOf, undo } from '../../converge/undo.ts';
import { notTaken, notTakenError } from '../../converge/verify.ts';
import type { Cluster } from '../../model/cluster.ts';
import { LvsError } from '../../model/errors.ts';
import type { Change } from '../../plan/change.ts';
import { sshAddress } from '../../router/locate.ts';
import { isAttended } from '../../router/ssh-connection.ts';
import type { Half } from './halves.ts';
import { requireHere } from './here.ts';
import { openHere, openInTurn } from './here-session.ts';
import { onlyChanged } from './only-changed.ts';

/** Compares and plans; nothing is run. */
export function previewHalf(cluster: Cluster, half: Half, connect: Connect = openHere): Promise<Outcome> {
  return onThisMachine(cluster, connect, async (connections) => {
    const planned = noteObstacles(await plan(cluster, connections, half));
    return outcomeOf(planned, connections, { applied: false, file: null });
  });
}

/** Runs one half of a failover on this machine, whoever has its lock. All or nothing: what fails is put back. */
export function runHalf(cluster: Cluster, half: Half, connect: Connect = openInTurn): Promise<Outcome> {
  const progress = new Progress();
  const work = (signal: AbortSignal) => async (connections: Connections) => {
    const planned = await plan(cluster, connections, half);
    requireFeasible(planned);
    signal.throwIfAborted();
    progress.begin(planned);
    for (const router of planned) await carryOut(router, half, signal);
    return outcomeOf(planned, connections, { applied: true, file: null });
  };
  return withInterrupts(
    (signal) =>
      progress.orInterrupted(
        signal,
        onThisMachine(cluster, connect, work(signal), { signal, hurry: () => progress.hurry() }),
      ),
    () => progress.whatHolds(),
  );
}

async function onThisMachine<T>(
  cluster: Cluster,
  connect: Connect,
  work: (connections: Connections) => Promise<T>,
  interruption?: Interruption,
): Promise<T> {
  const reached = async (connections: Connections) => {
    for (const { name, reason } of connections.unreachable) throw noShell(name, reason);
    requireTools(connections.connected);
    return await work(connections);
  };
  return await withConnections(cluster, requireHere(cluster), connect, reached, interruption);
}

function noShell(name: string, reason: string): LvsError {
  return new LvsError('refused', `${name}: ${reason}; nothing was run`, {
    details: [{ router: name, message: reason }],
    hint: 'run lvs as root, or declare "sudo: true" for this router; /run must be writable',
  });
}

async function plan(cluster: Cluster, connections: Connections, half: Half): Promise<Planned[]> {
  const { routers } = await survey(cluster, connections, half.wanted);
  const planned = routers
    .map(withoutStaleSession)
    .map((router) => ({ ...router, plan: half.plan(router), putAway: [] }));
  return refusingDepended(planned);
}

/** The cluster manager's own start may have come from a login by a floating address: that is no reason to keep it. */
function withoutStaleSession(router: Surveyed): Surveyed {
  if (isAttended()) return router;
  return { ...router, protected: new Set(router.router?.ssh.map(sshAddress)) };
}

async function carryOut(router: Planned, half: Half, signal: AbortSignal): Promise<void> {
  const traced = { runner: router.runner, changes: router.plan.changes };
  const command = `lvs ${half.name}`;
  try {
    await untilTaken(router, half, signal);
    if (signal.aborted) throw new LvsError('interrupted', 'interrupted');
    trace([traced], command, 'done');
  } catch (error) {
    // What hung may have taken its session with it; half a failover has no lock.
    await router.runner.run(['true']).catch(() => router.runner.renew());
    const told = await undo(signal.aborted ? asInterrupted(error) : error, [router]);
    trace([traced], command, resultOf(told));
    throw told;
  }
}

/**
 * Without a lock somebody else may do the same at the same time, and what they did first fails here: as long as less is left
 * to do after a failure than before, that is done.
 */
async function untilTaken(router: Planned, half: Half, signal: AbortSignal): Promise<void> {
  const { name, runner, plan } = router;
  const announce = () => announceAgain(router, enabledAddresses(router));
  for (let changes = plan.changes; changes.length > 0; ) {
    const failure = await failureOf(execute([{ name, runner, changes }], { signal, skip: ['announce'] }));
    if (failure === null) await announce();
    const missing = failure === null ? await notTaken(onlyChanged(router)) : [];
    if (failure === null && missing.length === 0) return;
    const reason = failure?.error ?? notTakenError(missing);
    const left = await changesLeft(router, half).catch(() => Promise.reject(reason));
    if (signal.aborted || left.length >= changes.length) throw reason;
    if (left.length === 0) await announce();
    changes = left;
  }
}

async function changesLeft(router: Planned, half: Half): Promise<readonly Change[]> {
  return half.plan({ ...router, live: await readLive(router) }).changes;
}

async function failureOf(work: Promise<void>): Promise<{ error: unknown } | null> {
  const [outcome] = await Promise.allSettled([work]);
  return outcome.status === 'rejected' ? { error: outcome.reason } : null;
}
