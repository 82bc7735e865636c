import type { Device } from '../grammar/addresses.ts';
import type { Cluster } from '../model/cluster.ts';
import type { RouterState } from '../model/state.ts';
import { type Desired, desiredOn } from '../plan/desired.ts';
import type { Tools } from '../plan/difference.ts';
import { promotionSettings } from '../plan/promotion.ts';
import { type Role, rolesOf } from '../plan/roles.ts';
import { sshAddress } from '../router/locate.ts';
import { type Reading, readRouter } from '../router/read.ts';
import type { Connected, Connections } from './connect.ts';

/** A router as it is now, beside what the configuration asks of it. */
export interface Surveyed extends Connected {
  readonly role: Role;
  readonly live: RouterState;
  readonly devices: ReadonlyMap<string, Device>;
  readonly desired: Desired;
  readonly tools: Tools;
  /** Addresses that must not be removed: by them the router is reached. */
  readonly protected: ReadonlySet<string>;
}

export interface Survey {
  readonly routers: readonly Surveyed[];
  /** By name, routers that were not reached included. */
  readonly roles: ReadonlyMap<string, Role>;
}

/** Reads every connected router, side by side, and tells the roles. */
export async function survey(cluster: Cluster, { connected }: Connections): Promise<Survey> {
  const read = await Promise.all(connected.map((router) => readOne(cluster, router)));
  const holds = new Map(read.map(({ name, live, desired }) => [name, holdsAny(live, desired)]));
  // Routers that were not asked (`--on`) count as out of reach: none of them can be said to hold nothing.
  const names = cluster.routers.length === 0 ? [...holds.keys()] : cluster.routers.map(({ name }) => name);
  const roles = rolesOf(names.map((name) => ({ name, holds: holds.get(name) ?? null })));
  return { routers: read.map((router) => ({ ...router, role: roles.get(router.name) ?? 'backup' })), roles };
}

async function readOne(cluster: Cluster, connected: Connected): Promise<Omit<Surveyed, 'role'>> {
  const desired = desiredOn(cluster, connected.router);
  const { state: live, devices } = await read(connected, desired);
  const ssh = connected.router === null ? [] : [sshAddress(connected.router.ssh)];
  const session = connected.local ? localSession() : connected.facts.sessionAddress;
  return {
    ...connected,
    live,
    devices,
    desired,
    protected: new Set([...ssh, ...(session === null ? [] : [session])]),
    tools: { arping: 'iputils' },
  };
}

/** What a router needs to pass replies back to clients. */
export const forwardingSettings = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'] as const;

/** Reads the router again. */
export async function readLive(router: Surveyed): Promise<RouterState> {
  return (await read(router, router.desired)).state;
}

/** Reads again which devices are up. */
export async function readDevices(router: Surveyed): Promise<Reading['devices']> {
  return (await read(router, router.desired)).devices;
}

function read({ runner, name }: Connected, desired: Desired): Promise<Reading> {
  return readRouter(runner, name, {
    settings: [...desired.settings.keys(), ...promotionSettings(desired.devices), ...forwardingSettings],
    timeouts: desired.timeouts !== null,
    syncDaemons: desired.syncDaemons !== null,
  });
}

/** The address that the administrator's own login to this machine came in by. */
function localSession(): string | null {
  return process.env.SSH_CONNECTION?.split(' ')[2] ?? null;
}

/** Whether the router holds any floating address, in whatever form. */
export function holdsAny(live: RouterState, desired: Desired): boolean {
  return live.addresses.some(({ address }) => desired.floating.has(address) || desired.retired.has(address));
}
