/** What a run may touch. `apply` converges everything; other commands only the objects that they name. */
export type Scope = { readonly everything: true } | NamedScope;

export interface NamedScope {
  readonly everything: false;
  /** Virtual servers, by key: the server itself and its declared real servers. */
  readonly virtualServers: ReadonlySet<string>;
  /** Single real servers: keys by the key of their virtual server. */
  readonly realServers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly addresses: ReadonlySet<string>;
}

export const everything: Scope = { everything: true };

export function namedScope(named: Partial<Omit<NamedScope, 'everything'>>): NamedScope {
  return {
    everything: false,
    virtualServers: named.virtualServers ?? new Set(),
    realServers: named.realServers ?? new Map(),
    addresses: named.addresses ?? new Set(),
  };
}
