import { buildCluster, type ClusterPlan } from './cluster/cluster-builder.ts';
import { markProbes } from './cluster/marks.ts';
import { missingModules } from './cluster/modules.ts';
import type { RehearsalCluster } from './cluster/rehearsal-cluster.ts';
import type { RehearsalEvent } from './events.ts';
import { type FailoverRehearsal, rehearseFailover } from './failover.ts';
import { typeLvs } from './lvs-command.ts';
import { problemsOf } from './problems.ts';
import type { CommandReport, RehearsalReport, SetUpReport, VirtualServerReport } from './report.ts';
import { tryTarget } from './requests.ts';
import { commandsOf, markCommand, setUpOf } from './topology/set-up.ts';
import type { Target, Topology } from './topology/topology.ts';
import type { TrafficClient } from './traffic/client.ts';
import { underTraffic } from './under-traffic.ts';

export interface RehearsalPlan extends ClusterPlan {
  /** Text of the lvs.yaml. */
  readonly configFile: string;
}

/**
 * The rehearsal itself, inside the kernel: builds the cluster, applies its lvs.yaml, sends requests to every virtual server, and
 * with two routers moves the addresses there and back under traffic. Ends early where `lvs` fails; the report says so.
 */
export async function rehearseInside(
  plan: RehearsalPlan,
  emit: (event: RehearsalEvent) => void,
): Promise<RehearsalReport> {
  const cluster = await buildAndTell(plan, emit);
  const [first] = cluster.routers;
  if (first === undefined) throw new RangeError('a rehearsal needs a router');

  emit({ type: 'step', step: 'apply', detail: `applying lvs.yaml from ${first.name}` });
  const applied = await typeLvs(first, ['apply', '--yes'], emit);
  if (applied.status !== 0) return reportOf(cluster, { commands: [applied], virtualServers: [], setUp: [] });

  const missing = await missingModules(plan.topology);
  const targets = await Promise.all(plan.topology.targets.map((target) => prepared(cluster, target, missing)));
  const setUp = setUpReports(plan.topology, targets, missing);
  const client = await cluster.startClient();
  try {
    const virtualServers = await tryAll(client, targets, emit);
    // What nobody answers for tells nothing of a switch.
    const answering = targets.filter((_, index) => (virtualServers[index]?.answered ?? 0) > 0);
    if (cluster.routers.length < 2 || underTraffic(answering).length === 0)
      return reportOf(cluster, { commands: [applied], virtualServers, setUp });
    emit({ type: 'step', step: 'failover', detail: 'moving the addresses there and back under traffic' });
    const failover = await rehearseFailover(cluster, client, answering, () =>
      typeLvs(first, ['failover', '--yes'], emit),
    );
    for (const each of failover.failovers) emit({ type: 'failed-over', ...each });
    return reportOf(cluster, { commands: [applied, ...failover.commands], virtualServers, setUp, failover });
  } finally {
    client.close();
  }
}

/** Builds the cluster and says what is in it. */
export async function buildAndTell(
  plan: RehearsalPlan,
  emit: (event: RehearsalEvent) => void,
): Promise<RehearsalCluster> {
  const { client, routers, realServers } = plan.topology;
  const names = [client, ...routers, ...realServers].map(({ name }) => name);
  emit({ type: 'step', step: 'build', detail: `building ${names.join(', ')}` });
  return buildCluster(plan, plan.configFile);
}

async function tryAll(
  client: TrafficClient,
  targets: readonly Target[],
  emit: (event: RehearsalEvent) => void,
): Promise<VirtualServerReport[]> {
  const reports: VirtualServerReport[] = [];
  for (const target of targets) {
    emit({ type: 'step', step: 'requests', detail: `sending requests to ${target.name}` });
    const report = await tryTarget(client, target, targets.length);
    emit({ type: 'virtual-server-tried', ...report });
    reports.push(report);
  }
  return reports;
}

/** A target that can be tried, with its marks set; or with the reason why it cannot. */
async function prepared(cluster: RehearsalCluster, target: Target, missing: readonly string[]): Promise<Target> {
  const lacking = target.modules.filter((module) => missing.includes(module));
  const reason =
    lacking.length > 0
      ? `the rehearsal kernel has no ${lacking.join(', ')}`
      : await markProbes(cluster.routers, target);
  return reason === null || target.reason !== null ? target : { ...target, probes: [], marks: [], reason };
}

/** What the hosts were given that neither lvs.yaml says nor lvs does. */
function setUpReports(topology: Topology, targets: readonly Target[], missing: readonly string[]): SetUpReport[] {
  const marks = targets.flatMap((target) => target.marks.map((rule) => markCommand(rule).join(' ')));
  return [
    ...topology.routers.map(({ name }) => ({ host: name, commands: marks })),
    ...topology.realServers.map((host) => ({ host: host.name, commands: commandsOf(setUpOf(host, missing)) })),
  ].filter(({ commands }) => commands.length > 0);
}

interface Findings {
  readonly commands: readonly CommandReport[];
  readonly virtualServers: readonly VirtualServerReport[];
  readonly setUp: readonly SetUpReport[];
  readonly failover?: FailoverRehearsal;
}

function reportOf(
  { topology }: RehearsalCluster,
  { commands, virtualServers, setUp, failover }: Findings,
): RehearsalReport {
  const failovers = failover?.failovers ?? [];
  const { synchronised } = topology;
  const problems = problemsOf({ synchronised, commands, virtualServers, failovers });
  return {
    version: 1,
    passed: problems.length === 0,
    problems,
    hosts: {
      client: topology.client.name,
      routers: topology.routers.map(({ name }) => name),
      realServers: topology.realServers.map(({ name }) => name),
    },
    synchronised,
    commands,
    setUp,
    virtualServers,
    failovers,
    baseline: failover?.baseline ?? null,
  };
}
