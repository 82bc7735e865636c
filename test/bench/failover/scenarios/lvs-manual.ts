import type { Scenario } from '../scenario.ts';
import { lvsManual } from '../set-ups/lvs.ts';
import { typeAt } from '../type-at.ts';

/** `lvs failover`, to the other router each time, typed at the first. */
export const lvsPlanned = (latency: number): Scenario => ({
  name: 'lvs failover',
  latency,
  setUp: lvsManual,
  strike: async (cluster) => void (await typeAt(cluster, 'lvs1', 'lvs failover --yes')),
  aftermath: 2000,
  mend: async () => {},
});
