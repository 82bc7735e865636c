import type { Cluster } from '../model/cluster.ts';
import type { Desired } from '../plan/desired.ts';
import { leftBehind } from '../plan/left-behind.ts';
import type { RouterPlan } from '../plan/router-plan.ts';
import { everything } from '../plan/scope.ts';
import type { ElectionState } from '../router/election.ts';
import type { MonitorReading } from '../router/monitor.ts';
import { readTraffic, type Traffic } from '../router/traffic.ts';
import { type Connect, openSession, type Unreachable, withConnections } from './connect.ts';
import { deviceProblems, devicesToCome, type Problem } from './devices.ts';
import { rivalsOf } from './election.ts';
import type { Keeping } from './kept-files.ts';
import { type Planned, planAll } from './planned.ts';
import { isHeldFor } from './survey.ts';
import { surveyWithFiles } from './survey-with-files.ts';

export interface InspectedRouter {
  readonly name: string;
  /** What `apply` would change there. */
  readonly plan: RouterPlan;
  /** Floating addresses that it holds, those of disabled virtual servers included. */
  readonly held: readonly string[];
  /** How many there are to hold. */
  readonly floating: number;
  readonly rivals: readonly string[];
  /** What its keepalived says; null: where keepalived has no part in it. */
  readonly election: ElectionState | null;
  /** What its monitor decided; null: nothing is declared to be monitored. */
  readonly monitor: MonitorReading | null;
  /** What is to be in its kernel, with that. */
  readonly desired: Desired['virtualServers'];
  /** What a failover needed there and has not removed (yet). */
  readonly leftBehind: readonly string[];
  readonly forwarding: boolean;
  /** What is wrong with the devices of the floating addresses, on the router that has them or is to have them. */
  readonly deviceProblems: readonly Problem[];
  readonly traffic: Traffic;
}

export interface Inspection {
  readonly routers: readonly InspectedRouter[];
  readonly unreachable: readonly Unreachable[];
}

export interface InspectOptions {
  readonly on: string | null;
  /** Whether to read the counters, too. */
  readonly statistics: boolean;
  /** The configuration as it is to be on the routers; null: their files are not looked at. */
  readonly keeping?: Keeping | null;
  readonly connect?: Connect;
}

/** Reads everything that `lvs status` shows, and changes nothing. */
export function inspect(
  cluster: Cluster,
  { on, statistics, keeping = null, connect = openSession }: InspectOptions,
): Promise<Inspection> {
  return withConnections(cluster, on, connect, async (connections) => {
    const surveyed = await surveyWithFiles(cluster, connections, { keeping });
    const planned = planAll(surveyed, { scope: everything, prune: false });
    const routers = planned.map(async (router) => ({
      name: router.name,
      plan: router.plan,
      held: router.live.addresses.filter(isHeldFor(router.desired)).map(({ address }) => address),
      floating: router.desired.floating.size,
      rivals: rivalsOf(cluster, router.facts),
      election: router.election ?? null,
      monitor: router.monitor,
      desired: router.desired.virtualServers,
      leftBehind: leftBehind(router.devices),
      forwarding: router.live.settings.get('net.ipv4.ip_forward') !== '0',
      deviceProblems: deviceProblems(neededDevices(router), router.devices),
      traffic: await readTraffic(router.runner, router.name, statistics),
    }));
    return { routers: await Promise.all(routers), unreachable: connections.unreachable };
  });
}

function neededDevices({ role, plan, desired }: Planned): Set<string> {
  const coming = devicesToCome(plan);
  if (role !== 'active') return coming;
  return new Set([...coming, ...[...desired.floating.values()].map(({ device }) => device)]);
}
