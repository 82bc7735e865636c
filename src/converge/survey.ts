import type { Device } from '../grammar/addresses.ts';
import type { Cluster } from '../model/cluster.ts';
import { quiescentSetting } from '../model/draining.ts';
import type { HeldAddress, RouterState } from '../model/state.ts';
import { type Desired, desiredOn } from '../plan/desired.ts';
import type { Tools } from '../plan/difference.ts';
import { withKeptWeights } from '../plan/kept-weights.ts';
import { placesOf } from '../plan/places.ts';
import { promotionSettings } from '../plan/promotion.ts';
import { type Role, rolesOf } from '../plan/roles.ts';
import { withDecisions } from '../plan/with-decisions.ts';
import type { ElectionState } from '../router/election.ts';
import { sshAddress } from '../router/locate.ts';
import type { MonitorReading } from '../router/monitor.ts';
import { type Reading, readRouter, type Wanted } from '../router/read.ts';
import { sshConnection } from '../router/ssh-connection.ts';
import { isMonitored } from '../weights/monitored.ts';
import type { Connected, Connections } from './connect.ts';
import type { ForeignConf } from './election.ts';
import type { Newer } from './installed-copies.ts';
import type { ForeignEdit } from './kept-files.ts';

/** A router as it is now, beside what the configuration asks of it. */
export interface Surveyed extends Connected {
  readonly role: Role;
  readonly live: RouterState;
  readonly devices: ReadonlyMap<string, Device>;
  /** With what its monitor decided. */
  readonly desired: Desired;
  /** Without that. */
  readonly declared: Desired;
  /** What was read, and is read again. */
  readonly wanted: Wanted;
  readonly tools: Tools;
  /** What its keepalived says; null: where keepalived has no part in it, or was not asked. */
  readonly election?: ElectionState | null;
  /** What its monitor decided; null: nothing is declared to be monitored, or it was not asked. */
  readonly monitor: MonitorReading | null;
  /** Whether this run drops what the monitor decided. */
  readonly resetsWeights?: boolean;
  /** A keepalived.conf there that is not as lvs wrote it. */
  readonly conf?: ForeignConf;
  /** A copy of the configuration there that is not as it was installed. */
  readonly foreign?: ForeignEdit | null;
  /** What the configuration that is installed there declares, and the one that would replace it does not. */
  readonly declaredLess?: readonly string[];
  /** Whether that is older than its own record, as after a power cut. */
  readonly isBehindRecord?: boolean;
  /** A sentence about a change in lvs.yaml of this machine that was rolled back; null: none is known. */
  readonly unconfirmed?: string | null;
  /** What a run would overwrite although it is not older; on the first router. */
  readonly newer?: Newer | null;
  /** Addresses that must not be removed: by them the router is reached. */
  readonly protected: ReadonlySet<string>;
  /** Placements of addresses that its routes depend on; where that was looked for. */
  readonly depended?: ReadonlySet<string>;
}

export interface Survey {
  readonly routers: readonly Surveyed[];
  /** By name, routers that were not reached included. */
  readonly roles: ReadonlyMap<string, Role>;
}

/**
 * Reads every connected router, side by side, and tells the roles. Where the configuration is being edited, `former` is what
 * it was: a router that holds what that declared is no less a holder for the edit.
 */
export async function survey(
  cluster: Cluster,
  { connected }: Connections,
  wantedOf: (desired: Desired) => Wanted = everyPart,
  former: Cluster = cluster,
): Promise<Survey> {
  const read = await Promise.all(connected.map((router) => readOne(cluster, router, wantedOf, former)));
  const holds = new Map(
    read.map(({ name, router, live, desired }) => [
      name,
      holdsAny(live, desired) || (former !== cluster && holdsAny(live, desiredOn(former, router))),
    ]),
  );
  // Routers that were not asked (`--on`) count as out of reach: none of them can be said to hold nothing.
  const names = cluster.routers.length === 0 ? [...holds.keys()] : cluster.routers.map(({ name }) => name);
  const roles = rolesOf(names.map((name) => ({ name, holds: holds.get(name) ?? null })));
  return {
    routers: read.map((router) => {
      const role = roles.get(router.name) ?? 'backup';
      return { ...router, role, tools: { ...router.tools, election: electionService(cluster, router, role) } };
    }),
    roles,
  };
}

