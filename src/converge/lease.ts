import { LvsError } from '../model/errors.ts';
import type { HeldAddress } from '../model/state.ts';
import { longestElection } from '../plan/election/patience.ts';
import { type DecisionMode, deciding, forcedTimes, keptTimes, type Moving, type Times } from '../plan/lease/decide.ts';
import { type EditedFile, type WayBackStep, wayBackSteps } from '../plan/rollback/steps.ts';
import { armLease, endLeaseOn, type LeaseSteps, leaveLeaseOn } from '../router/lease.ts';
import type { Holder } from '../router/runner.ts';
import { announcementsOf, enabledAddresses } from './announcements.ts';
import { lostWords } from './lost-words.ts';
import { isAddressIn, movingOf } from './moving.ts';
import type { Planned } from './planned.ts';
import { isSwitched, restoringFromTarget } from './way-back.ts';

/**
 * What has the routers of a run end it by themselves if it dies: each does so when it hears nothing of the run for some seconds,
 * and they come to have one owner of the addresses without hearing of each other otherwise than on the wire.
 */
export class Lease {
  /** There is nothing to end. */
  static readonly none = new Lease([]);

  private readonly routers: readonly Planned[];

  private constructor(routers: readonly Planned[]) {
    this.routers = routers;
  }

  /** Arms it on every router on which that is possible, if the run moves addresses. A run is never refused for it. */
  static async take(planned: readonly Planned[], holder: Holder, edited: EditedFile | null): Promise<Lease> {
    if (!planned.some(movesAddresses) || planned.some(({ plan }) => isSwitched(plan.live.files, plan.target.files))) {
      return Lease.none;
    }
    const armed = await Promise.all(
      planned.map((router) =>
        armLease(router.runner, holder, leaseSteps(router, planned, edited)).catch(
          (error) => lostWords(error) === null,
        ),
      ),
    );
    return new Lease(planned.filter((_, index) => armed[index]));
  }

  /**
   * The run has come to its end. Routers that would enable addresses again are told first: should lvs die meanwhile, one that
   * has taken them finds itself alone, and keeps them.
   * @throws LvsError `command-failed` if a router has ended the run by itself
   */
  async end(): Promise<void> {
    const takers = this.routers.filter((router) => enabledAddresses(router).length > 0);
    await endOn(this.routers.filter((router) => !takers.includes(router)));
    await endOn(takers);
  }

  /** The run has come to its end without being rolled back whole: the routers that it reaches settle it, and need not wait. */
  async leave(): Promise<void> {
    await Promise.allSettled(this.routers.map(({ runner }) => leaveLeaseOn(runner)));
  }
}

async function endOn(routers: readonly Planned[]): Promise<void> {
  const ended = await Promise.all(routers.map(({ runner, yields: listens }) => endLeaseOn(runner, { listens })));
  const late = routers.find((_, index) => !ended[index]);
  if (late === undefined) return;
  const message = 'it heard nothing of this run for too long, and has ended it by itself';
  throw new LvsError('command-failed', `${late.name}: ${message}`, { details: [{ router: late.name, message }] });
}

function movesAddresses({ plan }: Planned): boolean {
  return plan.changes.some(({ kind }) => kind === 'address');
}

/** What one router does. What the routers do not move between them is rolled back as if it was not confirmed. */
export function leaseSteps(router: Planned, all: readonly Planned[], edited: EditedFile | null): LeaseSteps {
  const back = restoringFromTarget(router);
  const moved = movedAddresses(router, all);
  const rest = back.filter((change) => !isAddressIn(moved, change));
  const putAway = router.putAway.map(({ argv }): WayBackStep => ({ verb: 'try', stage: 'tidy', argv, input: null }));
  const mode = modeOf(router);
  const moving = movingOf(router, all, moved, back);
  const decide = (as: DecisionMode) => decision(as, router, moving);
  return {
    steps: [
      ...putAway,
      ...(moved.size === 0 || mode === null ? [] : decide(mode)),
      ...wayBackSteps({
        changes: rest,
        putAway: [],
        othersHold: null,
        announceAgain: announcementsOf(router, comingBack(router, moved)),
        staysAlone: null,
        edited: router.local ? edited : null,
      }),
    ],
    listening: moved.size > 0 && mode === 'taker' ? decide('listener') : [],
  };
}

/** Null: keepalived decides. */
function modeOf(router: Planned): DecisionMode | null {
  const takes = enabledAddresses(router).length > 0;
  if (router.steered !== undefined) return takes ? 'elected' : null;
  return takes ? 'taker' : 'releaser';
}

/**
 * The addresses that move to or from this router. In a run about addresses alone these are all: then another router may have
 * them, too, that was not asked.
 */
function movedAddresses(router: Planned, all: readonly Planned[]): ReadonlySet<string> {
  const others = all.filter((other) => other !== router);
  const elsewhere = new Set(
    others.flatMap(({ plan }) => [...plan.live.addresses, ...plan.target.addresses].map(({ address }) => address)),
  );
  const alone = all.every(({ plan }) => plan.changes.every(({ kind }) => kind === 'address'));
  const changed = router.plan.changes.filter(({ kind }) => kind === 'address').map(({ key }) => key);
  return new Set(changed.filter((address) => alone || elsewhere.has(address)));
}

function comingBack({ plan }: Planned, moved: ReadonlySet<string>): HeldAddress[] {
  const meant = new Set(plan.target.addresses);
  return plan.live.addresses.filter((held) => !meant.has(held) && !moved.has(held.address));
}

/** Without an address that can be asked for, a taker releases, and a releaser enables again. */
function decision(mode: DecisionMode, router: Planned, moving: Moving): WayBackStep[] {
  const as = moving.audible.ipv4.length === 0 ? (blind[mode] ?? mode) : mode;
  return [
    {
      verb: 'run',
      stage: 'enable',
      argv: deciding(as, router.tools.arping, moving, timesOf(mode, router)),
      input: null,
    },
  ];
}

function timesOf(mode: DecisionMode, { tools, yields }: Planned): Times {
  if (mode === 'listener') return yields ? forcedTimes : keptTimes;
  return { patience: Math.ceil(5 + longestElection(tools.election?.advertInterval ?? 0)) };
}

const blind: Readonly<Partial<Record<DecisionMode, DecisionMode>>> = {
  taker: 'blind-taker',
  releaser: 'blind-releaser',
  elected: 'blind-taker',
};
