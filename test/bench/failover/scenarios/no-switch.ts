import type { Scenario } from '../scenario.ts';
import { lvsManual } from '../set-ups/lvs.ts';

const sameTimeAsASwitch = 5000;

export const noSwitch = (latency: number): Scenario => ({
  name: 'no switch',
  latency,
  setUp: lvsManual,
  strike: null,
  aftermath: sameTimeAsASwitch,
  mend: async () => {},
});
