import { LvsError } from '../model/errors.ts';
import { keep, type PendingState, readPending } from '../router/pending.ts';
import type { Connected } from './connect.ts';
import { lostWords } from './lost-words.ts';

/** Seconds in which everybody must be told; nobody confirms later than that. */
export const lastMoment = 1;

/**
 * Keeps what waits to be confirmed: all routers are asked first, so that none keeps what another puts back.
 * @throws LvsError `refused` where one of them cannot, `not-put-back` where some keep it and others do not
 */
export async function keepEverywhere(routers: readonly Pick<Connected, 'name' | 'runner'>[]): Promise<void> {
  const states = await Promise.all(
    routers.map(async ({ name, runner }) => ({ name, state: await readPending(runner).catch(lostWords) })),
  );
  for (const { name, state } of states) {
    const obstacle = obstacleOf(state);
    if (obstacle !== null) {
      throw new LvsError('refused', `${name}: ${obstacle}`, { details: [{ router: name, message: obstacle }] });
    }
  }
  const kept = await Promise.all(
    routers.map(async ({ name, runner }) => ({ name, kept: await keep(runner).catch(() => false) })),
  );
  if (kept.every((router) => router.kept)) return;
  throw new LvsError('not-put-back', 'only some of the routers keep it', {
    details: kept.map((router) => ({
      router: router.name,
      message: router.kept ? 'keeps it' : 'was not reached, or rolls it back',
    })),
    hint: 'look at "lvs confirm --status" and "lvs diff"',
  });
}

function obstacleOf(state: PendingState | string): string | null {
  if (typeof state === 'string') return `cannot be reached: ${state}`;
  if (state.state !== 'pending') return 'it is too late: it has begun to roll back';
  if (state.left === null || state.left < lastMoment) return 'it is too late: it rolls back this moment';
  return null;
}
