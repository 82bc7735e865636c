import type { Cluster, DeclaredVirtualServer } from './cluster.ts';
import { keyOfVirtualServer } from './identity.ts';
import { familyOf } from './ip.ts';
import type { Protocol } from './state.ts';

/** What the kernel's connection table says of an entry's virtual server; see src/grammar/connections.ts. */
export interface TableEntry {
  readonly protocol: Protocol | null;
  readonly client: { readonly address: string };
  /** Address and port that the client spoke to. */
  readonly virtual: { readonly address: string; readonly port: number };
  readonly fwmark: number | null;
}

/**
 * Finds the key of the virtual server that an entry belongs to; null where it is none that is declared, or the table does not
 * tell. As the kernel does, it prefers the triplet itself to one with port 0. A mark is named in templates alone: connections
 * are a mark's where they lead to an address that only this mark floats, and no triplet has them.
 */
export function virtualServerFinder({ virtualServers }: Cluster): (entry: TableEntry) => string | null {
  const enabled = virtualServers.filter((server) => server.enabled);
  const keys = new Set(enabled.map(({ id }) => keyOfVirtualServer(id)));
  const disabled = new Set(virtualServers.map(({ id }) => keyOfVirtualServer(id)));
  const marks = marksByAddress(enabled);
  return ({ protocol, client, virtual, fwmark }) => {
    if (fwmark !== null) return keyOfVirtualServer({ fwmark, family: familyOf(client.address) });
    if (protocol === null) return null;
    const exact = keyOfVirtualServer({ protocol, ...virtual });
    const wildcard = keyOfVirtualServer({ protocol, ...virtual, port: 0 });
    const triplet = [exact, wildcard].find((key) => keys.has(key));
    if (triplet !== undefined) return triplet;
    const [mark, ...others] = marks.get(virtual.address) ?? [];
    if (mark !== undefined) return others.length > 0 ? null : keyOfVirtualServer(mark.id);
    // What remains of the time before it was disabled.
    return disabled.has(exact) ? exact : null;
  };
}

/** Why connections of a virtual server may be missing from those that are found to be its own; null where none are. */
export function untold({ virtualServers }: Cluster, server: DeclaredVirtualServer): string | null {
  if (!('fwmark' in server.id)) return null;
  const key = keyOfVirtualServer(server.id);
  const why = 'the kernel shows no marks of connections';
  if (server.floating.length === 0)
    return `which connections are those of ${key} cannot be told: ${why}, and no address floats for it`;
  const marks = marksByAddress(virtualServers.filter(({ enabled }) => enabled));
  const shared = server.floating.filter((address) =>
    (marks.get(address) ?? []).some(({ name }) => name !== server.name),
  );
  if (shared.length === 0) return null;
  return `which connections to ${shared.join(', ')} are those of ${key} cannot be told: ${why}, and it shares the address with another mark`;
}

function marksByAddress(servers: readonly DeclaredVirtualServer[]): Map<string, DeclaredVirtualServer[]> {
  const marks = new Map<string, DeclaredVirtualServer[]>();
  for (const server of servers) {
    if (!('fwmark' in server.id)) continue;
    for (const address of server.floating) marks.set(address, [...(marks.get(address) ?? []), server]);
  }
  return marks;
}
