import type { Connection } from '../grammar/connections.ts';
import type { Cluster, DeclaredVirtualServer } from '../model/cluster.ts';
import { untold, virtualServerFinder } from '../model/connections.ts';
import { keyOfVirtualServer, socketAddress } from '../model/identity.ts';
import { columns } from './table.ts';

export interface ConnectionsDocument {
  readonly version: 1;
  readonly config: { readonly file: string };
  /** Whose table it is. */
  readonly router: string;
  readonly connections: readonly ConnectionDocument[];
  readonly summary: readonly ConnectionSum[];
  /** What is worth knowing about them. */
  readonly notes: readonly string[];
}

export interface ConnectionDocument {
  /** Null in templates of firewall marks. */
  readonly protocol: string | null;
  readonly state: string;
  /** Seconds. */
  readonly expires: number;
  readonly client: string;
  /** Where the client spoke to; the mark, in templates of firewall marks. */
  readonly virtual: string;
  /** The declared virtual server that it belongs to; null where that is none, or cannot be told. */
  readonly virtualServer: string | null;
  readonly realServer: string;
  readonly template: boolean;
}

export interface ConnectionSum {
  /** The virtual server; where none is known, where the clients spoke to. */
  readonly virtual: string;
  readonly realServer: string;
  readonly connections: number;
  /** How many of each state. */
  readonly states: Readonly<Record<string, number>>;
  readonly templates: number;
}

/** The connections in a router's table, or those of one virtual server. */
export function connectionsDocument(
  cluster: Cluster,
  file: string,
  router: string,
  table: readonly Connection[],
  only: DeclaredVirtualServer | null,
): ConnectionsDocument {
  const find = virtualServerFinder(cluster);
  const key = only === null ? null : keyOfVirtualServer(only.id);
  const connections = table
    .map((connection) => connectionDocument(connection, find(connection)))
    .filter(({ virtualServer }) => key === null || virtualServer === key);
  const note = only === null ? null : untold(cluster, only);
  const summary = sumConnections(connections);
  return { version: 1, config: { file }, router, connections, summary, notes: note === null ? [] : [note] };
}

function connectionDocument(connection: Connection, virtualServer: string | null): ConnectionDocument {
  const { protocol, state, expires, client, virtual, realServer, template, fwmark } = connection;
  const spoken = socketAddress(virtual.address, virtual.port);
  return {
    protocol,
    state,
    expires,
    client: socketAddress(client.address, client.port),
    virtual: fwmark !== null ? (virtualServer ?? `fwmark:${fwmark}`) : `${protocol}://${spoken}`,
    virtualServer,
    realServer: socketAddress(realServer.address, realServer.port),
    template,
  };
}

function sumConnections(connections: readonly ConnectionDocument[]): ConnectionSum[] {
  const sums = new Map<string, { -readonly [Key in keyof ConnectionSum]: ConnectionSum[Key] }>();
  for (const { virtual: spoken, virtualServer, realServer, state, template } of connections) {
    const virtual = virtualServer ?? spoken;
    const key = `${virtual} ${realServer}`;
    const sum = sums.get(key) ?? { virtual, realServer, connections: 0, states: {}, templates: 0 };
    sums.set(key, sum);
    if (template) sum.templates++;
    else {
      sum.connections++;
      sum.states = { ...sum.states, [state]: (sum.states[state] ?? 0) + 1 };
    }
  }
  return [...sums.values()].sort((a, b) => (`${a.virtual} ${a.realServer}` < `${b.virtual} ${b.realServer}` ? -1 : 1));
}

/** @param width columns; wider tables fold */
export function renderConnections(
  document: ConnectionsDocument,
  entries: boolean,
  width = Number.POSITIVE_INFINITY,
): string {
  const { config, notes } = document;
  const tables = renderTables(document, entries, width);
  return [`configuration ${config.file}`, ...tables, ...notes.map((note) => `note: ${note}`)].join('\n');
}

function renderTables(
  { router, connections, summary }: ConnectionsDocument,
  entries: boolean,
  width: number,
): string[] {
  if (connections.length === 0) return [`${router} has no connections`];
  const rows = summary.map(({ virtual, realServer, connections: number, states, templates }) => [
    virtual,
    realServer,
    number,
    templates,
    Object.entries(states)
      .map(([state, count]) => `${state} ${count}`)
      .join(', '),
  ]);
  const sums = columns(['virtual server', 'real server', 'connections', 'templates', 'states'], rows, width);
  const lines = [`connections on ${router}`, sums];
  if (entries) lines.push('', renderEntries(connections, width));
  return lines;
}

function renderEntries(connections: readonly ConnectionDocument[], width: number): string {
  const rows = connections.map(({ client, virtual, realServer, state, expires }) => {
    return [client, virtual, realServer, state, expires];
  });
  return columns(['client', 'virtual server', 'real server', 'state', 'expires'], rows, width);
}
