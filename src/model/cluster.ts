import type { DnsRecord } from './dns-records.ts';
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
  /** Destinations for ssh(1), at least one, tried in order: `root@192.168.1.11`, `ssh://admin@host:2222`. */
  readonly ssh: readonly string[];
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
  /** What becomes of a real server that is down: weight 0, or no place in the kernel's table. */
  readonly onFailure: 'quiesce' | 'remove';
  /** Seconds in which the weight of one that comes back rises from a tenth; null: it has all of it at once. */
  readonly slowStart: number | null;
  /** All down, and no sorry server: left so, or treated as if they were up. */
  readonly whenAllFail: 'closed' | 'open';
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
export type Check = TcpCheck | HttpCheck | ExecCheck | DnsCheck;

interface CheckPace {
  readonly interval: number;
  readonly timeout: number;
  /** Share of the interval, 0 to 0.5, by which checks come earlier or later at random. */
  readonly jitter: number;
  /** Successes in a row after which a real server is up. */
  readonly rise: number;
  /** Failures in a row after which it is down. */
  readonly fall: number;
}

export interface TcpCheck extends CheckPace {
  readonly type: 'tcp';
  /** Null: the real server's own. */
  readonly port: number | null;
}

export interface HttpCheck extends CheckPace {
  readonly type: 'http' | 'https';
  /** Null: the real server's own. */
  readonly port: number | null;
  readonly path: string;
  /** The Host header; null: the real server's address. */
  readonly host: string | null;
  /** The status expected; null: any from 200 to 399. */
  readonly status: number | null;
  /** A regular expression in RE2's syntax that the body must match; null: any body will do. */
  readonly body: string | null;
  /** Set exactly for https. */
  readonly tls: TlsOptions | null;
}

export interface TlsOptions {
  /** Asked for (SNI) and looked for in the certificate; null: no SNI, and the real server's address in the certificate. */
  readonly name: string | null;
  /** PEM file of the certificates trusted; null: the system's. */
  readonly ca: string | null;
  /** False: any certificate will do. */
  readonly verify: boolean;
}

export interface ExecCheck extends CheckPace {
  readonly type: 'exec';
  /** Absolute path of the program, and its arguments. */
  readonly command: readonly string[];
  /** keepalived's misc_dynamic: exit status 0 is up, 1 is down, 2 to 255 is up with that weight less 2. */
  readonly dynamic: boolean;
}

export interface DnsCheck extends CheckPace {
  readonly type: 'dns';
  /** Null: the real server's own. */
  readonly port: number | null;
  /** Asked for; any answer will do that has a record of that type. */
  readonly name: string;
  readonly record: DnsRecord;
}

/** Where dynamic load information comes from. */
export type Load = AgentLoad | SshLoad;

export interface AgentLoad {
  /** Port of an HAProxy agent-check. */
  readonly agent: number;
  readonly interval: number;
}

export interface SshLoad {
  /** Load averages and numbers of processors. */
  readonly ssh: 'uptime';
  /** Null: as ssh_config(5) says. */
  readonly user: string | null;
  /** Null: as ssh_config(5) says. */
  readonly port: number | null;
  readonly interval: number;
}
