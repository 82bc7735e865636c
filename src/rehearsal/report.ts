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

export interface VirtualServerReport {
  readonly name: string;
  readonly virtualServer: string;
  readonly scheduler: string;
  /** Then one client's requests all go to one real server. */
  readonly persistent: boolean;
  /** Why no requests were sent; null where they were. */
  readonly notTried: string | null;
  readonly requests: number;
  readonly answered: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly realServers: readonly { readonly key: string; readonly weight: number; readonly answered: number }[];
}

export interface FailoverReport {
  readonly from: string | null;
  readonly to: string | null;
  /** Routers that held floating addresses afterwards. */
  readonly holders: readonly string[];
  /** What became of the traffic from the command's start to two seconds after its end. */
  readonly traffic: TrafficSummary;
}
