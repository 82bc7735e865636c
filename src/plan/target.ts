import type { RouterFile, RouterState, SyncDaemon, Timeouts, VirtualServer } from '../model/state.ts';
import { type AddressPolicy, targetAddresses, targetUnusable } from './addresses.ts';
import { type Desired, settingsOf } from './desired.ts';
import { droppedByElection } from './election/dropped.ts';
import { electionPlaces } from './election/places.ts';
import type { Scope } from './scope.ts';

/** What one run asks of one router. */
export interface Request {
  readonly scope: Scope;
  readonly addresses: AddressPolicy;
  /** Whether what nobody declared goes. */
  readonly prune: boolean;
  /** Addresses that are never removed: the router's ssh address, and the one that this session came in by. */
  readonly protected: ReadonlySet<string>;
  /** Placements of addresses that routes of the router depend on, which are not removed either; where that was looked for. */
  readonly depended?: ReadonlySet<string> | undefined;
}

/**
 * The state that a router is to end in: what it has now, with what is desired merged in as far as the request's scope goes.
 * Preview, run, verification and roll-back all compare with it.
 */
export function targetState(live: RouterState, desired: Desired, request: Request): RouterState {
  const { scope } = request;
  const files = targetFiles(live.files, desired.files, scope);
  const isDropped = droppedByElection(live, files);
  return {
    virtualServers: targetVirtualServers(live, desired, request),
    addresses: targetAddresses(live.addresses, desired, request).filter(
      (held) => desired.floating.has(held.address) || !isDropped(held),
    ),
    ...(live.unusable && { unusable: targetUnusable(live.unusable, desired, request) }),
    settings: new Map([...live.settings, ...wantedSettings(desired, request)]),
    timeouts: scope.everything ? targetTimeouts(live.timeouts, desired.timeouts) : live.timeouts,
    syncDaemons: scope.everything
      ? targetDaemons(live.syncDaemons, desired.syncDaemons, request.prune)
      : live.syncDaemons,
    files,
  };
}

/** All of them, or those without which the named addresses do no good: on every router that has them or may get them. */
function wantedSettings(desired: Desired, { scope, addresses }: Request): Iterable<[string, string]> {
  if (scope.everything) return desired.settings;
  if (addresses === 'disable') return [];
  return [...desired.floating.values()].filter(({ address }) => scope.addresses.has(address)).flatMap(settingsOf);
}

function targetVirtualServers(live: RouterState, desired: Desired, request: Request): Map<string, VirtualServer> {
  const target = new Map(live.virtualServers);
  const { scope } = request;
  if (scope.everything) {
    const stillHeld = isStillHeld(live, desired, request);
    for (const key of live.virtualServers.keys()) {
      if (stillHeld(key)) continue;
      if (desired.disabled.has(key) || (request.prune && !desired.virtualServers.has(key))) target.delete(key);
    }
    for (const [key, server] of desired.virtualServers) target.set(key, server);
    return target;
  }
  for (const key of scope.virtualServers) {
    const wanted = desired.virtualServers.get(key);
    if (wanted === undefined) target.delete(key);
    else target.set(key, { ...wanted, realServers: withStrangers(target.get(key), wanted) });
  }
  for (const [key, realKeys] of scope.realServers) {
    const wanted = desired.virtualServers.get(key);
    if (wanted === undefined) continue;
    const present = target.get(key);
    // A real server needs its virtual server: where that is not in the kernel, it comes whole.
    target.set(key, present === undefined ? wanted : withRealServers(present, wanted, realKeys));
  }
  return target;
}

/**
 * Whether the address of a disabled virtual server stays although it is to go: clients would be turned away there, so that
 * the rules have to stay as long.
 */
function isStillHeld(live: RouterState, { disabled, retired }: Desired, request: Request): (key: string) => boolean {
  if (request.addresses !== 'ignore') return () => false;
  const held = new Set(live.addresses.map(({ address }) => address).filter((address) => retired.has(address)));
  return (key) => disabled.get(key)?.some((address) => held.has(address)) === true;
}

/** Only `apply` removes real servers that nobody declared. */
function withStrangers(present: VirtualServer | undefined, wanted: VirtualServer): VirtualServer['realServers'] {
  return new Map([...(present?.realServers ?? []), ...wanted.realServers]);
}

function withRealServers(present: VirtualServer, wanted: VirtualServer, keys: ReadonlySet<string>): VirtualServer {
  const realServers = new Map(present.realServers);
  for (const key of keys) {
    const real = wanted.realServers.get(key);
    if (real === undefined) realServers.delete(key);
    else realServers.set(key, real);
  }
  return { ...present, realServers };
}

function targetFiles(live: RouterState['files'], desired: Desired['files'], scope: Scope): Map<string, RouterFile> {
  const target = new Map(live);
  for (const [path, file] of desired) {
    // A router is let into the election again when it has everything.
    if (path === electionPlaces.hold && !scope.everything) continue;
    if (file === null) target.delete(path);
    else target.set(path, file);
  }
  return target;
}

export function targetTimeouts(live: Timeouts | null, desired: Desired['timeouts']): Timeouts | null {
  return live === null || desired === null ? live : { ...live, ...desired };
}

/** The kernel's backup daemon takes no shorter messages, and shows this where less was asked for. */
const shortestBackup = 1024;

export function targetDaemons(
  live: readonly SyncDaemon[],
  desired: Desired['syncDaemons'],
  prune = false,
): readonly SyncDaemon[] {
  if (desired === null) return prune ? [] : live;
  return desired.map((daemon) => {
    if (daemon.maxLength === null || daemon.role === 'master') return daemon;
    return { ...daemon, maxLength: Math.max(daemon.maxLength, shortestBackup) };
  });
}
