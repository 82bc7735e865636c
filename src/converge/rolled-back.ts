import { setTimeout as pause } from 'node:timers/promises';
import { type Detail, LvsError } from '../model/errors.ts';
import type { RouterState } from '../model/state.ts';
import type { Change } from '../plan/change.ts';
import { describeHoldings } from './holdings.ts';
import type { Planned } from './planned.ts';
import { restoring } from './put-back.ts';
import { readLive } from './survey.ts';

/** Milliseconds between two readings, and how many there are: a session may have to be renewed. */
const betweenReadings = 500;
const mostReadings = 6;

/** Changes that are named, of one router. */
const mostNamed = 10;

/** What a router has, and what is not as it was before the run. */
interface Reading {
  readonly router: Planned;
  readonly now: RouterState | null;
  readonly rest: readonly Change[];
}

/**
 * Reads routers that say that they rolled back a run by themselves: a tool may have done nothing there, and said nothing of it.
 * Returns the error that ends the run: the one given if all is as it was before.
 */
export async function afterRollback(error: LvsError, planned: readonly Planned[]): Promise<LvsError> {
  for (let left = mostReadings; ; left -= 1) {
    const readings = await Promise.all(planned.map(readRest));
    if (readings.every(({ now, rest }) => now !== null && rest.length === 0)) return error;
    if (left > 1) await pause(betweenReadings);
    else return notRolledBack(error, readings);
  }
}

async function readRest(router: Planned): Promise<Reading> {
  const now = await readLive(router).catch(() => null);
  return { router, now, rest: now === null ? [] : restoring(router, now).filter(isOurs(router)) };
}

/** Where keepalived has addresses, the next election decides about them. */
function isOurs({ steered, steersBack }: Planned): (change: Change) => boolean {
  const moves = steered !== undefined || steersBack !== undefined;
  return ({ kind, commands }) => kind !== 'address' || (!moves && commands.length > 0);
}

function notRolledBack(error: LvsError, readings: readonly Reading[]): LvsError {
  const [reason] = error.message.split(';');
  return new LvsError('not-put-back', `${reason}; not everything is as it was before`, {
    details: readings.flatMap(detailsOf),
    hint: 'look at "lvs diff", and run "lvs apply"',
    cause: error,
  });
}

const words: Record<Change['action'], string> = {
  add: 'is missing',
  remove: 'is still there',
  change: 'differs',
};

function detailsOf({ router, now, rest }: Reading): Detail[] {
  const named = rest.slice(0, mostNamed).map(({ action, kind, key }) => {
    return { router: router.name, message: `${kind} ${key} ${words[action]}` };
  });
  const more = rest.length - named.length;
  return [
    { message: describeHoldings(router, now) },
    ...named,
    ...(more > 0 ? [{ router: router.name, message: `${more} more ${more === 1 ? 'differs' : 'differ'}` }] : []),
  ];
}
