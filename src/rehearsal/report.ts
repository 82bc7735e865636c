import type { TrafficSummary } from './traffic/summary.ts';

/** What a rehearsal found: plain data, printed as it is by `--json`. */
export interface RehearsalReport {
  readonly version: 1;
  /** Whether everything answered, the addresses went where they should, and connections that `sync:` keeps were kept. */
  readonly passed: boolean;
  /** What did not; one sentence each. */
  readonly problems: readonly string[];
  readonly hosts: {
    readonly client: string;
    readonly routers: readonly string[];
    readonly realServers: readonly string[];
  };
  /** Whether `sync:` is declared, so that connections have to survive a failover. */
  readonly synchronised: boolean;
  /** Every `lvs` command that was run, in order. */
  readonly commands: readonly CommandReport[];
  /** What routers and real servers were given besides, as commands; lvs.yaml does not say it and lvs does not do it. */
  readonly setUp: readonly SetUpReport[];
  readonly virtualServers: readonly VirtualServerReport[];
  /** There and back; empty where there is one router. */
  readonly failovers: readonly FailoverReport[];
  /** Traffic without a switch, for comparison. */
  readonly baseline: TrafficSummary | null;
}

export interface CommandReport {
  /** The router at which it was typed. */
  readonly router: string;
  readonly command: string;
  /** 124, as of timeout(1), where it was still running at the time limit. */
  readonly status: number;
  readonly milliseconds: number;
  readonly output: string;
}

export interface SetUpReport {
  readonly host: string;
  readonly commands: readonly string[];
}

export interface VirtualServerReport {
  readonly name: string;
  readonly virtualServer: string;
  readonly scheduler: string;
  /** Then one client's requests all go to one real server: see `callers`. */
  readonly persistent: boolean;
  /** How real servers that take requests are reached: `masq`, `direct`, `tunnel ipip`, … */
  readonly forwards: readonly string[];
  /** Where requests went: `tcp 1.2.3.1 80`. */
  readonly tried: readonly string[];
  /** What was supposed because lvs.yaml does not say. */
  readonly notes: readonly string[];
  /** Why no requests were sent; null where they were. */
  readonly notTried: string | null;
  readonly requests: number;
  readonly answered: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly realServers: readonly { readonly key: string; readonly weight: number; readonly answered: number }[];
  /** Persistent ones: who asked, and which real servers answered. */
  readonly callers: readonly CallerReport[];
}

export interface CallerReport {
  /** The client's address, or the call's Call-ID. */
  readonly caller: string;
  /** The clients that stay together: their network, or the caller alone. */
  readonly group: string;
  /** By host; one, where it stayed. */
  readonly answeredBy: readonly string[];
}

export interface FailoverReport {
  readonly from: string | null;
  readonly to: string | null;
  /** Routers that held floating addresses afterwards. */
  readonly holders: readonly string[];
  /** Virtual servers under traffic, which are some of each kind where there are many. */
  readonly underTraffic: readonly string[];
  /** What was lost, by virtual server. */
  readonly lost: readonly { readonly name: string; readonly failed: number; readonly broken: number }[];
  /** Virtual servers that did not answer afterwards, of all that were tried and float. */
  readonly silent: readonly string[];
  /** Persistent virtual servers, and whether their clients were still with the real servers that they had before. */
  readonly persistence: readonly { readonly name: string; readonly kept: boolean }[];
  /** What became of the traffic from the command's start to two seconds after its end. */
  readonly traffic: TrafficSummary;
}
