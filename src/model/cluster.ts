import type { Tunnel, VirtualServerId } from './state.ts';

/** One lvs.yaml, checked and with every default filled in. Durations are in seconds unless a name says otherwise. */
export interface Cluster {
  /** In order of preference; empty: this machine alone. */
  readonly routers: readonly Router[];
  readonly public: PublicNetwork | null;
  readonly private: PrivateNetwork | null;
  readonly sync: Sync | null;
  readonly failover: Failover;
  /** What is not named is left alone. */
  readonly timeouts: { readonly tcp?: number; readonly tcpFin?: number; readonly udp?: number } | null;
  /** Below net.ipv4.vs: `expire_nodest_conn` to `1`. */
  readonly settings: ReadonlyMap<string, string>;
  readonly virtualServers: readonly DeclaredVirtualServer[];
}

export interface Router {
  readonly name: string;
  /** Destination for ssh(1): `root@192.168.1.11`, `ssh://admin@host:2222`. */
  readonly ssh: string;
  /** Whether commands run under `sudo -n` there. */
  readonly sudo: boolean;
  /** Device names of this file to those of the router. */
  readonly devices: ReadonlyMap<string, string>;
}

export interface PublicNetwork {
  readonly device: string;
  /** Of the IPv4 floating addresses. */
  readonly prefix: number;
}

export interface PrivateNetwork {
  readonly device: string;
  /** The NAT router addresses: the real servers' default routes. */
  readonly natRouters: readonly { readonly address: string; readonly prefix: number }[];
  readonly label: string | null;
}

export interface Sync {
  readonly device: string;
  readonly id: number;
  /** Bytes; null: the kernel's default. */
  readonly maxLength: number | null;
}

export interface Failover {
  readonly engine: 'manual' | 'keepalived';
  readonly advertInterval: number;
  readonly virtualRouterId: number;
  readonly boot: 'wait' | 'claim';
  /** What starts, reloads and stops keepalived when that word is appended; null: systemd, or the program itself. */
  readonly control: readonly string[] | null;
}

export interface DeclaredVirtualServer {
  readonly name: string;
  readonly id: VirtualServerId;
  /** The floating addresses that carry it: its own, or those listed for a firewall mark. */
  readonly floating: readonly string[];
  /** Null: the public device. */
  readonly device: string | null;
  readonly label: string | null;
  readonly scheduler: string;
  /** Sorted. */
  readonly flags: readonly string[];
  /** Seconds; null: not persistent. */
  readonly persistent: number | null;
  /** Prefix length; null: full, or not persistent. */
  readonly netmask: number | null;
  readonly persistenceEngine: string | null;
  readonly onePacket: boolean;
  readonly enabled: boolean;
  readonly check: Check | null;
  readonly load: Load | null;
  readonly sorryServer: { readonly address: string; readonly port: number } | null;
  readonly realServers: readonly DeclaredRealServer[];
}

export interface DeclaredRealServer {
  readonly address: string;
  readonly port: number;
  readonly forward: 'masq' | 'direct' | 'tunnel';
  /** Set exactly where `forward` is `tunnel`. */
  readonly tunnel: Tunnel | null;
  /** The configured weight, also while it is drained. */
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  /** Weight 0 in the kernel, kept across runs. */
  readonly drain: boolean;
}

/** How `lvs monitor` checks real servers. */
export interface Check {
  readonly type: 'tcp' | 'http' | 'https' | 'exec';
  /** http, https: path. */
  readonly path: string | null;
  /** http, https: the status expected; null: any 2xx or 3xx. */
  readonly status: number | null;
  /** exec: program and arguments. */
  readonly command: readonly string[] | null;
  readonly interval: number;
  readonly timeout: number;
  readonly rise: number;
  readonly fall: number;
}

/** Where dynamic load information comes from: the port of an HAProxy agent-check, or load averages over ssh. */
export type Load = { readonly agent: number } | { readonly ssh: 'uptime' };
