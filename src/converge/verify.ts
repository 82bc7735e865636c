import type { Device } from '../grammar/addresses.ts';
import { LvsError } from '../model/errors.ts';
import type { RouterState } from '../model/state.ts';
import { type Change, subjectOf } from '../plan/change.ts';
import { difference } from '../plan/difference.ts';
import { devicesToCome } from './devices.ts';
import type { Planned } from './planned.ts';
import { readAgain, readLive } from './survey.ts';

/**
 * Reads every changed router again. Throws `command-failed` naming the changes that did not take, or a device that serves
 * nobody any more.
 */
export async function verify(planned: readonly Planned[]): Promise<void> {
  const changed = planned.filter(({ plan }) => plan.changes.length > 0);
  const readings = await Promise.all(changed.map(async (router) => ({ router, now: await readAgain(router) })));
  const missing = readings.flatMap(({ router, now }) => missingIn(router, now.state));
  if (missing.length > 0) throw notTakenError(missing);
  for (const { router, now } of readings) requireDevicesStill(router, now.devices);
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
    found: change.commands.map(({ argv }) => argv.join(' ')).join('; '),
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
  const meant = new Set(router.plan.changes.map(subjectOf));
  return difference(now, router.plan.target, router.tools)
    .filter((change) => meant.has(subjectOf(change)))
    .map((change) => ({ router: router.name, change }));
}
