import { oneMaster, startKeepalived, stopMaster } from '../keepalived.ts';
import type { Scenario } from '../scenario.ts';
import { keepalivedAlone } from '../set-ups/keepalived.ts';

/** keepalived's own planned failover: SIGTERM to the master. */
export const keepalivedPlanned = (latency: number): Scenario => {
  let stopped = '';
  return {
    name: 'keepalived, SIGTERM',
    latency,
    setUp: keepalivedAlone(1),
    strike: async (cluster) => {
      stopped = await stopMaster(cluster);
    },
    aftermath: 4000,
    mend: async (cluster) => {
      await startKeepalived(cluster, stopped);
      await oneMaster(cluster);
    },
  };
};
