/**
 * What a router's kernel holds, in the terms of ipvsadm(8) and ip-address(8). The desired state of a router is written in the
 * same types, so that the two can be compared field by field: everything is normalised before it gets here.
 */

export type Family = 'ipv4' | 'ipv6';
export type Protocol = 'tcp' | 'udp' | 'sctp';

/** How the kernel tells virtual servers apart. IP addresses are in canonical form (RFC 5952 for IPv6), without brackets. */
export type VirtualServerId =
  | { readonly protocol: Protocol; readonly address: string; readonly port: number }
  | { readonly fwmark: number; readonly family: Family };

export interface VirtualServer {
  readonly id: VirtualServerId;
  readonly scheduler: string;
  /** Scheduler flags (`sh-port`, `mh-fallback`, `flag-3` …), sorted. */
  readonly flags: readonly string[];
  /** Seconds for which a client stays with its real server; null: not persistent. */
  readonly persistent: number | null;
  /** Prefix length by which clients are grouped; null: each on its own, and always null where it is not persistent. */
  readonly netmask: number | null;
  readonly persistenceEngine: string | null;
  /** UDP and marks: each datagram is scheduled on its own. */
  readonly onePacket: boolean;
  /** By key (see keyOfRealServer). */
  readonly realServers: ReadonlyMap<string, RealServer>;
}

export type TunnelType = 'ipip' | 'gue' | 'gre';
export type TunnelChecksum = 'none' | 'csum' | 'remcsum';

export interface Tunnel {
  readonly type: TunnelType;
  /** Destination port of gue, otherwise null. */
  readonly port: number | null;
  /** gue and gre; `none` for ipip. */
  readonly checksum: TunnelChecksum;
}

export interface RealServer {
  readonly address: string;
  readonly port: number;
  readonly forward: 'masq' | 'direct' | 'tunnel' | 'local';
  /** Set exactly where `forward` is `tunnel`. */
  readonly tunnel: Tunnel | null;
  readonly weight: number;
  /** Connections above which no new ones come; 0: no limit. */
  readonly upperThreshold: number;
  /** Connections below which they come again; 0: the kernel's default. */
  readonly lowerThreshold: number;
}

/** An address as a device holds it. */
export interface HeldAddress {
  readonly address: string;
  readonly prefix: number;
  readonly device: string;
  /** The alias's label (`eth0:1`); null where it is the device's own name, and for IPv6. */
  readonly label: string | null;
  /** The kernel removes secondaries with their primary unless promote_secondaries is set. */
  readonly secondary: boolean;
}

/** An address on a device, of which the kernel makes no use: it answers nobody. */
export interface UnusableAddress extends HeldAddress {
  /** `dadfailed`: another machine had it when it came; `tentative`: the kernel has not found out yet. */
  readonly because: 'dadfailed' | 'tentative';
}

/** `ipvsadm --set`, seconds. */
export interface Timeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

export interface SyncDaemon {
  readonly role: 'master' | 'backup';
  readonly device: string;
  readonly id: number;
  /** Bytes; null: the kernel's default. */
  readonly maxLength: number | null;
}

/** A file that is kept on a router, as it is there. */
export interface RouterFile {
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  /** Null where it was not read. */
  readonly content: string | null;
  /** What it is to be a symbolic link to; null: a file of its own. */
  readonly link: string | null;
  /** Of a service's configuration: whether the service runs. */
  readonly running?: boolean;
}

export interface RouterState {
  /** By key (see keyOfVirtualServer). */
  readonly virtualServers: ReadonlyMap<string, VirtualServer>;
  /** Every address of every device, but for those that are there and not used: see src/router/addresses.ts. */
  readonly addresses: readonly HeldAddress[];
  /** Those of which the kernel makes no use; absent where there is none. */
  readonly unusable?: readonly UnusableAddress[];
  /** Floating addresses that the router has as a real server; absent where there is none. */
  readonly aside?: readonly HeldAddress[];
  /** sysctl names (`net.ipv4.vs.conntrack`) to values; only those that somebody asked for. */
  readonly settings: ReadonlyMap<string, string>;
  /** Null where unknown. */
  readonly timeouts: Timeouts | null;
  readonly syncDaemons: readonly SyncDaemon[];
  /** By path; only those that somebody asked for, and that are there. */
  readonly files: ReadonlyMap<string, RouterFile>;
}
