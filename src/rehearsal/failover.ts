import { setTimeout as pause } from 'node:timers/promises';
import { parseAddresses } from '../grammar/addresses.ts';
import type { Host } from './cluster/host.ts';
import type { RehearsalCluster } from './cluster/rehearsal-cluster.ts';
import { keptAcross } from './persistence.ts';
import type { CallerReport, CommandReport, FailoverReport } from './report.ts';
import { askCallers } from './requests.ts';
import type { Target } from './topology/topology.ts';
import type { TrafficClient } from './traffic/client.ts';
import { type TrafficSummary, targetOf } from './traffic/summary.ts';
import { endpointsOf, underTraffic } from './under-traffic.ts';

/** What is sent while the addresses move: as much as the rehearsal kernel can carry without delays of its own. */
const load = { connectionsPerSecond: 50, streams: 20 } as const;
const quietMilliseconds = 3000;
const aftermathMilliseconds = 2000;

export interface FailoverRehearsal {
  readonly commands: readonly CommandReport[];
  readonly baseline: TrafficSummary | null;
  readonly failovers: readonly FailoverReport[];
}

/** Moves the addresses to the other router and back, by `failOver`, while the client sends requests and keeps connections open. */
export async function rehearseFailover(
  cluster: RehearsalCluster,
  client: TrafficClient,
  targets: readonly Target[],
  failOver: () => Promise<CommandReport>,
): Promise<FailoverRehearsal> {
  const commands: CommandReport[] = [];
  const loaded = underTraffic(targets);
  const persistent = targets.filter(({ floats, persistence, probes }) => floats && persistence && probes.length > 0);
  const holders = [await holdersOf(cluster)];
  const silent: string[][] = [];
  const callers = [await askAll(client, persistent)];
  await client.start({ endpoints: loaded.flatMap(endpointsOf), ...load }, 'baseline');
  await pause(quietMilliseconds);
  for (const phase of ['there', 'back']) {
    await client.mark(phase);
    commands.push(await failOver());
    await pause(aftermathMilliseconds);
    holders.push(await holdersOf(cluster));
    callers.push(await askAll(client, persistent));
    silent.push(await silentOf(client, targets));
  }
  const [baseline = null, ...switches] = await client.stop();
  return {
    commands,
    baseline,
    failovers: switches.map((traffic, index) => ({
      from: only(holders[index]),
      to: only(holders[index + 1]),
      holders: holders[index + 1] ?? [],
      underTraffic: loaded.map(({ name }) => name),
      lost: lostOf(loaded, traffic),
      silent: silent[index] ?? [],
      persistence: persistent.map(({ name }, which) => ({
        name,
        kept: keptAcross(callers[index]?.[which] ?? [], callers[index + 1]?.[which] ?? []),
      })),
      traffic,
    })),
  };
}

async function askAll(client: TrafficClient, targets: readonly Target[]): Promise<CallerReport[][]> {
  const reports: CallerReport[][] = [];
  for (const target of targets) reports.push(await askCallers(client, target));
  return reports;
}

/** Those that somebody does not get an answer from, of all that the other router can take over. */
async function silentOf(client: TrafficClient, targets: readonly Target[]): Promise<string[]> {
  const silent: string[] = [];
  for (const { name, probes, floats, persistence } of targets) {
    if (!floats || probes.length === 0) continue;
    const { answered } = await client.burst(probes, probes.length, persistence?.callers[0]);
    if (answered < probes.length) silent.push(name);
  }
  return silent;
}

function lostOf(targets: readonly Target[], { lost }: TrafficSummary): FailoverReport['lost'] {
  return targets.flatMap((target) => {
    const own = endpointsOf(target).flatMap((endpoint) => lost[targetOf(endpoint)] ?? []);
    const [failed, broken] = [own.map((each) => each.failed), own.map((each) => each.broken)].map(sum);
    return own.length === 0 ? [] : { name: target.name, failed: failed ?? 0, broken: broken ?? 0 };
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}

/** Routers that hold any floating address. */
export async function holdersOf({ routers, topology }: RehearsalCluster): Promise<string[]> {
  const holding = await Promise.all(routers.map((router) => holdsAny(router, topology.floating)));
  return routers.filter((_, index) => holding[index]).map(({ name }) => name);
}

async function holdsAny(router: Host, floating: readonly string[]): Promise<boolean> {
  const { stdout } = await router.run(['ip', '-j', 'addr']);
  return parseAddresses(stdout).addresses.some(({ address }) => floating.includes(address));
}

function only(names: readonly string[] | undefined): string | null {
  return names?.length === 1 ? (names[0] ?? null) : null;
}
