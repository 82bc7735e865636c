import type { DeclaredVirtualServer } from '../model/cluster.ts';

/** Whether a monitor has anything to decide about it. */
export function isMonitored({ enabled, check, load }: DeclaredVirtualServer): boolean {
  return enabled && (check !== null || load !== null);
}
