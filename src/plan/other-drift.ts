import type { RouterState } from '../model/state.ts';
import { type Change, subjectOf } from './change.ts';
import { difference, type Tools } from './difference.ts';

/**
 * How many changes would lead from a router's state to `whole` beyond those of a run. Kept files, which every run brings up to
 * date, are not compared again: they are taken as the run leaves them.
 */
export function otherDrift(
  { live, target, changes }: { live: RouterState; target: RouterState; changes: readonly Change[] },
  whole: RouterState,
  tools: Tools,
): number {
  const named = new Set(changes.map(subjectOf));
  const all = difference({ ...live, files: target.files }, whole, tools);
  return all.filter((change) => !named.has(subjectOf(change))).length;
}
