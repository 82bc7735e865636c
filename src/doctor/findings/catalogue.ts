import type { Examination, Examined } from '../model/examination.ts';
import { type Finding, severities } from '../model/finding.ts';
import { clockFindings } from './clocks.ts';
import { deviceFindings } from './devices.ts';
import { electionFindings } from './election.ts';
import { firewallFindings } from './firewall.ts';
import { ipvsSettingFindings } from './ipvs-settings.ts';
import { kernelFindings } from './kernel.ts';
import { lvmFindings } from './lvm.ts';
import { managerFindings } from './managers.ts';
import { masqueradingFindings } from './masquerading.ts';
import { monitorUnitFindings } from './monitor-unit.ts';
import { networkingFindings } from './networking.ts';
import { overriddenFindings } from './overridden.ts';
import { realServerFindings } from './real-servers.ts';
import { returnPathFindings } from './return-path.ts';
import { roleFindings } from './roles.ts';
import { syncFindings } from './sync.ts';
import { toolFindings } from './tools.ts';
import { unusableFindings } from './unusable.ts';
import { wireFindings } from './wire.ts';

/** Everything that can be found, what others follow from first. */
const catalogue: readonly ((router: Examined, examination: Examination) => Finding[])[] = [
  toolFindings,
  kernelFindings,
  deviceFindings,
  roleFindings,
  unusableFindings,
  wireFindings,
  electionFindings,
  networkingFindings,
  overriddenFindings,
  firewallFindings,
  syncFindings,
  returnPathFindings,
  realServerFindings,
  ipvsSettingFindings,
  clockFindings,
  lvmFindings,
  managerFindings,
  monitorUnitFindings,
  masqueradingFindings,
];

/** What is wrong with a router, worst first. */
export function findingsOn(router: Examined, examination: Examination): Finding[] {
  const all = catalogue.flatMap((find) => find(router, examination));
  return severities.flatMap((severity) => all.filter((finding) => finding.severity === severity));
}
