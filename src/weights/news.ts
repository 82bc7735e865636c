import type { Standing } from './memory.ts';
import type { CheckResult, Observation } from './observation.ts';

/** Whether anything was observed that could lead to another decision: that all is as it was need not be judged. */
export function isNews({ memories }: Standing, observations: ReadonlyMap<string, Observation>): boolean {
  return [...observations].some(([key, { checks, words, reading }]) => {
    if (words.length > 0 || reading !== null) return true;
    const health = memories.get(key)?.health;
    const steady = (check: CheckResult) => check.failure === null && check.weight === null;
    return !(health?.state === 'up' && health.against === 0 && checks.every(steady));
  });
}
