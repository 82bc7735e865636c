import type { AddressPolicy } from './addresses.ts';
import { subjectOf } from './change.ts';
import { difference } from './difference.ts';
import type { RouterFacts, RouterPlan } from './router-plan.ts';
import { everything } from './scope.ts';
import { targetState } from './target.ts';

/**
 * How many changes `apply` would make on a router beyond those of a plan. Kept files, which every run brings up to date, are not
 * compared again: they are taken as the plan leaves them.
 */
export function otherDrift(
  { live, desired, tools, protected: kept }: RouterFacts,
  { target, changes }: Pick<RouterPlan, 'target' | 'changes'>,
  addresses: AddressPolicy,
): number {
  const named = new Set(changes.map(subjectOf));
  const whole = targetState(live, desired, { scope: everything, addresses, prune: false, protected: kept });
  const all = difference({ ...live, files: target.files }, whole, tools);
  return all.filter((change) => !named.has(subjectOf(change))).length;
}
