import type { DeclaredVirtualServer } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { Decision } from './decisions.ts';
import { sorryEvent, type WeightEvent, weightEvent } from './events.ts';
import { kernelWeight } from './kernel-weight.ts';
import { loadsOf } from './load.ts';
import { type Memory, noMemory, resumed, type Standing } from './memory.ts';
import type { Observation } from './observation.ts';
import { observed } from './observe.ts';
import { isoOf, rampOf } from './ramp.ts';
import { reasonOf } from './reasons.ts';
import { type Overall, overallOf, type Situation, serves, situationOf } from './situation.ts';
import { rampedWeight } from './slow-start.ts';

/** What was decided for one virtual server, and each change of it as one event. */
export interface Outcome {
  readonly standing: Standing;
  readonly events: readonly WeightEvent[];
}

/**
 * Decides the weights of one virtual server's real servers anew. It is to be called whenever something was observed, and once a
 * second or so while anything is on a ramp.
 * @param previous from the call before, or `resumed`
 * @param observations what is new, by key of the real server; those without news may be left out
 * @param now in seconds since 1970
 */
export function decide(
  server: DeclaredVirtualServer,
  previous: Standing,
  observations: ReadonlyMap<string, Observation>,
  now: number,
): Outcome {
  const name = keyOfVirtualServer(server.id);
  if (server.check === null && server.load === null) {
    const events = previous.decisions.sorry ? [sorryEvent(name, false, 'nothing is checked any more')] : [];
    return { standing: resumed(), events };
  }
  const reals = new Map(server.realServers.map((real) => [keyOfRealServer(real), real]));
  const memories = new Map<string, Memory>();
  for (const [key, real] of reals)
    memories.set(key, observed(previous.memories.get(key) ?? noMemory, observations.get(key), server, real, now));
  const { factors, balance } = loadsOf(server, previous, memories, now);
  const situations = new Map<string, Situation>();
  for (const [key, real] of reals)
    situations.set(key, situationOf(server, real, memories.get(key) ?? noMemory, factors.get(key) ?? 1));
  const overall = overallOf(server, [...situations.values()]);
  const decisions = new Map<string, Decision>();
  const events: WeightEvent[] = [];
  for (const [key, situation] of situations) {
    const before = previous.decisions.realServers.get(key);
    const decision = decisionOf(server, situation, overall, before, previous.memories.get(key), now);
    decisions.set(key, decision);
    const from = before ?? asConfigured(server, situation);
    if (differs(from, decision)) events.push(weightEvent(name, key, from, decision));
  }
  if (overall.sorry !== previous.decisions.sorry) {
    const reason = overall.sorry ? 'no real server is left' : 'a real server is back';
    events.push(sorryEvent(name, overall.sorry, reason));
  }
  return { standing: { decisions: { realServers: decisions, sorry: overall.sorry }, memories, balance }, events };
}

function decisionOf(
  server: DeclaredVirtualServer,
  situation: Situation,
  overall: Overall,
  before: Decision | undefined,
  remembered: Memory | undefined,
  now: number,
): Decision {
  const { real, health, agent, load, whole, memory } = situation;
  const inService = serves(situation, overall);
  const returns = remembered !== undefined && remembered.away !== null && memory.away === null;
  // Kept as if it were up is not coming back.
  const ramp = inService && !situation.failed ? rampOf(server, before, returns, now) : null;
  const state = {
    configured: real.weight,
    weight: inService ? rampedWeight(whole, ramp?.share ?? 1) : 0,
    present: inService || server.onFailure === 'quiesce' || !(health === 'down' || agent === 'down'),
    health,
    agent,
    load,
    ramp: ramp?.since ?? null,
  };
  if (before !== undefined && !differs(before, state)) return { ...state, since: before.since, reason: before.reason };
  const away = returns ? now - (remembered.away ?? now) : null;
  return { ...state, since: isoOf(now), reason: reasonOf(server, situation, overall, { before, ramp, away }) };
}

type State = Pick<Decision, 'weight' | 'present' | 'health' | 'agent'>;

/** Whether there is something to tell; what a decision was computed from may change without that. */
function differs(a: State, b: State): boolean {
  return a.weight !== b.weight || a.present !== b.present || a.health !== b.health || a.agent !== b.agent;
}

/** What the kernel has as long as nothing was decided. */
function asConfigured(server: DeclaredVirtualServer, { real }: Situation): State {
  return { weight: kernelWeight(server, real.weight, 1), present: true, health: 'unknown', agent: null };
}
