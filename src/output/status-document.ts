import { remedyFor, type Unreachable } from '../converge/connect.ts';
import type { InspectedRouter, Inspection } from '../converge/inspect.ts';
import type { Cluster, DeclaredVirtualServer } from '../model/cluster.ts';
import { count } from '../model/count.ts';
import { keyOfVirtualServer } from '../model/identity.ts';
import { notesOn } from '../model/notes.ts';
import { electionPlaces } from '../plan/election/places.ts';
import type { Role } from '../plan/roles.ts';
import type { ElectionState } from '../router/election.ts';
import type { MonitorReading } from '../router/monitor.ts';
import { unreadableDecisions } from '../weights/decisions-place.ts';
import { confirmationDocument, confirmationFaults } from './confirmation.ts';
import { forwardingFaults, isOut, outages } from './status-faults.ts';
import { type StatusSummary, summaryOf } from './status-summary.ts';
import { type VirtualServerStatus, virtualServerStatus } from './virtual-server-status.ts';

export interface StatusDocument {
  readonly version: 1;
  readonly config: { readonly file: string };
  readonly routers: readonly RouterStatus[];
  readonly virtualServers: readonly VirtualServerStatus[];
  /** All of them together, the disabled ones aside. */
  readonly summary: StatusSummary;
  /** What is wrong, degraded and drifting: with `--check` anything here is exit status 1. */
  readonly faults: readonly string[];
  /** Those for which clients are not served: a part of `degraded`, and its beginning. */
  readonly critical: readonly string[];
  /** What does not serve as it should: routers first, then virtual servers. */
  readonly degraded: readonly string[];
  /** Where the kernels differ from the configuration. */
  readonly drifting: readonly string[];
  /** What is worth knowing, and no fault. */
  readonly notes: readonly string[];
}

