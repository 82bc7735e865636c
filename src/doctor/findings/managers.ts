import type { Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { findingOf } from './setting.ts';

/** Whoever manages a device may remove addresses of others from it. */
export function managerFindings({ managed }: Examined): Finding[] {
  return managed.map(({ device, manager }) =>
    findingOf({
      id: 'managed-device',
      severity: 'note',
      what: `${manager} manages ${device}`,
      why: 'it may remove floating addresses when it starts anew, or look for duplicates of them',
      mend:
        manager === 'NetworkManager'
          ? `nmcli device set ${device} managed no`
          : `networkctl edit ${device} # [Network] KeepConfiguration=yes`,
    }),
  );
}
