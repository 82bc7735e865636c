import { returnPathNotes } from '../../model/return-path.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { findingOf } from './setting.ts';

/** A pair whose real servers have no default gateway that moves with the active router; told once. */
export function returnPathFindings(router: Examined, { cluster, routers }: Examination): Finding[] {
  if (routers[0] !== router) return [];
  return returnPathNotes(cluster).map((note) => {
    const [what = '', why = ''] = note.split(/: (?=after)| \(declare/);
    return findingOf({
      id: 'no-nat-router',
      severity: 'problem',
      what,
      why,
      mend: 'lvs validate # after "private: { device: DEVICE, nat-router: ADDRESS }" in lvs.yaml',
    });
  });
}
