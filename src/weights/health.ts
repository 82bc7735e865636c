import type { Check } from '../model/cluster.ts';
import type { Decision } from './decisions.ts';

/** What the checks of a real server have come to. */
export interface Health {
  readonly state: Decision['health'];
  /** Results in a row that speak against `state`. */
  readonly against: number;
  /** The last failure, for people: `connection refused`. */
  readonly failure: string | null;
}

/** Goes on from what was known before: counting begins anew, and a state is only left for the other one after `rise` or `fall`. */
export function resumedHealth(state: Decision['health']): Health {
  return { state, against: 0, failure: null };
}

/**
 * After one more check. What was never checked counts as up until `fall` failures in a row say otherwise, since the kernel
 * has it already; its first success is all that it needs.
 * @param failure what went wrong; null: it passed
 */
export function afterCheck(
  health: Health,
  failure: string | null,
  { rise, fall }: Pick<Check, 'rise' | 'fall'>,
): Health {
  const passed = failure === null;
  const last = failure ?? health.failure;
  if (passed && health.state === 'unknown') return { state: 'up', against: 0, failure: last };
  if (passed === (health.state !== 'down')) return { ...health, against: 0, failure: last };
  const against = health.against + 1;
  if (against < (passed ? rise : fall)) return { ...health, against, failure: last };
  return { state: passed ? 'up' : 'down', against: 0, failure: last };
}
