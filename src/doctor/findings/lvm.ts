import type { Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { findingOf } from './setting.ts';

/** LVM's command of the same name, where it comes first. Ours hands over to it, the other way round it does not. */
export function lvmFindings({ lvs }: Examined): Finding[] {
  const [first] = lvs;
  const ours = lvs.find(({ isLvm }) => !isLvm);
  if (first?.isLvm !== true || ours === undefined) return [];
  return [
    findingOf({
      id: 'lvm-first',
      severity: 'warning',
      what: `"lvs" is LVM's ${first.path} here, which comes before ${ours.path}`,
      why: "the command lvs is LVM's; the other way round, our lvs hands over what is meant for LVM",
      mend: `ln -s ${ours.path} /usr/local/sbin/lvs # or type lvsadm`,
    }),
  ];
}
