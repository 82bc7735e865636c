import { setTimeout as pause } from 'node:timers/promises';
import type { Host } from './cluster/host.ts';
import type { RehearsalCluster } from './cluster/rehearsal-cluster.ts';
import type { CommandReport, FailoverReport } from './report.ts';
import type { Endpoint } from './topology/topology.ts';
import type { TrafficClient } from './traffic/client.ts';
import type { TrafficSummary } from './traffic/summary.ts';

/** What is sent while the addresses move: as much as the rehearsal kernel can carry without delays of its own. */
const load = { connectionsPerSecond: 50, streams: 20 } as const;
/** Beyond this many addresses the requests to each would come too seldom to measure an outage. */
const mostEndpoints = 10;
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
  endpoints: readonly Endpoint[],
  failOver: () => Promise<CommandReport>,
): Promise<FailoverRehearsal> {
  const commands: CommandReport[] = [];
  const holders = [await holdersOf(cluster)];
  await client.start({ endpoints: endpoints.slice(0, mostEndpoints), ...load }, 'baseline');
  await pause(quietMilliseconds);
  for (const phase of ['there', 'back']) {
    await client.mark(phase);
    commands.push(await failOver());
    await pause(aftermathMilliseconds);
    holders.push(await holdersOf(cluster));
  }
  const [baseline = null, ...switches] = await client.stop();
  return {
    commands,
    baseline,
    failovers: switches.map((traffic, index) => ({
      from: only(holders[index]),
      to: only(holders[index + 1]),
      holders: holders[index + 1] ?? [],
      traffic,
    })),
  };
}

/** Routers that hold any floating address. */
export async function holdersOf({ routers, topology }: RehearsalCluster): Promise<string[]> {
  const holding = await Promise.all(routers.map((router) => holdsAny(router, topology.floating)));
  return routers.filter((_, index) => holding[index]).map(({ name }) => name);
}

async function holdsAny(router: Host, floating: readonly string[]): Promise<boolean> {
  const { stdout } = await router.run(['ip', '-j', 'addr']);
  const devices = JSON.parse(stdout) as { addr_info: { local: string }[] }[];
  return devices.some(({ addr_info }) => addr_info.some(({ local }) => floating.includes(local)));
}

function only(names: readonly string[] | undefined): string | null {
  return names?.length === 1 ? (names[0] ?? null) : null;
}
