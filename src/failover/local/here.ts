import type { Cluster } from '../../model/cluster.ts';
import { LvsError } from '../../model/errors.ts';
import { thisRouter } from '../../router/locate.ts';

/** The name of the router that this machine is; null: the configuration has no routers. Throws `refused` where it is none of them. */
export function requireHere(cluster: Cluster): string | null {
  if (cluster.routers.length === 0) return null;
  const here = thisRouter(cluster);
  if (here !== null) return here.name;
  const names = cluster.routers.map(({ name }) => name).join(' and ');
  throw new LvsError('refused', `this machine is none of the routers (${names}); nothing was run`, {
    hint: 'run it on a router; where neither its host name nor its ssh address shows which one that is, set $LVS_ROUTER',
  });
}
