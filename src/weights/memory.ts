import { type AgentState, resumedAgent, silentAgent } from './agent-state.ts';
import type { Decision, ServerDecisions } from './decisions.ts';
import { type Health, resumedHealth } from './health.ts';
import type { Reading } from './observation.ts';
import type { Balance } from './utilisation.ts';

/** What a monitor knows of one virtual server from one time to the next. Decisions outlive it; the rest is learnt anew. */
export interface Standing {
  readonly decisions: ServerDecisions;
  /** By key of the real server, as the decisions are. */
  readonly memories: ReadonlyMap<string, Memory>;
  readonly balance: Balance;
}

/** What is known of one real server. */
export interface Memory {
  readonly health: Health;
  readonly agent: AgentState;
  /** What a dynamic check made of the configured weight: 1 is as configured. */
  readonly dynamic: number;
  /** The last load average, and when it was read, in seconds. */
  readonly reading: { readonly value: Reading; readonly at: number } | null;
  /** Since when it has been down or in maintenance, in seconds; null: it is neither. */
  readonly away: number | null;
}

/** Of a real server that nothing is known of. */
export const noMemory: Memory = {
  health: resumedHealth('unknown'),
  agent: silentAgent,
  dynamic: 1,
  reading: null,
  away: null,
};

const noDecisions: ServerDecisions = { realServers: new Map(), sorry: false };

/** Where a monitor begins: with the decisions of the one before it, or with none. */
export function resumed(decisions: ServerDecisions = noDecisions): Standing {
  const servers = [...decisions.realServers];
  const capacity = ({ load }: Decision) => (load > 0 ? Math.log(load) : 0);
  return {
    decisions,
    memories: new Map(servers.map(([key, decision]) => [key, memoryOf(decision)])),
    balance: {
      at: null,
      estimates: new Map(servers.map(([key, each]) => [key, { capacity: capacity(each), share: null, trend: 0 }])),
    },
  };
}

function memoryOf(decision: Decision): Memory {
  const { health, agent, load, since } = decision;
  const away = health === 'down' || agent === 'down' || agent === 'maint';
  return {
    health: resumedHealth(health),
    agent: resumedAgent(decision),
    dynamic: load,
    reading: null,
    away: away ? Date.parse(since) / 1000 : null,
  };
}
