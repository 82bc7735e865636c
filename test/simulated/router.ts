import type { SyncDaemon } from '../../src/model/state.ts';
import type { Route } from '../../src/plan/own-addresses.ts';
import type { DeviceTable } from './device-table.ts';
import type { Execution } from './execution.ts';
import type { SimulatedFiles } from './files.ts';
import type { IpvsTable } from './ipvs-table.ts';
import type { Sysctls } from './sysctl.ts';

/** What the simulated programs work on. */
export interface Router {
  readonly ipvs: IpvsTable;
  readonly devices: DeviceTable;
  readonly sysctls: Sysctls;
  timeouts: { tcp: number; tcpFin: number; udp: number };
  daemons: SyncDaemon[];
  readonly files: SimulatedFiles;
  /** As `ip -4 -j route show` prints them. */
  readonly routes?: Route[];
  readonly announcements: { device: string; address: string; count: number }[];
  /** Addresses for which another machine answers. */
  readonly neighbours: Set<string>;
  /** Runs one change under the orders of the test: faults strike here, and observers are told. */
  attempt(command: readonly string[], change: () => Execution): Execution;
}
