import type { DeclaredRealServer, DeclaredVirtualServer } from '../model/cluster.ts';
import { afterWord, askedBy, silentAgent } from './agent-state.ts';
import { afterCheck } from './health.ts';
import { type Memory, noMemory } from './memory.ts';
import type { Observation } from './observation.ts';

/** What is known of a real server after it was observed. What is not declared any more is forgotten. */
export function observed(
  memory: Memory,
  observation: Observation | undefined,
  server: DeclaredVirtualServer,
  real: DeclaredRealServer,
  now: number,
): Memory {
  const { checks = [], words = [], reading = null } = observation ?? {};
  const { check, load } = server;
  const health =
    check === null
      ? noMemory.health
      : checks.reduce((state, { failure }) => afterCheck(state, failure, check), memory.health);
  const agent = load !== null && 'agent' in load ? words.reduce(afterWord, memory.agent) : silentAgent;
  const dynamic = check?.type === 'exec' && check.dynamic ? dynamicFactor(memory, checks, real) : 1;
  const asked = askedBy(agent);
  const away = health.state === 'down' || asked === 'down' || asked === 'maint' ? (memory.away ?? now) : null;
  return { health, agent, dynamic, reading: reading === null ? memory.reading : { value: reading, at: now }, away };
}

function dynamicFactor(memory: Memory, checks: Observation['checks'], { weight }: DeclaredRealServer): number {
  const said = checks.findLast((check) => check.weight !== null)?.weight ?? null;
  return said === null || weight === 0 ? memory.dynamic : said / weight;
}
