import type { Device } from '../grammar/addresses.ts';
import { LvsError } from '../model/errors.ts';
import { type Change, subjectOf } from '../plan/change.ts';
import { difference } from '../plan/difference.ts';
import type { Planned } from './planned.ts';
import { readAgain } from './survey.ts';

/** Reads every changed router again. Throws `command-failed` naming the changes that did not take. */
export async function verify(planned: readonly Planned[]): Promise<void> {
  const missing = (await Promise.all(planned.map(notTaken))).flat();
  if (missing.length > 0) throw notTakenError(missing);
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
  const { state: now, devices } = await readAgain(router);
  const missing = new Set(difference(now, router.plan.target, router.tools).map(subjectOf));
  return router.plan.changes
    .filter((change) => missing.has(subjectOf(change)) || isOnDeadDevice(change, devices))
    .map((change) => ({ router: router.name, change }));
}

/** An address on a device that went down meanwhile is there, and serves nobody. */
function isOnDeadDevice({ kind, after }: Change, devices: ReadonlyMap<string, Device>): boolean {
  return kind === 'address' && after !== null && devices.get(String(after.device))?.up === false;
}
