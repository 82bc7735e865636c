import type { Cluster, Router } from '../model/cluster.ts';

/**
 * The devices of a router on which `clusters` declare each floating address, those of disabled virtual servers included; null is
 * this machine alone.
 */
export function placesOf(router: Router | null, ...clusters: readonly Cluster[]): Map<string, ReadonlySet<string>> {
  const places = new Map<string, Set<string>>();
  const add = (address: string, device: string | undefined) => {
    if (device === undefined) return;
    const there = router?.devices.get(device) ?? device;
    places.set(address, (places.get(address) ?? new Set()).add(there));
  };
  for (const { virtualServers, ...cluster } of clusters) {
    for (const server of virtualServers)
      for (const address of server.floating) add(address, server.device ?? cluster.public?.device);
    for (const { address } of cluster.private?.natRouters ?? []) add(address, cluster.private?.device);
  }
  return places;
}
