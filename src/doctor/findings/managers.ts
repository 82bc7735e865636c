import { shellWords } from '../../grammar/shell.ts';
import type { ManagedDevice } from '../../model/managed-device.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { findingOf } from './setting.ts';

/** A service that manages a device may remove addresses of others from it; keepalived enables its own again. */
export function managerFindings({ managed }: Examined, { cluster }: Examination): Finding[] {
  const isManual = cluster.failover.engine === 'manual';
  return managed
    .filter(({ keeps }) => !keeps)
    .map((found) =>
      findingOf({
        id: 'managed-device',
        severity: isManual ? 'warning' : 'note',
        what: `${found.manager} manages ${found.device}`,
        why: isManual
          ? `${removing(found)} removes the floating addresses, and nothing enables them again (engine: manual)`
          : `${removing(found)} removes floating addresses: keepalived enables them again within seconds`,
        mend: remedy(found),
      }),
    );
}

function removing({ device, manager }: ManagedDevice): string {
  switch (manager) {
    case 'ifupdown':
      return `"ifdown ${device}" (and so a restart of networking.service)`;
    case 'NetworkManager':
      return `activating its connection on ${device} anew ("nmcli connection up", "nmcli device reapply")`;
    case 'systemd-networkd':
      return `"networkctl reconfigure ${device}" or a restart of systemd-networkd`;
  }
}

function remedy({ device, manager, file }: ManagedDevice): string {
  switch (manager) {
    case 'ifupdown':
      return 'lvs apply # after each "ifup"; "failover: { engine: keepalived }" in lvs.yaml does it by itself';
    case 'NetworkManager':
      return `nmcli device set ${device} managed no # or "lvs apply" each time; "failover: { engine: keepalived }" does it by itself`;
    case 'systemd-networkd': {
      if (file === null) return `networkctl status ${device} # and KeepConfiguration=static in its .network file`;
      const folder = `/etc/systemd/network/${file.replace(/^.*\//, '')}.d`;
      const write = [
        shellWords(['mkdir', '-p', folder]),
        `printf '[Network]\\nKeepConfiguration=static\\n' >${shellWords([`${folder}/10-lvs.conf`])}`,
      ];
      return [...write, 'networkctl reload'].join(' && ');
    }
  }
}
