import type { HeldAddress, RouterState, VirtualServer } from '../../../src/model/state.ts';

/** A state without what the kernel decides by itself: the order, and which addresses are secondary. */
export function comparable(state: RouterState) {
  return {
    virtualServers: Object.fromEntries(
      [...state.virtualServers].sort(byKey).map(([key, server]) => [key, comparableServer(server)]),
    ),
    addresses: state.addresses.map(addressText).sort(),
    settings: Object.fromEntries([...state.settings].sort(byKey)),
    timeouts: state.timeouts,
    syncDaemons: [...state.syncDaemons].sort((a, b) => a.role.localeCompare(b.role)),
  };
}

/** The target, with the length of messages that the kernel chooses where none is asked for. */
export function withKernelDefaults(target: RouterState): RouterState {
  const defaultLength = 1472;
  const syncDaemons = target.syncDaemons.map((one) => ({ ...one, maxLength: one.maxLength ?? defaultLength }));
  return { ...target, syncDaemons };
}

/** `1.2.3.1/32 eth0 eth0:1`. */
export function addressText({ address, prefix, device, label }: Omit<HeldAddress, 'secondary'>): string {
  return `${address}/${prefix} ${device}${label === null ? '' : ` ${label}`}`;
}

/** The same for equal values, whatever the order of their keys. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(byKey))
      : part,
  );
}

function comparableServer(server: VirtualServer) {
  return { ...server, realServers: Object.fromEntries([...server.realServers].sort(byKey)) };
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
