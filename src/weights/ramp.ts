import type { DeclaredVirtualServer } from '../model/cluster.ts';
import type { Decision } from './decisions.ts';
import { rampShare } from './slow-start.ts';

export interface Ramp {
  /** When it began, ISO 8601, as decisions have it. */
  readonly since: string;
  /** Of the whole weight. */
  readonly share: number;
}

/**
 * The ramp that a real server in service is on; null: it has its whole weight. One begins where a real server comes back that got
 * nothing, and goes on from what was decided before.
 */
export function rampOf(
  { slowStart }: Pick<DeclaredVirtualServer, 'slowStart'>,
  before: Pick<Decision, 'weight' | 'ramp'> | undefined,
  returns: boolean,
  now: number,
): Ramp | null {
  if (slowStart === null || before === undefined) return null;
  const since = returns && before.weight === 0 ? now : before.ramp === null ? null : secondsOf(before.ramp);
  if (since === null || Number.isNaN(since)) return null;
  // A clock that was set back must not make a ramp of hours.
  const from = Math.min(since, now);
  const share = rampShare(now - from, slowStart);
  return share === null ? null : { since: isoOf(from), share };
}

export function isoOf(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString();
}

function secondsOf(iso: string): number {
  return Date.parse(iso) / 1000;
}
