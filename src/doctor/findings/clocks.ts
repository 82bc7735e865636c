import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { findingOf } from './setting.ts';

/** Milliseconds by which clocks may differ. */
const tolerance = 1000;

/** A clock that differs from that of the router before. */
export function clockFindings(router: Examined, { routers }: Examination): Finding[] {
  const [first] = routers;
  if (first === undefined || first === router || first.clock === null || router.clock === null) return [];
  const ahead = router.clock.ahead - first.clock.ahead;
  const certain = Math.abs(ahead) - router.clock.uncertainty - first.clock.uncertainty;
  if (certain <= tolerance) return [];
  const seconds = (Math.abs(ahead) / 1000).toFixed(1);
  return [
    findingOf({
      id: 'clock-differs',
      severity: 'warning',
      what: `the clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} that of ${first.name}`,
      why: 'what the two write down cannot be put in order: logs, edits, decisions of the monitor',
      mend: router.systemd ? 'timedatectl set-ntp true' : 'chronyd -q "pool pool.ntp.org iburst"',
    }),
  ];
}
