import { familyOf, fullPrefix } from '../model/ip.ts';
import type { CallerReport } from './report.ts';
import { subnetWithPrefix } from './topology/subnets.ts';
import type { Caller, Persistence } from './topology/topology.ts';

/** Who stays together under persistence: one client, the clients of one network, or one call. */
export function groupOf({ prefix }: Persistence, { address, call }: Caller): string {
  if (call !== null) return call;
  return prefix === null || prefix === fullPrefix(familyOf(address)) ? address : subnetWithPrefix(address, prefix);
}

/** Groups of clients that more than one real server answered, which persistence has to keep from happening. */
export function scattered(callers: readonly CallerReport[]): string[] {
  const byGroup = realServersByGroup(callers);
  return [...byGroup].filter(([, realServers]) => realServers.size > 1).map(([group]) => group);
}

/** Whether every group of clients that was answered before is still with its real server. */
export function keptAcross(before: readonly CallerReport[], after: readonly CallerReport[]): boolean {
  const now = realServersByGroup(after);
  return [...realServersByGroup(before)].every(
    ([group, realServers]) => [...realServers].join() === [...(now.get(group) ?? [])].join(),
  );
}

function realServersByGroup(callers: readonly CallerReport[]): Map<string, Set<string>> {
  const byGroup = new Map<string, Set<string>>();
  for (const { group, answeredBy } of callers) {
    const realServers = byGroup.get(group) ?? new Set();
    byGroup.set(group, realServers);
    for (const realServer of answeredBy) realServers.add(realServer);
  }
  return byGroup;
}
