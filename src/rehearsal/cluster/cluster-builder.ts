import { join } from 'node:path';
import type { Topology } from '../topology/topology.ts';
import { clusterDirectory } from './cluster-directory.ts';
import { identityIn, makeIdentity } from './identity.ts';
import { buildNetworks } from './network.ts';
import { type Programs, writeRouterPrograms } from './programs.ts';
import { RehearsalCluster } from './rehearsal-cluster.ts';
import { startStandIn } from './stand-ins.ts';

export interface ClusterPlan {
  readonly topology: Topology;
  readonly programs: Programs;
}

/**
 * Builds the cluster out of network namespaces: networks, client, routers with their sshd, and the real servers' stand-ins.
 * It has to run as root inside the rehearsal kernel. When it returns, everything answers, and nothing has been configured.
 *
 * @param configFile text of the lvs.yaml that every router has in /etc/lvs
 */
export async function buildCluster(plan: ClusterPlan, configFile: string): Promise<RehearsalCluster> {
  const { topology, programs } = plan;
  const cluster = attachCluster(plan);
  await Promise.all([
    makeIdentity(identityIn(join(clusterDirectory, 'keys')), topology.routers),
    writeRouterPrograms(join(clusterDirectory, 'programs'), programs),
    buildNetworks(topology),
  ]);
  await Promise.all([
    ...topology.realServers.map((host) => startStandIn(cluster.host(host.name), host, programs)),
    ...topology.routers.map(({ name }) => cluster.installRouter(name, configFile)),
  ]);
  return cluster;
}

/** The cluster that another process of the same kernel has built. */
export function attachCluster({ topology, programs }: ClusterPlan): RehearsalCluster {
  return new RehearsalCluster(topology, programs, {
    identity: identityIn(join(clusterDirectory, 'keys')),
    placeOf: (name) => ({
      name,
      disk: join(clusterDirectory, 'disks', name),
      programs: join(clusterDirectory, 'programs'),
    }),
  });
}
