import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { floatingOf, holds } from './declared.ts';
import { findingOf } from './setting.ts';

/** Addresses that two routers hold, or none. */
export function roleFindings(router: Examined, examination: Examination): Finding[] {
  const floating = floatingOf(router);
  const holdsAny = (each: Examined) => floating.some(({ address }) => holds(each, address));
  const holders = examination.routers.filter(holdsAny);
  if (holders.length > 1 && holders.includes(router)) {
    return [
      findingOf({
        id: 'both-hold',
        severity: 'problem',
        what: `${holders.map(({ name }) => name).join(' and ')} both have floating addresses`,
        why: 'clients and real servers come to whichever answers first, and connections break',
        mend: `lvs failover --to ${holders[0]?.name}`,
      }),
    ];
  }
  const isComplete = examination.routers.length >= Math.max(1, examination.cluster.routers.length);
  const isFirst = examination.routers[0] === router;
  if (holders.length > 0 || floating.length === 0 || !isComplete || !isFirst || router.state === null) return [];
  return [
    findingOf({
      id: 'nobody-holds',
      severity: 'problem',
      what: 'no router holds the floating addresses',
      why: 'nothing is served',
      mend: 'lvs apply',
    }),
  ];
}
