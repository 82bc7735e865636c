import type { InspectedRouter, Inspection } from '../converge/inspect.ts';
import type { Cluster } from '../model/cluster.ts';
import { isServing } from './degraded.ts';
import type { VirtualServerStatus } from './virtual-server-status.ts';

/** Why a cluster, or a part of it, serves no client: these faults come before all others. */
export function outages(
  cluster: Cluster,
  inspection: Inspection,
  virtualServers: readonly VirtualServerStatus[],
): string[] {
  const { routers } = inspection;
  if (routers.length === 0) return ['no router can be reached: nothing is known of the cluster'];
  const active = routers.filter(({ plan }) => plan.role === 'active');
  return [
    ...unownedAddresses(cluster, inspection),
    ...conflicts(routers),
    ...active.flatMap(({ name, deviceProblems }) =>
      deviceProblems.map(({ message, hint }) => `${name}: ${message} (${hint})`),
    ),
    ...active.flatMap(forwardingFaults),
    ...virtualServers.flatMap((server) => (isOut(server) && server.degraded !== null ? [server.degraded] : [])),
  ];
}

/** Whether no client of it is served, a sorry server included. */
export function isOut({ state, realServers }: VirtualServerStatus): boolean {
  return state === 'missing' || (state === 'enabled' && !realServers.some(isServing));
}

export function forwardingFaults({ name, forwarding }: InspectedRouter): string[] {
  return forwarding ? [] : [`${name} does not forward: "sysctl -w net.ipv4.ip_forward=1" there`];
}

/** Floating addresses that no router has: the worst fault that there is. */
function unownedAddresses(cluster: Cluster, { routers, unreachable }: Inspection): string[] {
  const { engine } = cluster.failover;
  // One that was not asked may have them.
  if (routers.length + unreachable.length < cluster.routers.length) return [];
  const owned = new Set(routers.flatMap(({ held }) => held));
  const unowned = [...new Set(routers.flatMap(({ declared }) => declared))].filter((address) => !owned.has(address));
  if (unowned.length === 0) return [];
  const named =
    unowned.length > 4 ? `${unowned.slice(0, 3).join(', ')} and ${unowned.length - 3} more` : unowned.join(', ');
  const isBare = routers.every(({ held }) => held.length === 0);
  const [dead] = unreachable;
  const [alive] = routers;
  if (dead === undefined || alive === undefined) {
    const them = unowned.length === 1 ? 'it' : 'them';
    return [`no router has ${named}: "lvs apply" enables ${them}`];
  }
  if (engine === 'keepalived')
    return [
      `no router that can be reached has ${named}: keepalived did not take over; "lvs doctor" looks for the reason`,
    ];
  const command = `"lvs failover --to ${alive.name} --force"`;
  const wayOn = isBare ? `take over with ${command}, or "lvs takeover" on ${alive.name}` : `enable all with ${command}`;
  return [`no router that can be reached has ${named}: if ${dead.name} is dead, ${wayOn}`];
}

function conflicts(routers: readonly InspectedRouter[]): string[] {
  const owners = routers.filter(({ plan }) => plan.role === 'conflict');
  if (owners.length === 0) return [];
  const names = owners.map(({ name }) => name).join(' and ');
  const [blocked] = owners.flatMap(({ name, firewall = [] }) => firewall.map((finding) => ({ name, ...finding })));
  if (blocked === undefined) return [`${names} both have floating addresses: "lvs failover --to ROUTER" resolves it`];
  return [
    `${names} both have floating addresses: ${blocked.name}: ${blocked.what}: "${blocked.mend}" there, then "lvs failover --to ROUTER"`,
  ];
}
