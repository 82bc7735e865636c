import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { findingOf } from './setting.ts';

/** A unit of the monitor that an earlier version wrote, or somebody's own: what its sandbox forbids is found out as servers go down. */
export function monitorUnitFindings({ monitorUnit }: Examined, { cluster }: Examination): Finding[] {
  if (monitorUnit === null) return [];
  const { path, capabilities, calls } = monitorUnit;
  const hasPrograms = [...cluster.virtualServers.values()].some(({ check }) => check?.type === 'exec');
  const mend = `lvs export systemd > ${ownUnit} && systemctl daemon-reload && systemctl try-restart lvs-monitor`;
  const unit = path === '' ? 'lvs-monitor.service' : path;
  const findings: Finding[] = [];
  if (hasPrograms && !capabilities.includes('cap_net_raw'))
    findings.push(
      findingOf({
        id: 'monitor-unit',
        severity: 'warning',
        what: `${unit} gives programs of exec checks no CAP_NET_RAW`,
        why: 'a program that runs ping fails there, and its real servers get weight 0',
        mend,
      }),
    );
  if (calls.length > 0 && !calls.includes('pkey_alloc'))
    findings.push(
      findingOf({
        id: 'monitor-unit',
        severity: 'warning',
        what: `${unit} does not allow pkey_alloc(2)`,
        why: 'official builds of Node call it when they start, and are killed',
        mend,
      }),
    );
  return findings;
}

const ownUnit = '/etc/systemd/system/lvs-monitor.service';
