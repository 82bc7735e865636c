import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';

/** How the routers are set up, before any traffic. It lasts until a scenario asks for another. */
export interface SetUp {
  readonly name: string;
  /** Begins with freshly installed routers; on return one of them serves. */
  install(cluster: RehearsalCluster): Promise<void>;
}

/** One row of the table: something that befalls a cluster under load, round after round. */
export interface Scenario {
  readonly name: string;
  /** The client's round trip in milliseconds. */
  readonly latency: number;
  readonly setUp: SetUp;
  /** What befalls it; null: nothing, the row to which others of the same latency are compared. */
  readonly strike: ((cluster: RehearsalCluster) => Promise<void>) | null;
  /** Milliseconds of traffic that count after the strike has returned. */
  readonly aftermath: number;
  /** What makes the cluster whole again, where the next round can go on with the same set-up; null: it cannot. */
  readonly mend: ((cluster: RehearsalCluster) => Promise<void>) | null;
}
