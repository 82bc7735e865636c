import { modprobe } from '../kernel/init-script.ts';
import { setUpOf } from '../topology/set-up.ts';
import type { Topology } from '../topology/topology.ts';
import { run } from './process.ts';

/** Loads the modules that the hosts of a cluster need besides those that are always there; returns those that the kernel lacks. */
export async function missingModules({ realServers, targets }: Topology): Promise<string[]> {
  const wanted = [
    ...realServers.flatMap((host) => setUpOf(host).modules),
    ...targets.flatMap(({ modules }) => modules),
  ];
  const modules = [...new Set(wanted)];
  const found = await Promise.all(modules.map(async (module) => (await run([modprobe, '-q', module])).status === 0));
  return modules.filter((_, index) => !found[index]);
}
