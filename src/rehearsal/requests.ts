import { groupOf } from './persistence.ts';
import type { CallerReport, VirtualServerReport } from './report.ts';
import type { Caller, Target } from './topology/topology.ts';
import type { Burst } from './traffic/burst.ts';
import type { TrafficClient } from './traffic/client.ts';
import { targetOf } from './traffic/summary.ts';

/** All virtual servers together get about ten times this many. */
const mostRequests = 300;
const fewestRequests = 10;
/** Each process that speaks SCTP takes its time to start. */
const sctpRequests = 10;

/** Sends a target its requests, and compares who answered with the weights. */
export async function tryTarget(
  client: TrafficClient,
  target: Target,
  targetCount: number,
): Promise<VirtualServerReport> {
  const { name, virtualServer, scheduler, persistence, probes, reason, forwards, notes, realServers } = target;
  const requests = probes.length === 0 ? 0 : requestCount(target, targetCount);
  const bursts =
    persistence === null ? [await client.burst(probes, requests)] : await callAll(client, target, fewestRequests);
  const shares = sum(bursts.map((burst) => burst.shares));
  return {
    name,
    virtualServer,
    scheduler,
    persistent: persistence !== null,
    forwards,
    tried: probes.map(targetOf),
    notes,
    notTried: reason,
    requests,
    answered: total(bursts.map(({ answered }) => answered)),
    failed: sum(bursts.map(({ failed }) => failed)),
    realServers: realServers.map(({ key, weight }) => ({ key, weight, answered: answersBy(key, shares) })),
    callers: callerReports(target, bursts),
  };
}

/** Which real servers a persistent virtual server's clients have; a few requests of each. */
export async function askCallers(client: TrafficClient, target: Target): Promise<CallerReport[]> {
  return callerReports(target, await callAll(client, target, target.probes.length));
}

async function callAll(client: TrafficClient, { probes, persistence }: Target, requests: number): Promise<Burst[]> {
  const bursts: Burst[] = [];
  if (probes.length === 0) return bursts;
  for (const caller of persistence?.callers ?? []) bursts.push(await client.burst(probes, requests, caller));
  return bursts;
}

function callerReports({ persistence }: Target, bursts: readonly Burst[]): CallerReport[] {
  if (persistence === null) return [];
  return persistence.callers.flatMap((caller, index) => {
    const burst = bursts[index];
    if (burst === undefined) return [];
    const hosts = new Set(Object.keys(burst.shares).map(addressOf));
    return { caller: nameOf(caller), group: groupOf(persistence, caller), answeredBy: [...hosts] };
  });
}

function nameOf({ address, call }: Caller): string {
  return call ?? address;
}

/** As many whole rounds of a weighted scheduler as fit, so that exact shares come out exact. */
export function requestCount({ realServers, persistence, protocol }: Target, targetCount: number): number {
  // All of a client's requests go to one real server.
  if (persistence !== null) return fewestRequests * persistence.callers.length;
  const most = protocol === 'sctp' ? sctpRequests : mostRequests;
  const limit = Math.max(fewestRequests, Math.min(most, Math.floor((mostRequests * 10) / targetCount)));
  const weights = realServers.map(({ weight }) => weight).filter((weight) => weight > 0);
  const round = weights.reduce((sum, weight) => sum + weight, 0) / weights.reduce(greatestCommonDivisor, 0);
  return round <= limit ? Math.floor(limit / round) * round : limit;
}

/** A real server that takes all ports answers on those that were tried. */
function answersBy(key: string, shares: Readonly<Record<string, number>>): number {
  if (!key.endsWith(':0')) return shares[key] ?? 0;
  const address = addressOf(key);
  return Object.entries(shares).reduce((sum, [by, count]) => (addressOf(by) === address ? sum + count : sum), 0);
}

/** `192.168.1.2` of `192.168.1.2:80`. */
function addressOf(key: string): string {
  return key.replace(/:\d+$/, '');
}

function sum(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [key, count] of counts.flatMap(Object.entries<number>)) all[key] = (all[key] ?? 0) + count;
  return all;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
