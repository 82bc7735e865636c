import type { Cluster } from '../model/cluster.ts';
import type { Warnings } from './warnings.ts';

/** What a table of rules cannot say. */
export function lossesBesideRules(cluster: Cluster, warnings: Warnings): void {
  lostNames(cluster, warnings);
  lostStates(cluster, warnings);
  lostMonitoring(cluster, warnings, () => true);
  const sections = [
    cluster.routers.length > 0 && 'routers',
    cluster.public && 'public',
    cluster.private && 'private',
    cluster.sync && 'sync',
    cluster.timeouts && 'timeouts',
    cluster.settings.size > 0 && 'settings',
  ].filter((name) => typeof name === 'string');
  if (sections.length > 0) warnings.add(null, sections.join(', '), 'rules alone are written: none of this is in them');
}

function lostNames({ virtualServers }: Cluster, warnings: Warnings): void {
  if (virtualServers.length > 0) warnings.add(null, 'names', 'virtual servers have none here but their addresses');
}

/** What is declared and not in the kernel, or with another weight there. */
export function lostStates({ virtualServers }: Cluster, warnings: Warnings): void {
  for (const { name, enabled, load, realServers } of virtualServers) {
    if (!enabled) warnings.add(null, `${name}: state: disabled`, 'not written: it is not in the kernel');
    for (const { address, weight, drain } of realServers) {
      if (!drain || !enabled) continue;
      warnings.add(null, `${name}: ${address}: state: drain`, `written with weight 0; its own, ${weight}, is lost`);
    }
    if (enabled && load !== null) {
      warnings.add(
        null,
        `${name}: load`,
        "weights stay as they are written, 100 times the stated ones as in lvs's kernel",
      );
    }
  }
}

/** @param concerns whether a virtual server's checks are lost */
export function lostMonitoring(
  { virtualServers }: Cluster,
  warnings: Warnings,
  concerns: (name: string) => boolean,
): void {
  for (const { name, check, sorryServer } of virtualServers) {
    if (!concerns(name)) continue;
    if (check !== null) warnings.add(null, `${name}: check`, 'nobody checks its real servers');
    if (sorryServer !== null)
      warnings.add(null, `${name}: sorry-server`, 'nobody puts it in when all real servers are down');
  }
}
