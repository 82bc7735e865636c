import type { Cluster } from '../model/cluster.ts';
import type { Warnings } from './warnings.ts';

/** What a table of rules cannot say. */
export function lossesBesideRules(cluster: Cluster, warnings: Warnings): void {
  if (cluster.virtualServers.length > 0) {
    warnings.add(null, 'names', 'virtual servers have none here but their addresses');
  }
  for (const { name, enabled, load, realServers } of cluster.virtualServers) {
    if (!enabled) warnings.add(null, `${name}: state: disabled`, 'not written: it is not in the kernel');
    else lostDrains(name, realServers, warnings);
    if (enabled && load !== null) {
      warnings.add(null, `${name}: load`, 'weights are 100 times the stated ones, as lvs has them in the kernel');
    }
  }
  lostMonitoring(cluster, warnings);
  const sections = [...sectionsBeside(cluster), cluster.public && 'public', cluster.private && 'private'];
  const lost = sections.filter((name) => name !== null);
  if (lost.length > 0) warnings.add(null, lost.join(', '), 'rules alone are written: none of this is in them');
}

/** Sections that other programs do not have. */
export function sectionsBeside({ routers, sync, timeouts, settings }: Cluster): string[] {
  return [
    routers.length > 0 ? 'routers' : null,
    sync && 'sync',
    timeouts && 'timeouts',
    settings.size > 0 ? 'settings' : null,
  ].filter((name) => name !== null);
}

/** A drained real server is one of weight 0 elsewhere. */
export function lostDrains(
  name: string,
  realServers: Cluster['virtualServers'][number]['realServers'],
  warnings: Warnings,
): void {
  for (const { address, weight, drain } of realServers) {
    if (drain)
      warnings.add(null, `${name}: ${address}: state: drain`, `written with weight 0; its own, ${weight}, is lost`);
  }
}

/** Where nobody checks anything. */
export function lostMonitoring({ virtualServers }: Cluster, warnings: Warnings): void {
  for (const { name, check, sorryServer } of virtualServers) {
    if (check !== null) warnings.add(null, `${name}: check`, 'its real servers are not checked');
    if (sorryServer !== null) warnings.add(null, `${name}: sorry-server`, 'it is not used when all are down');
  }
}
