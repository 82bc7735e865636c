import type { Scenario } from '../scenario.ts';
import { keepalivedCutOff } from './keepalived-cut-off.ts';
import { keepalivedPlanned } from './keepalived-planned.ts';
import { lvsKeepalivedCutOff, lvsKeepalivedPlanned } from './lvs-keepalived.ts';
import { lvsPlanned } from './lvs-manual.ts';
import { noSwitch } from './no-switch.ts';

/** The rows of the table, in the order in which a round plays them: those of one set-up beside each other. */
export const scenarios: readonly Scenario[] = [
  noSwitch(2),
  lvsPlanned(2),
  noSwitch(85),
  lvsPlanned(85),
  lvsKeepalivedPlanned(2),
  lvsKeepalivedCutOff(2),
  keepalivedPlanned(2),
  keepalivedCutOff(2, 1),
  keepalivedCutOff(2, 0.1),
];
