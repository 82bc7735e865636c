import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import type { TrafficClient } from '../../../src/rehearsal/traffic/client.ts';
import type { TrafficSummary } from '../../../src/rehearsal/traffic/summary.ts';
import { setLatency } from './latency.ts';
import { playRound } from './round.ts';
import type { Scenario, SetUp } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

/** What all rounds of one scenario gave. */
export interface Row {
  readonly name: string;
  readonly latency: number;
  /** Milliseconds beyond which a request counted as delayed. */
  readonly delayLimit: number;
  readonly rounds: readonly TrafficSummary[];
}

/** A request is delayed when it takes this much longer than the median without a switch, in milliseconds. */
export const allowance = 200;

/**
 * Plays every scenario once a round, so that all see the same machine; those whose names have one of the words, or all. The
 * median without a switch is taken beforehand, at each latency.
 */
export async function playAll(
  cluster: RehearsalCluster,
  rounds: number,
  words: readonly string[],
  say: (text: string) => void,
): Promise<Row[]> {
  const chosen = scenarios.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const client = await cluster.startClient();
  const stage = stageOf(cluster);
  const limits = new Map<number, number>();
  const rows = chosen.map((scenario) => ({ scenario, summaries: [] as TrafficSummary[] }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { scenario, summaries } of rows) {
      await stage.prepare(scenario.setUp);
      const limit = limits.get(scenario.latency) ?? (await limitAt(cluster, client, scenario));
      limits.set(scenario.latency, limit);
      await setLatency(cluster, scenario.latency);
      const summary = await playRound(cluster, client, scenario, limit);
      summaries.push(summary);
      const { answered, failed, delayed, slowest, streams } = summary;
      const counts = `${answered} answered, ${JSON.stringify(failed)} failed, ${delayed} over ${limit} ms, slowest ${slowest} ms`;
      say(`round ${round}: ${scenario.name} at ${scenario.latency} ms: ${counts}, ${streams.broken} broken`);
      await stage.mend(scenario);
    }
  }
  client.close();
  return rows.map(({ scenario: { name, latency }, summaries }) => ({
    name,
    latency,
    delayLimit: limits.get(latency) ?? 0,
    rounds: summaries,
  }));
}

async function limitAt(cluster: RehearsalCluster, client: TrafficClient, scenario: Scenario): Promise<number> {
  await setLatency(cluster, scenario.latency);
  const { median } = await playRound(cluster, client, { ...scenario, strike: null, aftermath: 3000 }, 0);
  return median + allowance;
}

/** Knows how the routers are set up at the moment. */
function stageOf(cluster: RehearsalCluster) {
  let present: SetUp | null = null;
  return {
    prepare: async (setUp: SetUp) => {
      if (present === setUp) return;
      await setUp.install(cluster);
      present = setUp;
    },
    mend: async ({ mend }: Scenario) => {
      if (mend === null) present = null;
      else await mend(cluster);
    },
  };
}