function electionService(
  { failover }: Cluster,
  { facts }: Connected,
  role: Role,
): NonNullable<Tools['election']> | null {
  if (failover.engine === 'manual') return null;
  const { control, advertInterval } = failover;
  return { control, systemd: facts.systemd === true, advertInterval, leads: role === 'active' };
}

async function readOne(
  cluster: Cluster,
  connected: Connected,
  wantedOf: (desired: Desired) => Wanted,
  former: Cluster,
): Promise<Omit<Surveyed, 'role'>> {
  const declared = desiredOn(cluster, connected.router);
  const election = cluster.failover.engine === 'keepalived';
  const asked = { places: placesOf(connected.router, cluster, former), ...wantedOf(declared) };
  const wanted = { election, monitor: asked.rules !== 'none' && cluster.virtualServers.some(isMonitored), ...asked };
  const { state: live, devices, election: said, monitor } = await read(connected, wanted);
  const ssh = connected.router?.ssh.map(sshAddress) ?? [];
  const session = connected.local ? localSession() : connected.facts.sessionAddress;
  return {
    ...connected,
    live,
    devices,
    desired: decidedOn(declared, cluster, live, monitor),
    declared,
    wanted,
    election: said,
    monitor,
    protected: new Set([...ssh, ...(session === null ? [] : [session])]),
    tools: { arping: connected.facts.arping, withoutArp: namesWithoutArp(devices) },
  };
}

/** What is declared, as far as the monitor leaves it to the declaration. */
function decidedOn(declared: Desired, cluster: Cluster, live: RouterState, monitor: MonitorReading | null): Desired {
  if (monitor === null) return declared;
  if (monitor.decisions !== null) return withDecisions(declared, cluster, monitor.decisions.virtualServers);
  return monitor.fault === null ? declared : withKeptWeights(declared, cluster, live.virtualServers);
}

function namesWithoutArp(devices: ReadonlyMap<string, Device>): Set<string> {
  return new Set([...devices.values()].filter(({ arp }) => !arp).map(({ name }) => name));
}

/** What a router needs to pass replies back to clients. */
export const forwardingSettings = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'] as const;

/** Reads the router again. */
export async function readLive(router: Surveyed): Promise<RouterState> {
  return (await readAgain(router)).state;
}

/** The same, with which devices are up. What the monitor decides meanwhile does not count for this run any more. */
export function readAgain(router: Surveyed): Promise<Reading> {
  return read(router, { ...router.wanted, monitor: false });
}

function read({ runner, name }: Connected, wanted: Wanted): Promise<Reading> {
  return readRouter(runner, name, wanted);
}

/** All that a configuration can have an opinion about. */
export function everyPart(desired: Desired): Wanted {
  return {
    rules: 'whole',
    settings: [
      ...desired.settings.keys(),
      ...promotionSettings(desired.devices),
      ...forwardingSettings,
      quiescentSetting,
    ],
    timeouts: desired.timeouts !== null,
    syncDaemons: true,
    files: [],
  };
}

/** The address that the administrator's own login to this machine came in by. */
function localSession(): string | null {
  return sshConnection()?.split(' ')[2] ?? null;
}

/** Whether the router holds any floating address, in whatever form. */
export function holdsAny(live: RouterState, desired: Desired): boolean {
  return live.addresses.some(isHeldFor(desired));
}

/** What makes a router a holder: also an address that only disabled virtual servers declare. */
export function isHeldFor({ floating, retired }: Desired): (held: HeldAddress) => boolean {
  return ({ address }) => floating.has(address) || retired.has(address);
}
