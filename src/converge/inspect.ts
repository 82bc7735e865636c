import type { Cluster } from '../model/cluster.ts';
import type { UnusableAddress } from '../model/state.ts';
import type { Desired } from '../plan/desired.ts';
import { withoutFirstFiles } from '../plan/files/first-files.ts';
import { leftBehind } from '../plan/left-behind.ts';
import type { Role } from '../plan/roles.ts';
import type { RouterPlan } from '../plan/router-plan.ts';
import { everything } from '../plan/scope.ts';
import type { ElectionState } from '../router/election.ts';
import { orLost } from '../router/lost.ts';
import type { MonitorReading } from '../router/monitor.ts';
import { type PendingState, readPending } from '../router/pending.ts';
import { readTraffic, type Traffic, type WantedTraffic } from '../router/traffic.ts';
import { type Connect, type Connections, openSession, type Unreachable, withConnections } from './connect.ts';
import { deviceProblems, devicesToCome, type Problem } from './devices.ts';
import { rivalsOf } from './election.ts';
import { newerWithRemedy } from './installed-copies.ts';
import { installedNote, type Keeping } from './kept-files.ts';
import { type Planned, planAll } from './planned.ts';
import { isHeldFor } from './survey.ts';
import { surveyWithFiles } from './survey-with-files.ts';
import { readVrrpFindings } from './vrrp.ts';

export interface InspectedRouter {
  readonly name: string;
  /** What `lvs diff` shows of it. */
  readonly plan: RouterPlan;
  /** Floating addresses that it holds, those of disabled virtual servers included. */
  readonly held: readonly string[];
  /** Floating addresses that are there and of which its kernel makes no use. */
  readonly unusable: readonly UnusableAddress[];
  /** All that are declared there. */
  readonly declared: readonly string[];
  /** In a conflict under keepalived: what its firewall does to VRRP. */
  readonly firewall?: readonly { readonly what: string; readonly mend: string }[];
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
  /** Null where that of another router counts: see servingOf. */
  readonly traffic: Traffic | null;
  /** What waits there to be confirmed, or became of it. */
  readonly confirmation: PendingState;
}

export interface Inspection {
  /** Copies of the configuration that disagree: a sentence each. */
  readonly copies?: readonly string[];
  readonly routers: readonly InspectedRouter[];
  readonly unreachable: readonly Unreachable[];
}

export interface InspectOptions extends WantedTraffic {
  /** The configuration as it is to be on the routers; null: their files are not looked at. */
  readonly keeping?: Keeping | null;
}

/** Reads everything that `lvs status` shows, and changes nothing. */
export function inspect(
  cluster: Cluster,
  { on, connect = openSession, ...options }: InspectOptions & { readonly on: string | null; connect?: Connect },
): Promise<Inspection> {
  return withConnections(cluster, on, connect, (connections) => inspectConnected(cluster, connections, options));
}

/** The same of routers to which there are sessions. Throws `read-failed`. */
export async function inspectConnected(
  cluster: Cluster,
  connections: Connections,
  { keeping = null, ...wanted }: InspectOptions,
): Promise<Inspection> {
  const surveyed = await surveyWithFiles(cluster, connections, { keeping });
  const planned = planAll(surveyed, { scope: everything, prune: false });
  const serving = servingOf(planned.map(({ plan }) => plan));
  const isSplit = cluster.failover.engine === 'keepalived' && planned.some(({ role }) => role === 'conflict');
  const blocked = new Map(
    isSplit ? [...(await readVrrpFindings(cluster, planned))].map(([{ name }, found]) => [name, found] as const) : [],
  );
  const routers = planned.map(async (router) => ({
    name: router.name,
    plan: withoutFirstFiles(router.plan, installedNote),
    held: router.live.addresses.filter(isHeldFor(router.desired)).map(({ address }) => address),
    unusable: (router.live.unusable ?? []).filter(isHeldFor(router.desired)),
    declared: [...router.desired.floating.keys()],
    firewall: (blocked.get(router.name) ?? []).filter(({ severity }) => severity === 'problem'),
    floating: router.desired.floating.size,
    rivals: rivalsOf(cluster, router.facts),
    election: router.election ?? null,
    monitor: router.monitor,
    desired: router.desired.virtualServers,
    leftBehind: leftBehind(router.devices),
    forwarding: router.live.settings.get('net.ipv4.ip_forward') !== '0',
    deviceProblems: deviceProblems(neededDevices(router), router.devices),
    traffic: router.name === serving?.name ? await readTraffic(router.runner, router.name, wanted) : null,
    confirmation: await orLost(router.name, 'read-failed', readPending(router.runner)),
  }));
  const copies = planned.flatMap(({ newer }) => (newer == null ? [] : [newerWithRemedy(newer)]));
  return { routers: await Promise.all(routers), unreachable: connections.unreachable, copies };
}

/** The active router's kernel is the one that counts; without one, any shows what would be served. */
export function servingOf<T extends { readonly role: Role }>(routers: readonly T[]): T | undefined {
  return routers.find(({ role }) => role === 'active') ?? routers[0];
}

function neededDevices({ role, plan, desired }: Planned): Set<string> {
  const coming = devicesToCome(plan);
  if (role !== 'active') return coming;
  return new Set([...coming, ...[...desired.floating.values()].map(({ device }) => device)]);
}
