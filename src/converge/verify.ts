import { setTimeout as pause } from 'node:timers/promises';
import { LvsError } from '../model/errors.ts';
import { type Change, subjectOf } from '../plan/change.ts';
import { difference } from '../plan/difference.ts';
import type { Planned } from './planned.ts';
import { readLive } from './survey.ts';

/** Reads every changed router again. Throws `command-failed` naming the changes that did not take. */
export async function verify(planned: readonly Planned[]): Promise<void> {
  const until = Date.now() + longestElection;
  for (;;) {
    const missing = (await Promise.all(planned.map(notTaken))).flat();
    if (missing.length === 0) return;
    if (!missing.every(({ change }) => isLeft(change)) || Date.now() > until) throw notTakenError(missing);
    await pause(betweenReads);
  }
}

/** Milliseconds that keepalived gets to do with its addresses what is left to it. */
const longestElection = 10_000;
const betweenReads = 100;

/** Whether a change is carried out by somebody else, whom nobody waits for otherwise. */
function isLeft({ kind, commands }: Change): boolean {
  return kind === 'address' && commands.length === 0;
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
  const now = await readLive(router);
  const meant = new Map(router.plan.changes.map((change) => [subjectOf(change), change]));
  return difference(now, router.plan.target, router.tools).flatMap((change) => {
    const planned = meant.get(subjectOf(change));
    if (planned === undefined) return [];
    // Where nothing of ours was to carry it out, nothing of ours is missing.
    return [{ router: router.name, change: planned.commands.length === 0 ? { ...change, commands: [] } : change }];
  });
}
