/**
 * What a router's monitor decided about weights, as `/run/lvs/monitor.json` there says it. Whoever plans honours it; the monitor
 * goes on from it when it is started again.
 */
export interface Decisions {
  /** Process of the monitor that wrote it. */
  readonly pid: number;
  /** When it was written, ISO 8601. */
  readonly updated: string;
  /** By key of the virtual server: see src/model/identity.ts. */
  readonly virtualServers: ReadonlyMap<string, ServerDecisions>;
}

export interface ServerDecisions {
  /** By key of the real server. One that is not checked and has no load information has no decision. */
  readonly realServers: ReadonlyMap<string, Decision>;
  /** Whether the sorry server stands in for them all. */
  readonly sorry: boolean;
}

export interface Decision {
  /** The declared weight that this was computed from: where another one is declared meanwhile, the decision scales with it. */
  readonly configured: number;
  /** For the kernel: where `load:` is declared, in hundredths of a declared one. */
  readonly weight: number;
  /** False: it is not to be in the kernel's table (`on-failure: remove`). */
  readonly present: boolean;
  /** What checks say; `unknown` until they have said something. */
  readonly health: 'up' | 'down' | 'unknown';
  /** What its own agent asks for besides a weight. */
  readonly agent: 'drain' | 'maint' | 'down' | null;
  /** What load makes of the configured weight: 1 is as configured. */
  readonly load: number;
  /** Since when it comes back slowly, ISO 8601; null: it does not. */
  readonly ramp: string | null;
  /** Since when all this is so, ISO 8601. */
  readonly since: string;
  /** For people: `check failed: connection refused`. */
  readonly reason: string;
}
