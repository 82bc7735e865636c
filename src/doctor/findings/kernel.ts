import type { Cluster } from '../../model/cluster.ts';
import { holdModules } from '../../plan/left-behind.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { enabledServers } from './declared.ts';
import { findingOf } from './setting.ts';

/** Modules about which there is something to find. */
export function modulesToExamine(cluster: Cluster): string[] {
  const servers = cluster.virtualServers.filter(({ enabled }) => enabled);
  const engines = servers.flatMap(({ persistenceEngine }) => persistenceEngine ?? []);
  return [
    ...new Set([
      'ip_vs',
      ...servers.map(({ scheduler }) => `ip_vs_${scheduler}`),
      ...engines.map((engine) => `ip_vs_pe_${engine}`),
      ...(cluster.routers.length > 1 && cluster.sync !== null ? holdModules : []),
    ]),
  ];
}

/** What the kernel lacks, or has not loaded. */
export function kernelFindings(router: Examined, examination: Examination): Finding[] {
  const { kernel } = router;
  if (!kernel.ipvs) return [noIpvs(router)];
  const lacks = (module: string) => kernel.modules.get(module) === 'missing';
  const packages = `apt-get install linux-image-${kernel.release}`;
  const schedulers = enabledServers(examination).filter(({ scheduler }) => lacks(`ip_vs_${scheduler}`));
  const engines = enabledServers(examination).filter(({ persistenceEngine }) => lacks(`ip_vs_pe_${persistenceEngine}`));
  const hold = holdModules.filter(lacks);
  return [
    ...schedulers.map(({ name, scheduler }) =>
      findingOf({
        id: 'no-scheduler',
        severity: 'problem' as const,
        what: `the kernel has no scheduler ${scheduler}, which ${name} declares`,
        why: `"lvs apply" cannot make the virtual server ${name} here: "Scheduler or persistence engine not found"`,
        mend: `lvs vip set ${name} --scheduler wlc`,
      }),
    ),
    ...engines.map(({ name, persistenceEngine }) =>
      findingOf({
        id: 'no-persistence-engine',
        severity: 'problem' as const,
        what: `the kernel has no persistence engine ${persistenceEngine}, which ${name} declares`,
        why: `"lvs apply" cannot make the virtual server ${name} here`,
        mend: packages,
      }),
    ),
    ...(hold.length === 0
      ? []
      : [
          findingOf({
            id: 'no-hold',
            severity: 'note',
            what: `the kernel has no ${hold.join(', ')}`,
            why: 'a planned failover cannot hold new connections back: it resets those whose handshake it catches half-way',
            mend: packages,
          }),
        ]),
  ];
}

function noIpvs({ kernel }: Examined): Finding {
  const what = `the kernel ${kernel.release} has no IPVS`;
  const why = 'nothing is balanced here, and nothing can be';
  const severity = 'problem';
  if (kernel.modules.get('ip_vs') === 'missing') {
    return findingOf({ id: 'no-ipvs', severity, what, why, mend: `apt-get install linux-image-${kernel.release}` });
  }
  return {
    id: 'no-ipvs',
    severity,
    what: `${what} loaded`,
    why: 'nothing is balanced here until it is: "lvs apply" then makes the rules',
    mend: 'modprobe ip_vs',
    fix: { steps: [{ argv: ['modprobe', 'ip_vs'], undo: null }], settings: [], modules: ['ip_vs'] },
  };
}
