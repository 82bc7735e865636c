import type { Family, Protocol, TunnelType } from '../../model/state.ts';

/** What a rehearsal builds out of network namespaces: plain data, so that it can be handed into the kernel as JSON. */
export interface Topology {
  readonly networks: readonly Network[];
  readonly client: Host;
  /** By which real servers answer clients without the routers, where there are such real servers on other networks. */
  readonly gateway: Host | null;
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
  readonly routes: readonly Route[];
}

export interface Route {
  /** `default` or a subnet; an address alone is one host. */
  readonly to: string;
  /** Null: they are on the device's own network. */
  readonly via: string | null;
  readonly device: string;
  /** `replies`: only for packets from an alias of the real server. */
  readonly table: 'main' | 'replies';
}

export interface Interface {
  readonly device: string;
  /** Name of the network that it is plugged into. */
  readonly network: string;
  /** With prefix: `192.168.1.11/24`. */
  readonly addresses: readonly string[];
}

export interface RouterHost extends Host {
  /** The ways in, in the order of lvs.yaml. */
  readonly ssh: readonly {
    readonly user: string;
    /** As in lvs.yaml: an address or a name. */
    readonly host: string;
    /** Where it is reached: the address itself, or the one that the name stands for in the rehearsal. */
    readonly address: string;
    readonly port: number;
  }[];
}

export interface RealServerHost extends Host {
  /** Where the stand-in answers. */
  readonly listeners: readonly Listener[];
  /** Addresses of virtual servers that it answers for itself, as direct routing and tunnels need it. */
  readonly aliases: readonly string[];
  readonly decapsulators: readonly Decapsulator[];
}

export interface Endpoint {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
}

export interface Listener extends Endpoint {
  /** The real server for which it answers, by key: see keyOfRealServer. */
  readonly by: string;
}

/** A real server's end of a tunnel. */
export interface Decapsulator {
  /** The real server's own address, to which packets come. */
  readonly address: string;
  /** Family of the packets inside. */
  readonly inner: Family;
  readonly type: TunnelType;
  /** Of gue. */
  readonly port: number | null;
  /** Whether gre has checksums. */
  readonly checksum: boolean;
}

/** What a router's firewall has to mark. */
export interface MarkRule {
  readonly mark: number;
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  /** Null: all. */
  readonly port: number | null;
}

/** One who sends requests, so that a persistent virtual server can tell it from others. */
export interface Caller {
  /** One of the client's addresses. */
  readonly address: string;
  /** The Call-ID of its requests, where it speaks SIP. */
  readonly call: string | null;
}

/** A virtual server as the client sees it. */
export interface Target {
  readonly name: string;
  /** See keyOfVirtualServer. */
  readonly virtualServer: string;
  readonly protocol: Protocol | 'mark';
  readonly scheduler: string;
  /** Null: not persistent. */
  readonly persistence: Persistence | null;
  /** Where requests go, in turn. */
  readonly probes: readonly Endpoint[];
  /** Why no requests are sent; null exactly where there are probes. */
  readonly reason: string | null;
  /** What the routers have to mark for the probes' packets to belong to it. */
  readonly marks: readonly MarkRule[];
  /** Modules of the kernel without which it cannot be tried. */
  readonly modules: readonly string[];
  /** How real servers that take requests are reached; with the tunnel's type. */
  readonly forwards: readonly string[];
  /** What the rehearsal supposes about it because lvs.yaml does not say; one sentence each. */
  readonly notes: readonly string[];
  /** Whether the other router can take it over: its address floats. */
  readonly floats: boolean;
  readonly realServers: readonly { readonly key: string; readonly weight: number }[];
}

export interface Persistence {
  readonly callers: readonly Caller[];
  /** Prefix length of the client networks that stay together; null where calls do. */
  readonly prefix: number | null;
}
