import { LvsError } from '../model/errors.ts';
import type { HeldAddress, RouterFile } from '../model/state.ts';
import type { Change } from '../plan/change.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { deciding, givingTimes, returningTimes } from '../plan/lease/decide.ts';
import { type EditedFile, type WayBackStep, wayBackSteps } from '../plan/rollback/steps.ts';
import { announcementsOf, audible } from './announcements.ts';
import { movingOf } from './moving.ts';
import type { Planned } from './planned.ts';
import { restoring } from './put-back.ts';

/** What one router would do by itself to put a run back. */
export interface WayBack {
  readonly router: Planned;
  readonly changes: readonly Change[];
  readonly steps: readonly WayBackStep[];
}

/**
 * The way back of a run, planned as a failed one is put back, from the state that the run is to reach. The routers cannot wait
 * for each other then: one that gives addresses back to another keeps them until it hears that they are there.
 * @param edited what the run writes on this machine, where that is a router
 */
export function wayBacks(planned: readonly Planned[], edited: EditedFile | null): WayBack[] {
  return comingAndGoing(planned).map(({ router, changes, goingBack, takenBack }) => {
    const parts = {
      changes,
      putAway: router.putAway,
      othersHold: othersHold(router, planned, goingBack),
      announceAgain: announcementsOf(router, comingBack(router)),
      staysAlone: staysAlone(router, planned, takenBack, changes),
      edited: router.local ? edited : null,
    };
    return { router, changes, steps: wayBackSteps(parts) };
  });
}

/** Waits until another router has them again; null: none is given back that could be asked for. */
function othersHold(router: Planned, all: readonly Planned[], given: readonly HeldAddress[]): string[] | null {
  const moving = movingOf(router, all, new Set(given.map(({ address }) => address)), []);
  return moving.audible.ipv4.length === 0 ? null : deciding('giver', router.tools.arping, moving, givingTimes);
}

/**
 * Removes again what another router has not given back: one that was suspended does all this when the others are long done, and
 * have kept the addresses. It cannot ask before, for they keep them until they hear it. Null: nothing comes back that could be
 * asked for, or who answers could not be told from the other routers.
 */
function staysAlone(
  router: Planned,
  all: readonly Planned[],
  taken: ReadonlySet<string>,
  back: readonly Change[],
): string[] | null {
  const moving = movingOf(router, all, taken, back);
  const isDeaf = moving.audible.ipv4.length === 0 || moving.enable.length === 0 || moving.macs === null;
  return isDeaf ? null : deciding('returner', router.tools.arping, moving, returningTimes);
}

/** What each router would do, with the addresses that it would give back to another one. */
function comingAndGoing(planned: readonly Planned[]) {
  const all = planned.map((router) => ({ router, changes: restoringFromTarget(router) }));
  return all.map(({ router, changes }) => {
    const others = all.filter((each) => each.router !== router).flatMap((each) => each.changes);
    const added = addresses(others, 'add');
    const gone = new Set(addresses(changes, 'remove').filter((address) => added.includes(address)));
    const removed = addresses(others, 'remove');
    const takenBack = new Set(addresses(changes, 'add').filter((address) => removed.includes(address)));
    return {
      router,
      changes,
      takenBack,
      goingBack: router.plan.target.addresses.filter(({ address }) => gone.has(address)),
    };
  });
}

export function restoringFromTarget(router: Planned): Change[] {
  const { plan, steersBack } = router;
  const changes = restoring(router, plan.target);
  return steersBack === undefined ? changes : steersBack(changes, plan.target);
}

function addresses(changes: readonly Change[], action: Change['action']): string[] {
  return changes.filter((change) => change.kind === 'address' && change.action === action).map(({ key }) => key);
}

function comingBack({ plan }: Planned): HeldAddress[] {
  const meant = new Set(plan.target.addresses);
  return plan.live.addresses.filter((held) => !meant.has(held));
}

/** Refuses what routers cannot put back by themselves. Throws `refused`. */
export function requireWayBack(planned: readonly Planned[], unreachable: readonly { readonly name: string }[]): void {
  const [missing] = unreachable;
  if (missing !== undefined) {
    throw refusal(
      `${missing.name} cannot be reached, and could not take part in the rollback`,
      'go on without --rollback-after',
    );
  }
  const deaf = comingAndGoing(planned).find(
    ({ router, goingBack }) => goingBack.length > 0 && audible(goingBack, router.tools).ipv4.length === 0,
  );
  if (deaf !== undefined) {
    throw refusal(
      `${deaf.router.name} could not hear whether another router holds the addresses again: none is of IPv4, on a device with ARP`,
      'go on without --rollback-after',
    );
  }
  const switched = planned.find(({ plan }) => isSwitched(plan.live.files, plan.target.files));
  if (switched !== undefined) {
    throw refusal(
      `keepalived is to be started or stopped on ${switched.name}, which routers cannot roll back by themselves`,
      'do that without --rollback-after, and what is to be confirmed after it',
    );
  }
}

type Files = ReadonlyMap<string, RouterFile>;

/** Whether keepalived is started or stopped between the two. */
export function isSwitched(before: Files, after: Files): boolean {
  const [ran, runs] = [before, after].map((files) => files.get(electionPlaces.config)?.running === true);
  return ran !== runs;
}

function refusal(message: string, hint: string): LvsError {
  return new LvsError('refused', `${message}; nothing was run`, { hint });
}
