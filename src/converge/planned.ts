import type { LvsError } from '../model/errors.ts';
import type { RouterState } from '../model/state.ts';
import type { AddressPolicy } from '../plan/addresses.ts';
import type { Change, Command } from '../plan/change.ts';
import { holdsElection, releaseElection } from '../plan/election/hold.ts';
import { leftToElection } from '../plan/election/left-to-election.ts';
import { endsLending } from '../plan/lending.ts';
import { defaultPolicy, planRouter, type RouterPlan } from '../plan/router-plan.ts';
import type { Scope } from '../plan/scope.ts';
import { leftBehindNotes } from './left-behind.ts';
import { monitorNotes } from './monitor.ts';
import type { Survey, Surveyed } from './survey.ts';

/** A router with what a run would do there. */
export interface Planned extends Surveyed {
  readonly plan: RouterPlan;
  /** What puts away the objects that a run makes for its own use, at whatever point it ended. */
  readonly putAway: readonly Command[];
  /** Why it must not be run, beside what is found in the plan itself. */
  readonly obstacles?: readonly LvsError[];
  /** Whether keepalived moves the addresses in this run. */
  readonly elected?: boolean;
  /** Where keepalived is steered from one router to another: the addresses that it has there when it is master. */
  readonly steered?: ReadonlySet<string>;
  /** See Method. */
  readonly steersBack?: SteersBack;
  /** See Method. */
  readonly yields?: boolean;
}

/** How a router carries out by itself what leads back from a state of its own. */
export type SteersBack = (changes: readonly Change[], from: RouterState) => Change[];

/** How changes are carried out on a router, where that is not the planner's own way. */
export interface Method {
  readonly changes: readonly Change[];
  readonly putAway: readonly Command[];
  readonly notes: readonly string[];
  /** See Planned. */
  readonly steered?: ReadonlySet<string>;
  /** What leads back, where keepalived is steered that way, too. */
  readonly steersBack?: SteersBack;
  /** Another router that did not answer may have the addresses when it runs again: this one then releases them. */
  readonly yields?: boolean;
}

export interface PlanRequest {
  readonly scope: Scope;
  readonly prune: boolean;
  /** The addresses move by VRRP: what firewalls do to it is looked at in any case. */
  readonly vrrp?: { readonly force: boolean };
  /** What each router does with the floating addresses; by default what its role says. */
  readonly addresses?: (router: Surveyed) => AddressPolicy;
  readonly method?: (router: Surveyed, changes: readonly Change[]) => Method;
}

export function planAll(survey: Survey, { scope, prune, addresses, method }: PlanRequest): Planned[] {
  return survey.routers.map((router) => {
    const policy = addresses?.(router) ?? ownPolicy(router, survey);
    const plan = planRouter(router, { scope, prune, addresses: policy });
    const elected = method === undefined && router.tools.election != null;
    const byItself = elected ? { changes: leftToElection(plan.changes, plan.live, plan.target) } : {};
    const usual: Partial<Method> = { putAway: releasing(plan.changes), ...byItself };
    const {
      putAway = [],
      steered,
      steersBack,
      yields = false,
      ...carriedOut
    } = method?.(router, plan.changes) ?? usual;
    const notes = [...leftBehindNotes(router), ...monitorNotes(router), ...(carriedOut.notes ?? plan.notes)];
    const whole = { ...plan, ...carriedOut, notes };
    return {
      ...router,
      plan: whole,
      putAway,
      elected,
      yields,
      ...(steered && { steered }),
      ...(steersBack && { steersBack }),
    };
  });
}

/** A keepalived that is set to FAULT for the time of a run, and addresses that are lent to `lo`, are released also if it fails. */
export function releasing(changes: readonly Change[]): Command[] {
  const commands = changes.flatMap((change) => change.commands);
  return [...commands.filter(endsLending), ...(commands.some(holdsElection) ? [releaseElection('restore')] : [])];
}

/** An address that another router may hold, for it was not asked or does not answer, is not enabled here. */
function ownPolicy({ role }: Surveyed, { roles }: Survey): AddressPolicy {
  const policy = defaultPolicy(role);
  const mayBeElsewhere = [...roles.values()].includes('unreachable');
  return policy === 'enable' && mayBeElsewhere ? 'keep' : policy;
}
