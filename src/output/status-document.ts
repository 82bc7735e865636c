import type { InspectedRouter, Inspection } from '../converge/inspect.ts';
import type { Counters } from '../grammar/statistics.ts';
import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import { notesOn } from '../model/notes.ts';
import type { Role } from '../plan/roles.ts';
import type { ElectionState } from '../router/election.ts';
import type { MonitorReading } from '../router/monitor.ts';
import type { Decision } from '../weights/decisions.ts';
import { decisionsPlace } from '../weights/decisions-place.ts';
import { kernelFactor } from '../weights/kernel-weight.ts';
import { isMonitored } from '../weights/monitored.ts';

export interface StatusDocument {
  readonly version: 1;
  readonly config: { readonly file: string };
  readonly routers: readonly RouterStatus[];
  readonly virtualServers: readonly VirtualServerStatus[];
  /** What is wrong: with `--check` anything here is exit status 1. */
  readonly faults: readonly string[];
  /** What is worth knowing, and no fault. */
  readonly notes: readonly string[];
}

export interface RouterStatus {
  readonly name: string;
  readonly role: Role;
  readonly reason?: string;
  /** Floating addresses that it holds, those of disabled virtual servers included. */
  readonly addresses: readonly string[];
  /** How many changes "lvs apply" would make there. */
  readonly drift: number;
  readonly unmanaged: readonly string[];
  /** What a failover needed there and did not remove, or needs now; absent where there is nothing. */
  readonly leftBehind?: readonly string[];
  /** What its keepalived says, where that moves the addresses. */
  readonly election?: ElectionState;
  /** Whether "lvs monitor" runs there, where something is declared for it. */
  readonly monitor?: MonitorReading['state'];
}

export interface VirtualServerStatus {
  readonly name: string;
  readonly key: string;
  readonly scheduler: string;
  readonly state: 'enabled' | 'disabled' | 'missing';
  /** How many of the kernel's weight make one of the configured: 100 with `load:`, otherwise 1. */
  readonly weightFactor: number;
  readonly realServers: readonly RealServerStatus[];
}

export interface RealServerStatus {
  readonly address: string;
  /**
   * `unmanaged` is in the kernel and not declared, `missing` the other way round; `removed` is not there for the monitor
   * decided so, and `sorry` is the sorry server where it stands in for the others.
   */
  readonly state: 'enabled' | 'drain' | 'missing' | 'unmanaged' | 'removed' | 'sorry';
  /** As configured; null where it is not declared. */
  readonly weight: number | null;
  /** The same. */
  readonly configuredWeight: number | null;
  /** In the kernel of the active router; null where it is not there. */
  readonly effectiveWeight: number | null;
  /** For the kernel, where the monitor decided it, a drain included; null: it is not to be there. */
  readonly decidedWeight?: number | null;
  /** By its checks; `unknown` where no monitor has said anything. Only where checks or load are declared. */
  readonly health?: Decision['health'];
  /** Why the monitor decided so. */
  readonly reason?: string;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  /** With `--stats`. */
  readonly counters?: Counters;
}

export function statusDocument(cluster: Cluster, file: string, inspection: Inspection): StatusDocument {
  const { routers, unreachable } = inspection;
  // The active router's kernel is the one that counts; without one, any shows what would be served.
  const serving = routers.find(({ plan }) => plan.role === 'active') ?? routers[0];
  const byName = new Map<string, RouterStatus>([
    ...routers.map((router) => [router.name, routerStatus(router)] as const),
    ...unreachable.map(({ name, reason }) => [name, unreachableStatus(name, reason)] as const),
  ]);
  const order = cluster.routers.length === 0 ? [...byName.keys()] : cluster.routers.map(({ name }) => name);
  return {
    version: 1,
    config: { file },
    routers: order.flatMap((name) => byName.get(name) ?? []),
    virtualServers: cluster.virtualServers.map((server) => virtualServerStatus(server, serving)),
    faults: faultsOf(cluster, inspection),
    notes: notesOf(cluster),
  };
}

function routerStatus({ name, plan, held, leftBehind, election, monitor }: InspectedRouter): RouterStatus {
  const { role, changes, unmanaged } = plan;
  const daemons = unmanaged.syncDaemons.map((daemon) => `sync daemon ${daemon}`);
  const others = [...unmanaged.virtualServers, ...unmanaged.addresses, ...daemons];
  return {
    name,
    role,
    addresses: held,
    drift: changes.length,
    unmanaged: others,
    ...(leftBehind.length > 0 && { leftBehind }),
    ...(election !== null && { election }),
    ...(monitor !== null && { monitor: monitor.state }),
  };
}

function unreachableStatus(name: string, reason: string): RouterStatus {
  return { name, role: 'unreachable', reason, addresses: [], drift: 0, unmanaged: [] };
}

