import type { AgentWord } from './agent-check.ts';
import type { Decision } from './decisions.ts';

/** What a real server's agent has said so far. An agent that cannot be reached takes nothing back. */
export interface AgentState {
  readonly health: 'up' | 'down' | 'fail' | 'stopped';
  readonly administration: 'ready' | 'drain' | 'maint';
  readonly percentage: number;
  /** Why it is down, in its own words. */
  readonly remark: string | null;
}

/** Of an agent that has not said anything. */
export const silentAgent: AgentState = { health: 'up', administration: 'ready', percentage: 100, remark: null };

/** What a word makes of it. HAProxy heeds a remark only where health is spoken of. */
export function afterWord(state: AgentState, word: AgentWord): AgentState {
  return {
    health: word.health ?? state.health,
    administration: word.administration ?? state.administration,
    percentage: word.percentage ?? state.percentage,
    remark: word.health === null ? state.remark : word.remark,
  };
}

/** What the agent asks for besides a weight: of several things the one that goes furthest. */
export function askedBy({ health, administration }: AgentState): Decision['agent'] {
  if (administration === 'maint') return 'maint';
  if (health !== 'up') return 'down';
  return administration === 'drain' ? 'drain' : null;
}

/** As far as a decision tells what the agent had said before. */
export function resumedAgent({ agent, load }: Pick<Decision, 'agent' | 'load'>): AgentState {
  return {
    ...silentAgent,
    health: agent === 'down' ? 'down' : 'up',
    administration: agent === 'drain' || agent === 'maint' ? agent : 'ready',
    percentage: load * 100,
  };
}
