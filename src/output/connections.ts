import type { Connection } from '../grammar/connections.ts';
import { socketAddress } from '../model/identity.ts';
import { columns } from './table.ts';

export interface ConnectionsDocument {
  readonly version: 1;
  readonly config: { readonly file: string };
  /** Whose table it is. */
  readonly router: string;
  readonly connections: readonly ConnectionDocument[];
  readonly summary: readonly ConnectionSum[];
}

export interface ConnectionDocument {
  /** Null in templates of firewall marks. */
  readonly protocol: string | null;
  readonly state: string;
  /** Seconds. */
  readonly expires: number;
  readonly client: string;
  readonly virtual: string;
  readonly realServer: string;
  readonly template: boolean;
}

export interface ConnectionSum {
  readonly virtual: string;
  readonly realServer: string;
  readonly connections: number;
  /** How many of each state. */
  readonly states: Readonly<Record<string, number>>;
  readonly templates: number;
}

export function connectionDocument(connection: Connection): ConnectionDocument {
  const { protocol, state, expires, client, virtual, realServer, template, fwmark } = connection;
  const spoken = socketAddress(virtual.address, virtual.port);
  return {
    protocol,
    state,
    expires,
    client: socketAddress(client.address, client.port),
    virtual: fwmark !== null ? `fwmark:${fwmark}` : `${protocol}://${spoken}`,
    realServer: socketAddress(realServer.address, realServer.port),
    template,
  };
}

export function sumConnections(connections: readonly ConnectionDocument[]): ConnectionSum[] {
  const sums = new Map<string, { -readonly [Key in keyof ConnectionSum]: ConnectionSum[Key] }>();
  for (const { virtual, realServer, state, template } of connections) {
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

export function renderConnections({ router, connections, summary }: ConnectionsDocument, entries: boolean): string {
  if (connections.length === 0) return `${router} has no connections`;
  const rows = summary.map(({ virtual, realServer, connections: number, states, templates }) => [
    virtual,
    realServer,
    number,
    templates,
    Object.entries(states)
      .map(([state, count]) => `${state} ${count}`)
      .join(', '),
  ]);
  const sums = columns(['virtual server', 'real server', 'connections', 'templates', 'states'], rows);
  const lines = [`connections on ${router}`, sums];
  if (entries) lines.push('', renderEntries(connections));
  return lines.join('\n');
}

function renderEntries(connections: readonly ConnectionDocument[]): string {
  const rows = connections.map(({ client, virtual, realServer, state, expires }) => {
    return [client, virtual, realServer, state, expires];
  });
  return columns(['client', 'virtual server', 'real server', 'state', 'expires'], rows);
}
