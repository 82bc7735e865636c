import type { Protocol } from '../../model/state.ts';

/** What a rehearsal builds out of network namespaces: plain data, so that it can be handed into the kernel as JSON. */
export interface Topology {
  readonly networks: readonly Network[];
  readonly client: Host;
  /** In order of preference, at least one. */
  readonly routers: readonly RouterHost[];
  readonly realServers: readonly RealServerHost[];
  readonly targets: readonly Target[];
  /** Addresses that only the active router holds. */
  readonly floating: readonly string[];
  /** Whether the routers are to tell each other of connections: `sync:` is declared. */
  readonly synchronised: boolean;
}

/** One broadcast domain. */
export interface Network {
  readonly name: string;
  readonly purpose: 'public' | 'private' | 'synchronisation' | 'management';
  readonly subnets: readonly string[];
}

export interface Host {
  readonly name: string;
  readonly interfaces: readonly Interface[];
  /** Gateways, at most one of a family. */
  readonly defaultRoutes: readonly { readonly via: string; readonly device: string }[];
}

export interface Interface {
  readonly device: string;
  /** Name of the network that it is plugged into. */
  readonly network: string;
  /** With prefix: `192.168.1.11/24`. */
  readonly addresses: readonly string[];
}

export interface RouterHost extends Host {
  readonly ssh: {
    readonly user: string;
    /** As in lvs.yaml: an address or a name. */
    readonly host: string;
    /** Where it is reached: the address itself, or the one that the name stands for in the rehearsal. */
    readonly address: string;
    readonly port: number;
  };
}

export interface RealServerHost extends Host {
  /** Where the stand-in answers. */
  readonly listeners: readonly Endpoint[];
}

export interface Endpoint {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
}

/** A virtual server as the client sees it. */
export interface Target {
  readonly name: string;
  /** See keyOfVirtualServer. */
  readonly virtualServer: string;
  readonly protocol: Protocol | 'mark';
  readonly scheduler: string;
  readonly persistent: boolean;
  /** Where requests go. */
  readonly probe: Endpoint | null;
  /** Why no requests are sent; null exactly where there is a probe. */
  readonly reason: string | null;
  /** The mark that the routers have to put on the probe's packets. */
  readonly mark: number | null;
  readonly realServers: readonly { readonly key: string; readonly weight: number }[];
}
