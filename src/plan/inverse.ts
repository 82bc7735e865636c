import { sameRealServer } from '../model/identity.ts';
import type { HeldAddress, RouterFile, RouterState, VirtualServer } from '../model/state.ts';
import { sameFile } from './files/file-changes.ts';

/**
 * The state that puts a run back: what is there now, with everything that the run meant to change as it was before it. What
 * others changed meanwhile stays.
 */
export function inverseTarget(now: RouterState, before: RouterState, intended: RouterState): RouterState {
  return {
    virtualServers: overlayServers(now.virtualServers, before.virtualServers, intended.virtualServers),
    addresses: overlayAddresses(now.addresses, before.addresses, intended.addresses),
    ...(now.unusable && { unusable: now.unusable }),
    settings: new Map([...now.settings, ...before.settings]),
    timeouts: before.timeouts,
    syncDaemons: before.syncDaemons === intended.syncDaemons ? now.syncDaemons : before.syncDaemons,
    files: overlay(now.files, before.files, intended.files, sameFile, fileAsBefore),
  };
}

type Servers = ReadonlyMap<string, VirtualServer>;

function overlayServers(now: Servers, before: Servers, intended: Servers): Map<string, VirtualServer> {
  return overlay(now, before, intended, Object.is, (present, old, meant) => {
    if (present === undefined || old === undefined) return old;
    if (meant === undefined) return old;
    const realServers = overlay(present.realServers, old.realServers, meant.realServers, sameRealServer, asBefore);
    return { ...old, realServers };
  });
}

function overlayAddresses(
  now: readonly HeldAddress[],
  before: readonly HeldAddress[],
  intended: readonly HeldAddress[],
): HeldAddress[] {
  const [present, old, meant] = [now, before, intended].map(byPlacement) as [Placed, Placed, Placed];
  return [...overlay(present, old, meant, Object.is, asBefore).values()];
}

type Placed = ReadonlyMap<string, HeldAddress>;

function byPlacement(addresses: readonly HeldAddress[]): Placed {
  return new Map(addresses.map((held) => [`${held.address}/${held.prefix} ${held.device} ${held.label}`, held]));
}

/** `now`, with `restore` deciding about each object that differs between `before` and `intended`. */
function overlay<T>(
  now: ReadonlyMap<string, T>,
  before: ReadonlyMap<string, T>,
  intended: ReadonlyMap<string, T>,
  same: (before: T, intended: T) => boolean,
  restore: (now: T | undefined, before: T | undefined, intended: T | undefined) => T | undefined,
): Map<string, T> {
  const result = new Map(now);
  for (const key of new Set([...before.keys(), ...intended.keys()])) {
    const [old, meant] = [before.get(key), intended.get(key)];
    if (old !== undefined && meant !== undefined && same(old, meant)) continue;
    const restored = restore(now.get(key), old, meant);
    if (restored === undefined) result.delete(key);
    else result.set(key, restored);
  }
  return result;
}

/** One that was to go and is there again is somebody else's by now. */
function fileAsBefore(now: RouterFile | undefined, before: RouterFile | undefined, intended: RouterFile | undefined) {
  return intended === undefined && now !== undefined ? now : before;
}

function asBefore<T>(_now: T | undefined, before: T | undefined): T | undefined {
  return before;
}