function virtualServerStatus(server: DeclaredVirtualServer, router: InspectedRouter | undefined): VirtualServerStatus {
  const key = keyOfVirtualServer(server.id);
  const listed = router?.traffic.listing.get(key)?.realServers;
  const declared = new Map(server.realServers.map((real) => [keyOfRealServer(real), real]));
  const desired = router?.desired.get(key)?.realServers;
  const keys = new Set([...declared.keys(), ...(desired?.keys() ?? []), ...(listed?.keys() ?? [])]);
  const counters = router?.traffic.statistics?.get(key)?.realServers;
  return {
    name: server.name,
    key,
    scheduler: server.scheduler,
    state: server.enabled ? (listed === undefined ? 'missing' : 'enabled') : 'disabled',
    weightFactor: kernelFactor(server),
    realServers: [...keys].map((address) => {
      const live = listed?.get(address);
      const counted = counters?.get(address);
      return {
        address,
        state: stateOf(
          declared.get(address),
          router === undefined || desired?.has(address) === true,
          live !== undefined || !server.enabled,
        ),
        weight: declared.get(address)?.weight ?? null,
        configuredWeight: declared.get(address)?.weight ?? null,
        effectiveWeight: live?.weight ?? null,
        ...(declared.has(address) && decisionStatus(server, address, router)),
        activeConnections: live?.activeConnections ?? 0,
        inactiveConnections: live?.inactiveConnections ?? 0,
        ...(counted !== undefined && { counters: counted }),
      };
    }),
  };
}

function stateOf(
  declared: DeclaredRealServer | undefined,
  desired: boolean,
  present: boolean,
): RealServerStatus['state'] {
  if (!present) return desired || declared === undefined ? 'missing' : 'removed';
  if (declared === undefined) return desired ? 'sorry' : 'unmanaged';
  return declared.drain ? 'drain' : 'enabled';
}

function decisionStatus(
  server: DeclaredVirtualServer,
  address: string,
  router: InspectedRouter | undefined,
): Pick<RealServerStatus, 'decidedWeight' | 'health' | 'reason'> {
  if (!isMonitored(server)) return {};
  const key = keyOfVirtualServer(server.id);
  const decision = router?.monitor?.decisions?.virtualServers.get(key)?.realServers.get(address);
  if (decision === undefined) return { health: 'unknown' };
  const decidedWeight = router?.desired.get(key)?.realServers.get(address)?.weight ?? null;
  return { decidedWeight, health: decision.health, reason: decision.reason };
}

function faultsOf(cluster: Cluster, { routers, unreachable }: Inspection): string[] {
  const faults = unreachable.map(({ name, reason }) => `${name} cannot be reached: ${reason}`);
  const conflicting = routers.filter(({ plan }) => plan.role === 'conflict').map(({ name }) => name);
  if (conflicting.length > 0) {
    faults.push(`${conflicting.join(' and ')} both hold floating addresses: "lvs failover --to ROUTER" resolves it`);
  } else if (
    routers.length >= cluster.routers.length &&
    routers.every(({ held, floating }) => held.length === 0 && floating > 0)
  ) {
    faults.push('no router holds the floating addresses: "lvs apply" enables them');
  }
  faults.push(...routers.flatMap(electionFaults), ...routers.flatMap(monitorFaults));
  for (const { name, plan, rivals, leftBehind, forwarding, deviceProblems } of routers) {
    const differences = plan.changes.length === 1 ? 'difference' : 'differences';
    if (plan.changes.length > 0)
      faults.push(`${name} has ${plan.changes.length} ${differences}: "lvs diff" shows them`);
    if (rivals.length > 0) faults.push(`${name} has others at work: ${rivals.join(', ')}`);
    if (leftBehind.length > 0)
      faults.push(
        `${name} has ${leftBehind.join(', ')}, of a failover that is under way or has died: then the next run of lvs removes it`,
      );
    for (const { message, hint } of deviceProblems) faults.push(`${name}: ${message} (${hint})`);
    if (!forwarding) faults.push(`${name} does not forward: "sysctl -w net.ipv4.ip_forward=1" there`);
  }
  return faults;
}

/** Where keepalived and the kernel are of different minds. */
function electionFaults({ name, election, held, floating }: InspectedRouter): string[] {
  if (election === null) return [];
  if (election === 'not running') return [`${name} does not run keepalived: "lvs apply" starts it`];
  if (election === 'FAULT') return [`${name}: keepalived is at FAULT: see its devices and its log`];
  if (election === 'unknown') return [`${name}: keepalived does not say how it is: see its log`];
  if (election === 'MASTER' && held.length < floating)
    return [`${name}: keepalived is MASTER, but only ${held.length} of ${floating} floating addresses are there`];
  if (election !== 'MASTER' && held.length > 0)
    return [`${name} holds floating addresses, but keepalived is ${election}`];
  return [];
}

/** What is declared for a monitor needs one on each router. */
function monitorFaults({ name, monitor }: InspectedRouter): string[] {
  if (monitor === null) return [];
  const { state, fault } = monitor;
  return [
    ...(state === 'running'
      ? []
      : [`no monitor runs on ${name} although checks or load are declared: start "lvs monitor" there`]),
    ...(fault === null ? [] : [`${name}: ${decisionsPlace} cannot be understood, and counts for nothing: ${fault}`]),
  ];
}

function notesOf(cluster: Cluster): string[] {
  const { routers, failover } = cluster;
  const notes: string[] = [];
  if (routers.length > 1 && failover.engine === 'manual')
    notes.push('failover is manual: nothing takes over by itself');
  notes.push(...notesOn(cluster));
  return notes;
}
