import { afterAll, inject } from 'vitest';
import { attachCluster } from '../../../src/rehearsal/cluster/cluster-builder.ts';
import type { CommandOptions, Host } from '../../../src/rehearsal/cluster/host.ts';
import type { Finished, Running } from '../../../src/rehearsal/cluster/process.ts';
import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';
import type { Endpoint } from '../../../src/rehearsal/topology/topology.ts';
import type { Burst } from '../../../src/rehearsal/traffic/burst.ts';
import type { TrafficClient } from '../../../src/rehearsal/traffic/client.ts';
import type { TrafficOptions } from '../../../src/rehearsal/traffic/generator.ts';
import type { TrafficSummary } from '../../../src/rehearsal/traffic/summary.ts';

/*
 * The cluster that the kernel tests share:
 *
 *   client 1.2.3.100
 *     |
 *   --+------------------------------------------ public
 *     | eth0 1.2.3.11        | eth0 1.2.3.12         floating: 1.2.3.1 (eth0:1)
 *   lvs1                   lvs2
 *     | eth1 192.168.1.11    | eth1 192.168.1.12     floating: 192.168.1.254 (eth1:1)
 *   --+----------------------+------------------- private
 *     |                      |
 *   rs1 192.168.1.2        rs2 192.168.1.3           default route 192.168.1.254
 */

/** As typed at a prompt (`'lvs apply --yes'`), or program and words. */
export type Command = string | readonly string[];

export interface TestHost {
  readonly name: string;
  /** Runs a command to its end, whatever its status. */
  run(command: Command, options?: CommandOptions): Promise<Finished>;
  /** Runs a command, and throws unless its status is 0; returns what it wrote on standard output. */
  output(command: Command, options?: CommandOptions): Promise<string>;
  start(command: Command, options?: CommandOptions): Promise<Running>;
  /** Sends a signal to a command that was started here, and to it alone. */
  signal(running: Running, signal: NodeJS.Signals): Promise<void>;
  write(file: string, content: string): Promise<void>;
  read(file: string): Promise<string>;
}

export interface TestClient extends TestHost {
  /** Sends requests one after the other to 1.2.3.1:80, or elsewhere, and counts who answered. */
  requests(count: number, endpoint?: Partial<Endpoint>): Promise<Burst>;
}

/** Traffic under way; see TrafficClient. */
export interface TestTraffic {
  mark(phase: string): Promise<void>;
  stop(): Promise<readonly TrafficSummary[]>;
}

export interface TestCluster
  extends Pick<
    RehearsalCluster,
    'killRouter' | 'restartRouter' | 'cutNetwork' | 'mendNetwork' | 'stopSshd' | 'startSshd'
  > {
  readonly client: TestClient;
  readonly lvs1: TestHost;
  readonly lvs2: TestHost;
  readonly rs1: TestHost;
  readonly rs2: TestHost;
  /** Freshly installed routers, with this /etc/lvs/lvs.yaml; without it the figure's; null: with none. */
  reset(configFile?: string | null): Promise<void>;
  /** 100 new connections a second and 20 long-lived ones, in a phase called "start", unless told otherwise. */
  startTraffic(options?: Partial<TrafficOptions>): Promise<TestTraffic>;
}

const web: Endpoint = { protocol: 'tcp', address: '1.2.3.1', port: 80 };

/** The cluster for the tests of one file, as the test before left it: call reset() first. */
export function useCluster(): TestCluster {
  const cluster = attachCluster(inject('clusterPlan'));
  let trafficClient: Promise<TrafficClient> | undefined;
  const traffic = () => {
    trafficClient ??= cluster.startClient();
    return trafficClient;
  };
  afterAll(async () => (await trafficClient)?.close());
  return {
    client: {
      ...testHost(cluster.client),
      requests: async (count, endpoint = {}) => (await traffic()).burst([{ ...web, ...endpoint }], count),
    },
    lvs1: testHost(cluster.host('lvs1')),
    lvs2: testHost(cluster.host('lvs2')),
    rs1: testHost(cluster.host('rs1')),
    rs2: testHost(cluster.host('rs2')),
    reset: (configFile = figureFile) => cluster.reset(configFile),
    startTraffic: async (options = {}) => {
      const client = await traffic();
      await client.start({ endpoints: [web], connectionsPerSecond: 100, streams: 20, ...options }, 'start');
      return { mark: (phase) => client.mark(phase), stop: () => client.stop() };
    },
    killRouter: (router) => cluster.killRouter(router),
    restartRouter: (router) => cluster.restartRouter(router),
    cutNetwork: (host, device) => cluster.cutNetwork(host, device),
    mendNetwork: (host, device) => cluster.mendNetwork(host, device),
    stopSshd: (router) => cluster.stopSshd(router),
    startSshd: (router) => cluster.startSshd(router),
  };
}

function testHost(host: Host): TestHost {
  const run = (command: Command, options?: CommandOptions) => host.run(argvOf(command), options);
  const output = async (command: Command, options?: CommandOptions) => {
    const { status, stdout, stderr } = await run(command, options);
    if (status !== 0)
      throw new Error(`${host.name}: ${argvOf(command).join(' ')}: status ${status}\n${stdout}${stderr}`);
    return stdout;
  };
  return {
    name: host.name,
    run,
    output,
    start: (command, options) => host.start(argvOf(command), options),
    signal: (running, signal) => host.signal(running, signal),
    write: async (file, content) => {
      await output(['tee', file], { input: content });
    },
    read: (file) => output(['cat', file]),
  };
}

/** A shell only where one is needed: it is one more process. */
function argvOf(command: Command): readonly string[] {
  if (typeof command !== 'string') return command;
  return /^[\w./:=,+@%-]+( [\w./:=,+@%-]+)*$/.test(command) ? command.split(' ') : ['sh', '-c', command];
}
