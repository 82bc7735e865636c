import { setTimeout as pause } from 'node:timers/promises';
import type { Host } from '../../../src/rehearsal/cluster/host.ts';
import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import type { TrafficSummary } from '../../../src/rehearsal/traffic/summary.ts';
import { startBusyServer } from './real-server.ts';

export interface ClosedLoop {
  readonly phases: readonly TrafficSummary[];
  /** The kernel's weights at the end, by real server. */
  readonly weights: Readonly<Record<string, number>>;
  /** Seconds of each phase that was measured. */
  readonly seconds: number;
}

const configFile = `public: { device: eth0 }
private: { device: eth1, nat-router: 192.168.1.254/32 }
routers:
  lvs1: { ssh: root@192.168.1.11 }
  lvs2: { ssh: root@192.168.1.12 }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    scheduler: wrr
    load: { ssh: uptime, user: root, interval: 5s }
    real-servers: [192.168.1.2:8080, 192.168.1.3:8080]
`;

/** Milliseconds that a request takes; the first real server is slowed to half by its own work. */
const service = { slowed: 30, whole: 15 };
const connectionsPerSecond = 60;
const measuredSeconds = 60;
/** A load average of one minute needs a few of them to show what a weight has done. */
const settlingSeconds = 180;

/** Two real servers of which one is half as fast, without and with weights that follow load, in one run. */
export async function closeTheLoop(cluster: RehearsalCluster, say: (text: string) => void): Promise<ClosedLoop> {
  await cluster.reset(configFile);
  const router = cluster.host('lvs1');
  await type(router, ['lvs', 'apply', '--yes']);
  const slowed = await startBusyServer(cluster.host('rs1'), '192.168.1.2', [router]);
  const whole = await startBusyServer(cluster.host('rs2'), '192.168.1.3', [router]);
  slowed.takes(service.slowed);
  whole.takes(service.whole);
  const client = await cluster.startClient();
  const endpoints = [{ protocol: 'tcp', address: '1.2.3.1', port: 80 }] as const;
  await client.start({ endpoints, connectionsPerSecond, streams: 0 }, 'settling, load off');
  await pause(20_000);
  await client.mark('load off');
  await pause(measuredSeconds * 1000);
  await client.mark('settling, load on');
  const monitor = await router.start(['lvs', 'monitor'], { timeLimitSeconds: 1800 });
  monitor.stdout.on('data', (chunk: Buffer) => say(chunk.toString().trimEnd()));
  await pause(settlingSeconds * 1000);
  await client.mark('load on');
  await pause(measuredSeconds * 1000);
  const phases = await client.stop();
  client.close();
  const weights = await weightsOf(router);
  await router.signal(monitor, 'SIGTERM');
  await monitor.finished;
  for (const server of [slowed, whole]) server.stop();
  return { phases, weights, seconds: measuredSeconds };
}

export function helped({ phases }: ClosedLoop): boolean {
  const [off, on] = [phases.find(({ phase }) => phase === 'load off'), phases.find(({ phase }) => phase === 'load on')];
  return off !== undefined && on !== undefined && on.percentile99 < off.percentile99;
}

export function renderClosedLoop({ phases, weights, seconds }: ClosedLoop): string {
  const measured = phases.filter(({ phase }) => !phase.startsWith('settling'));
  return [
    `Two real servers, one half as fast, ${connectionsPerSecond} requests a second, ${seconds} s each:`,
    '             ok  failed  median  99th percentile  longest  shares',
    ...measured.map(({ phase, answered, failed, median, percentile99, slowest, shares }) =>
      [
        `  ${phase.padEnd(9)}`,
        String(answered).padStart(4),
        String(Object.values(failed).reduce((sum, count) => sum + count, 0)).padStart(7),
        `${median} ms`.padStart(7),
        `${percentile99} ms`.padStart(16),
        `${slowest} ms`.padStart(8),
        ` ${JSON.stringify(shares)}`,
      ].join(' '),
    ),
    `  weights at the end: ${JSON.stringify(weights)}`,
  ].join('\n');
}

async function weightsOf(router: Host): Promise<Record<string, number>> {
  const { stdout } = await router.run(['ipvsadm', '-Sn']);
  const found = [...stdout.matchAll(/ -r (\S+) .*-w (\d+)/g)];
  return Object.fromEntries(found.map(([, real, weight]) => [real, Number(weight)]));
}

async function type(host: Host, words: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await host.run(words, { timeLimitSeconds: 120 });
  if (status !== 0) throw new Error(`${words.join(' ')}: status ${status}\n${stdout}${stderr}`);
}
