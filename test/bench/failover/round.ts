import { setTimeout as pause } from 'node:timers/promises';
import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import type { TrafficClient } from '../../../src/rehearsal/traffic/client.ts';
import type { TrafficSummary } from '../../../src/rehearsal/traffic/summary.ts';
import type { Scenario } from './scenario.ts';

const web = { protocol: 'tcp', address: '1.2.3.1', port: 80 } as const;
const load = { endpoints: [web], connectionsPerSecond: 100, streams: 20 } as const;
/** Until connections, neighbours and the client's own code have warmed up. */
const warmUpMilliseconds = 1500;

/** Sends the load, lets the scenario strike, and says what became of the requests from there on. */
export async function playRound(
  cluster: RehearsalCluster,
  client: TrafficClient,
  { strike, aftermath }: Scenario,
  delayLimit: number,
): Promise<TrafficSummary> {
  await client.start({ ...load, delayLimit }, 'warm-up');
  await pause(warmUpMilliseconds);
  await client.mark('strike');
  await strike?.(cluster);
  await pause(aftermath);
  const summaries = await client.stop();
  const summary = summaries.at(-1);
  if (summary === undefined) throw new Error('the traffic client counted nothing');
  return summary;
}
