import type { VirtualServerReport } from './report.ts';
import type { Target } from './topology/topology.ts';
import type { TrafficClient } from './traffic/client.ts';

/** All virtual servers together get about ten times this many. */
const mostRequests = 300;
const fewestRequests = 10;

/** Sends a target its requests, and compares who answered with the weights. */
export async function tryTarget(
  client: TrafficClient,
  target: Target,
  targetCount: number,
): Promise<VirtualServerReport> {
  const { name, virtualServer, scheduler, persistent, probe, reason, realServers } = target;
  const requests = probe === null ? 0 : requestCount(target, targetCount);
  const burst = probe === null ? { answered: 0, failed: {}, shares: {} } : await client.burst(probe, requests);
  const shares: Readonly<Record<string, number>> = burst.shares;
  return {
    name,
    virtualServer,
    scheduler,
    persistent,
    notTried: reason,
    requests,
    answered: burst.answered,
    failed: burst.failed,
    realServers: realServers.map(({ key, weight }) => ({ key, weight, answered: answersBy(key, shares) })),
  };
}

/** As many whole rounds of a weighted scheduler as fit, so that exact shares come out exact. */
export function requestCount({ realServers, persistent }: Target, targetCount: number): number {
  // The client has one address, so that all of it goes to one real server.
  if (persistent) return fewestRequests;
  const limit = Math.max(fewestRequests, Math.min(mostRequests, Math.floor((mostRequests * 10) / targetCount)));
  const weights = realServers.map(({ weight }) => weight).filter((weight) => weight > 0);
  const round = weights.reduce((sum, weight) => sum + weight, 0) / weights.reduce(greatestCommonDivisor, 0);
  return round <= limit ? Math.floor(limit / round) * round : limit;
}

/** A real server that takes all ports answers on the one that was tried. */
function answersBy(key: string, shares: Readonly<Record<string, number>>): number {
  if (!key.endsWith(':0')) return shares[key] ?? 0;
  const address = key.slice(0, -1);
  return Object.entries(shares).reduce((sum, [by, count]) => (by.startsWith(address) ? sum + count : sum), 0);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
