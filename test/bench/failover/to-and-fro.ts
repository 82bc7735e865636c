import { setTimeout as pause } from 'node:timers/promises';
import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import type { TrafficSummary } from '../../../src/rehearsal/traffic/summary.ts';
import { clearLatency, setLatency } from './latency.ts';
import { type Remains, remainsOf } from './remains.ts';
import { lvsManual } from './set-ups/lvs.ts';
import { typeAt } from './type-at.ts';

export interface ToAndFro {
  readonly switches: number;
  readonly traffic: TrafficSummary;
  /** What each router has afterwards and had not before, or the other way round. */
  readonly left: Readonly<Record<string, readonly string[]>>;
}

const web = { protocol: 'tcp', address: '1.2.3.1', port: 80 } as const;
const latency = 2;
const delayLimit = 250;
/** What repeats the announcements goes on for so long. */
const settleMilliseconds = 5000;

/** Moves the addresses to the other router, as often as asked, under load, and looks for what that leaves behind. */
export async function switchToAndFro(
  cluster: RehearsalCluster,
  switches: number,
  say: (text: string) => void,
): Promise<ToAndFro> {
  await lvsManual.install(cluster);
  await setLatency(cluster, latency);
  // Once before, so that what comes with the first switch and stays, such as a module's, does not count.
  for (const _ of ['there', 'back']) await typeAt(cluster, 'lvs1', 'lvs failover --yes');
  await pause(settleMilliseconds);
  const before = await remains(cluster);
  const client = await cluster.startClient();
  await client.start({ endpoints: [web], connectionsPerSecond: 100, streams: 20, delayLimit }, 'to and fro');
  for (let count = 1; count <= switches; count += 1) {
    await typeAt(cluster, 'lvs1', 'lvs failover --yes');
    if (count % 10 === 0) say(`${count} switches`);
  }
  await pause(2000);
  const [traffic] = await client.stop();
  client.close();
  await clearLatency(cluster);
  if (traffic === undefined) throw new Error('the traffic client counted nothing');
  await pause(settleMilliseconds);
  const after = await remains(cluster);
  return { switches, traffic, left: differences(before, after) };
}

export function leftNothing({ traffic, left }: ToAndFro): boolean {
  return Object.keys({ ...traffic.failed, ...left }).length === 0 && traffic.streams.broken === 0;
}

export function renderToAndFro({ switches, traffic, left }: ToAndFro): string {
  const { answered, failed, delayed, slowest, streams } = traffic;
  const lines = Object.entries(left).map(([router, changed]) => `  ${router}: ${changed.join('; ')}`);
  return [
    `${switches} switches to and fro under load: ${answered} answered, ${JSON.stringify(failed)} failed,`,
    `  ${delayed} delayed over ${delayLimit} ms, longest ${slowest} ms, ${streams.broken} of ${streams.open} long-lived connections broken`,
    ...(lines.length === 0 ? ['  nothing left behind on either router'] : lines),
  ].join('\n');
}

async function remains({ routers }: RehearsalCluster): Promise<Map<string, Remains>> {
  return new Map(await Promise.all(routers.map(async (router) => [router.name, await remainsOf(router)] as const)));
}

function differences(before: Map<string, Remains>, after: Map<string, Remains>): Record<string, string[]> {
  const entries = [...after].map(([name, now]): [string, string[]] => {
    const then = before.get(name) ?? [];
    return [
      name,
      [...now.filter((line) => !then.includes(line)).map((line) => `+ ${line}`)].concat(
        then.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
      ),
    ];
  });
  return Object.fromEntries(entries.filter(([, lines]) => lines.length > 0));
}
