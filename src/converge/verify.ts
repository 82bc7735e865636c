import { setTimeout as pause } from 'node:timers/promises';
import type { Device } from '../grammar/addresses.ts';
import { LvsError } from '../model/errors.ts';
import type { RouterState } from '../model/state.ts';
import { type Change, subjectOf } from '../plan/change.ts';
import { difference } from '../plan/difference.ts';
import { devicesToCome } from './devices.ts';
import type { Planned } from './planned.ts';
import { electionTime } from './steered.ts';
import { readAgain, readLive } from './survey.ts';

/** Milliseconds that keepalived gets, beyond an election, to do with its addresses what is left to it. */
const patience = 10_000;
const betweenReads = 100;

/**
 * Reads every changed router again. Throws `command-failed` naming the changes that did not take, or a device that serves
 * nobody any more.
 */
export async function verify(planned: readonly Planned[], signal?: AbortSignal): Promise<void> {
  const changed = planned.filter(({ plan }) => plan.changes.length > 0);
  const until = Date.now() + patience + electionTime(planned);
  for (;;) {
    const readings = await Promise.all(changed.map(async (router) => ({ router, now: await readAgain(router) })));
    const missing = readings.flatMap(({ router, now }) => missingIn(router, now.state));
    if (missing.length === 0) {
      for (const { router, now } of readings) requireDevicesStill(router, now.devices);
      return;
    }
    if (!missing.every(({ change }) => isLeft(change)) || Date.now() > until) throw notTakenError(missing);
    if (signal?.aborted === true) throw new LvsError('interrupted', 'interrupted');
    await pause(betweenReads);
  }
}

/** Whether a change is carried out by somebody else, whom nobody waits for otherwise. */
function isLeft({ kind, commands }: Change): boolean {
  return kind === 'address' && commands.length === 0;
}

/** An address stays on a device that goes down meanwhile, and nobody is told. */
function requireDevicesStill({ name, plan, devices }: Planned, now: ReadonlyMap<string, Device>): void {
  const lost = [...devicesToCome(plan)].find((device) => devices.get(device)?.carrier && !now.get(device)?.carrier);
  if (lost === undefined) return;
  const state = now.get(lost)?.up ? 'lost its carrier' : 'went down';
  throw new LvsError('command-failed', `${name}: the device ${lost} ${state} meanwhile`, {
    details: [{ router: name, message: `the device ${lost} ${state}`, found: lost }],
  });
}

/** Says which changes did not take. */
export function notTakenError(missing: readonly { router: string; change: Change }[]): LvsError {
  const details = missing.map(({ router, change }) => ({
    router,
    message: `${change.action} ${change.kind} ${change.key} did not take`,
    found: change.commands.map(({ argv }) => argv.join(' ')).join('; ') || 'keepalived: see its log, and "lvs status"',
  }));
  const names = missing.map(({ router, change }) => `${change.key} on ${router}`);
  return new LvsError('command-failed', `did not take: ${names.join(', ')}`, { details });
}

/** The changes of a plan that the router does not show, read again. */
export async function notTaken(router: Planned): Promise<{ router: string; change: Change }[]> {
  if (router.plan.changes.length === 0) return [];
  return missingIn(router, await readLive(router));
}

function missingIn(router: Planned, now: RouterState): { router: string; change: Change }[] {
  const different = difference(now, router.plan.target, router.tools);
  if (different.length === 0) return [];
  const meant = new Map(router.plan.changes.map((change) => [subjectOf(change), change]));
  return different.flatMap((change) => {
    const planned = meant.get(subjectOf(change));
    if (planned === undefined) return [];
    // Where nothing of ours was to carry it out, nothing of ours is missing.
    return [{ router: router.name, change: planned.commands.length === 0 ? { ...change, commands: [] } : change }];
  });
}
