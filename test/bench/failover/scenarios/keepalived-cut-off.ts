import { oneMaster } from '../keepalived.ts';
import type { Scenario } from '../scenario.ts';
import { keepalivedAlone } from '../set-ups/keepalived.ts';

/** keepalived alone, when its master is cut off from both networks and does not notice. */
export const keepalivedCutOff = (latency: number, advertInterval: number): Scenario => ({
  name: `keepalived, cut off, advert ${advertInterval} s`,
  latency,
  setUp: keepalivedAlone(advertInterval),
  strike: async (cluster) => {
    const master = await oneMaster(cluster);
    await Promise.all(['eth0', 'eth1'].map((device) => cluster.cutNetwork(master, device)));
  },
  aftermath: 9000,
  // Two masters are left.
  mend: null,
});