export interface RouterStatus {
  readonly name: string;
  readonly role: Role;
  readonly reason?: string;
  /** A line for a shell that makes it reachable again, or shows why it is not. */
  readonly hint?: string;
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

/** @param only the virtual server that this is about; null: all of them */
export function statusDocument(
  cluster: Cluster,
  file: string,
  inspection: Inspection,
  only: DeclaredVirtualServer | null = null,
): StatusDocument {
  const { routers, unreachable } = inspection;
  const serving = routers.find(({ traffic }) => traffic !== null);
  const byName = new Map<string, RouterStatus>([
    ...routers.map((router) => [router.name, routerStatus(router)] as const),
    ...unreachable.map((router) => [router.name, unreachableStatus(router)] as const),
  ]);
  const order = cluster.routers.length === 0 ? [...byName.keys()] : cluster.routers.map(({ name }) => name);
  const drift = driftByServer(routers);
  const shown = only === null ? cluster.virtualServers : [only];
  const virtualServers = shown.map((server) =>
    virtualServerStatus(server, serving, drift.get(keyOfVirtualServer(server.id)) ?? 0),
  );
  const critical = outages(cluster, inspection, virtualServers);
  const degraded = [
    ...critical,
    ...faultsOf(inspection),
    ...virtualServers.flatMap((server) => (server.degraded === null || isOut(server) ? [] : [server.degraded])),
  ];
  const drifting = only === null ? routers.flatMap(routerDrift) : virtualServers.flatMap(serverDrift);
  return {
    version: 1,
    config: { file },
    routers: order.flatMap((name) => byName.get(name) ?? []),
    virtualServers,
    summary: summaryOf(virtualServers),
    faults: [...degraded, ...drifting],
    critical,
    degraded,
    drifting,
    notes: [...confirmationNotes(inspection), ...notesOf(cluster)],
  };
}

/** How many changes there are for each virtual server, by its key. */
function driftByServer(routers: readonly InspectedRouter[]): Map<string, number> {
  const drift = new Map<string, number>();
  for (const { virtualServer } of routers.flatMap(({ plan }) => plan.changes)) {
    if (virtualServer !== null) drift.set(virtualServer, (drift.get(virtualServer) ?? 0) + 1);
  }
  return drift;
}

function routerDrift({ name, plan }: InspectedRouter): string[] {
  const { length } = plan.changes;
  return length === 0 ? [] : [`${name} has ${count(length, 'difference')}: "lvs diff" shows them`];
}

function serverDrift({ name, drift }: VirtualServerStatus): string[] {
  return drift === 0 ? [] : [`${name} has ${count(drift, 'difference')}: "lvs diff" shows them`];
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

function unreachableStatus(router: Unreachable): RouterStatus {
  const { name, reason } = router;
  return { name, role: 'unreachable', reason, hint: remedyFor(router), addresses: [], drift: 0, unmanaged: [] };
}

/** The fault that comes before all others: nothing else is known of that router. */
export function outOfReach({ name, reason = 'no answer' }: Pick<RouterStatus, 'name' | 'reason'>): string {
  return `${name} cannot be reached: ${reason}`;
}

/** What is wrong with the routers, drift aside. */
function faultsOf({ routers, unreachable, copies = [] }: Inspection): string[] {
  const faults = [...unreachable.map(outOfReach), ...copies];
  faults.push(...routers.flatMap(electionFaults), ...routers.flatMap(monitorFaults));
  faults.push(...confirmationFaults(confirmationsOf(routers.filter(isAmiss))));
  for (const router of routers) {
    const { name, plan, rivals, leftBehind, deviceProblems, unusable } = router;
    for (const { address, device, because } of unusable)
      faults.push(`${name}: the kernel does not use ${address} on ${device} (${because}): see "lvs doctor"`);
    if (rivals.length > 0) faults.push(`${name} has others at work: ${rivals.join(', ')}`);
    if (leftBehind.length > 0)
      faults.push(
        `${name} has ${leftBehind.join(', ')}, of a failover that is under way or has died: then the next run of lvs removes it`,
      );
    if (plan.role === 'active') continue;
    for (const { message, hint } of deviceProblems) faults.push(`${name}: ${message} (${hint})`);
    faults.push(...forwardingFaults(router));
  }
  return faults;
}

/** Where keepalived and the kernel are of different minds. */
function electionFaults({ name, plan, election, held, floating }: InspectedRouter): string[] {
  if (election === null) return [];
  if (election === 'not running') return [`${name} does not run keepalived: "lvs apply" starts it`];
  if (plan.changes.some(({ key }) => key === electionPlaces.hold))
    return [
      `${name}: keepalived is held at FAULT, as after a boot that could not load all rules: "lvs apply" puts that right`,
    ];
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
    ...(fault === null ? [] : [`${name}: ${unreadableDecisions(fault)}`]),
  ];
}

function confirmationsOf(routers: readonly InspectedRouter[]) {
  const states = routers.map(({ name, confirmation }) => ({ name, ...confirmation }));
  return confirmationDocument({ routers: states, unreachable: [] });
}

/** What could not be put back is no fault any more where all is as declared since. */
function isAmiss({ plan, confirmation }: InspectedRouter): boolean {
  return plan.changes.length > 0 || plan.role === 'conflict' || confirmation.state === 'pending';
}

function confirmationNotes({ routers }: Inspection): string[] {
  const past = confirmationFaults(confirmationsOf(routers.filter((router) => !isAmiss(router))));
  const waiting = routers.flatMap(({ name, confirmation: { state, pending } }) => {
    if (pending === null || (state !== 'pending' && state !== 'going-back')) return [];
    const command = `"${pending.holder[3]}" of ${pending.holder[0]}`;
    return state === 'going-back'
      ? [`${name} is rolling back ${command}`]
      : [`${name} rolls back ${command} at ${pending.until}, unless "lvs confirm" keeps it`];
  });
  return [...past, ...waiting];
}

function notesOf(cluster: Cluster): string[] {
  const { routers, failover } = cluster;
  const notes: string[] = [];
  if (routers.length > 1 && failover.engine === 'manual')
    notes.push('failover is manual: nothing takes over by itself');
  notes.push(...notesOn(cluster));
  return notes;
}
