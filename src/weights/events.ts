import type { Decision } from './decisions.ts';

/** One decision that became another one. */
export interface WeightEvent {
  /** Key of the virtual server. */
  readonly virtualServer: string;
  /** Key of the real server; null: this is about the sorry server, which stands in (weight 1) or not (weight 0). */
  readonly realServer: string | null;
  /** The kernel's weights. */
  readonly oldWeight: number;
  readonly newWeight: number;
  /** Whether it is to be in the kernel's table. */
  readonly present: boolean;
  readonly health: Decision['health'];
  readonly agent: Decision['agent'];
  /** For people: `check failed: connection refused`. */
  readonly reason: string;
}

export function weightEvent(
  virtualServer: string,
  realServer: string,
  before: Pick<Decision, 'weight'>,
  { weight, present, health, agent, reason }: Decision,
): WeightEvent {
  return { virtualServer, realServer, oldWeight: before.weight, newWeight: weight, present, health, agent, reason };
}

export function sorryEvent(virtualServer: string, stands: boolean, reason: string): WeightEvent {
  return {
    virtualServer,
    realServer: null,
    oldWeight: stands ? 0 : 1,
    newWeight: stands ? 1 : 0,
    present: stands,
    health: 'unknown',
    agent: null,
    reason,
  };
}
