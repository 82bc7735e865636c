import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { VirtualServer } from '../model/state.ts';
import type { Decision, ServerDecisions } from './decisions.ts';
import { kernelWeight } from './kernel-weight.ts';
import { isMonitored } from './monitored.ts';
import { isoOf } from './ramp.ts';

/**
 * What the monitor before this one must have decided, as far as the kernel shows it: a weight of 0 that nobody declared was a
 * failure, and so was a real server that is not there. It is up again when its check says so.
 */
export function formerWeights(
  cluster: Cluster,
  live: ReadonlyMap<string, VirtualServer>,
  now: number,
): Map<string, ServerDecisions> {
  const former = new Map<string, ServerDecisions>();
  for (const server of cluster.virtualServers.filter(isMonitored)) {
    const key = keyOfVirtualServer(server.id);
    const there = live.get(key);
    if (there === undefined) continue;
    const realServers = server.realServers.map((real): [string, Decision] => {
      const realKey = keyOfRealServer(real);
      return [realKey, decisionOf(server, real, there.realServers.get(realKey)?.weight ?? null, isoOf(now))];
    });
    const { sorryServer } = server;
    const sorry = sorryServer !== null && there.realServers.has(keyOfRealServer(sorryServer));
    former.set(key, { sorry, realServers: new Map(realServers) });
  }
  return former;
}

/** @param weight in the kernel; null: it is not there */
function decisionOf(
  server: DeclaredVirtualServer,
  { weight: configured, drain }: DeclaredRealServer,
  weight: number | null,
  since: string,
): Decision {
  const full = kernelWeight(server, configured, 1);
  const isGone = weight === null && server.onFailure === 'remove';
  const isDown = isGone || (weight === 0 && full > 0 && !drain);
  return {
    configured,
    weight: isDown ? 0 : drain || weight === null ? full : weight,
    present: !isGone,
    health: isDown ? 'down' : 'unknown',
    agent: null,
    load: isDown || drain || weight === null || full === 0 ? 1 : weight / full,
    ramp: null,
    since,
    reason: 'as found in the kernel',
  };
}
