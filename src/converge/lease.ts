import { LvsError } from '../model/errors.ts';
import type { HeldAddress } from '../model/state.ts';
import type { Change, Command } from '../plan/change.ts';
import { longestElection } from '../plan/election/patience.ts';
import { type DecisionMode, deciding, forcedTimes, keptTimes, type Times } from '../plan/lease/decide.ts';
import { type EditedFile, type WayBackStep, wayBackSteps } from '../plan/rollback/steps.ts';
import { armLease, endLeaseOn, type LeaseSteps } from '../router/lease.ts';
import type { Holder } from '../router/runner.ts';
import { announcementsOf, audible, enabledAddresses } from './announcements.ts';
import { lostWords } from './lost-words.ts';
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
  const decide = (as: DecisionMode) => decision(as, router, moved, back);
  return {
    steps: [
      ...putAway,
      ...(moved.size === 0 || mode === null ? [] : decide(mode)),
      ...wayBackSteps({
        changes: rest,
        putAway: [],
        othersHold: null,
        announceAgain: announcementsOf(router, comingBack(router, moved)),
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

function isAddressIn(addresses: ReadonlySet<string>, { kind, key }: Change): boolean {
  return kind === 'address' && addresses.has(key);
}

function comingBack({ plan }: Planned, moved: ReadonlySet<string>): HeldAddress[] {
  const meant = new Set(plan.target.addresses);
  return plan.live.addresses.filter((held) => !meant.has(held) && !moved.has(held.address));
}

/** Without an address that can be asked for, a taker releases, and a releaser enables again. */
function decision(
  mode: DecisionMode,
  router: Planned,
  moved: ReadonlySet<string>,
  back: readonly Change[],
): WayBackStep[] {
  const { plan, tools } = router;
  const addresses = [...plan.live.addresses, ...enabledAddresses(router)].filter(({ address }) => moved.has(address));
  const heard = audible(addresses, tools);
  const away = addressCommands([...plan.changes, ...back], moved);
  const moving = {
    addresses,
    audible: heard,
    enable: away.filter(({ argv }) => argv[2] === 'add'),
    disable: away.filter(({ argv }) => argv[2] === 'del'),
  };
  const argv = deciding(heard.ipv4.length === 0 ? blind[mode] : mode, tools.arping, moving, timesOf(mode, router));
  return [{ verb: 'run', stage: 'enable', argv, input: null }];
}

function timesOf(mode: DecisionMode, { tools, yields }: Planned): Times {
  if (mode === 'listener') return yields ? forcedTimes : keptTimes;
  return { patience: Math.ceil(5 + longestElection(tools.election?.advertInterval ?? 0)) };
}

const blind: Record<DecisionMode, DecisionMode> = {
  taker: 'blind-taker',
  releaser: 'blind-releaser',
  elected: 'blind-taker',
  listener: 'listener',
  'blind-taker': 'blind-taker',
  'blind-releaser': 'blind-releaser',
};

function addressCommands(changes: readonly Change[], moved: ReadonlySet<string>): Command[] {
  const own = changes.filter((change) => isAddressIn(moved, change)).flatMap(({ commands }) => commands);
  return own.filter(({ argv }) => argv[0] === 'ip' && argv[1] === 'addr');
}
