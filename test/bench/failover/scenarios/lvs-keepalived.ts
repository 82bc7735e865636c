import { oneMaster } from '../keepalived.ts';
import type { Scenario } from '../scenario.ts';
import { lvsKeepalived } from '../set-ups/lvs.ts';
import { typeAt } from '../type-at.ts';

/** `lvs failover` where keepalived elects, to the other router each time, typed at the first. */
export const lvsKeepalivedPlanned = (latency: number): Scenario => ({
  name: 'lvs failover, engine keepalived',
  latency,
  setUp: lvsKeepalived,
  strike: async (cluster) => void (await typeAt(cluster, 'lvs1', 'lvs failover --yes')),
  aftermath: 2000,
  mend: async () => {},
});

const bothDevices = ['eth0', 'eth1'];

/** The master is cut off from both networks and does not notice; later it is back, and is the backup. */
export const lvsKeepalivedCutOff = (latency: number): Scenario => {
  let cutOff = '';
  return {
    name: 'lvs, engine keepalived, cut off, advert 0.1 s',
    latency,
    setUp: lvsKeepalived,
    strike: async (cluster) => {
      cutOff = await oneMaster(cluster);
      await Promise.all(bothDevices.map((device) => cluster.cutNetwork(cutOff, device)));
    },
    aftermath: 9000,
    mend: async (cluster) => {
      await Promise.all(bothDevices.map((device) => cluster.mendNetwork(cutOff, device)));
      await oneMaster(cluster);
    },
  };
};
