import { type Connection, parseConnections } from '../grammar/connections.ts';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { runOrFail } from '../router/run-or-fail.ts';
import { type Connect, openSession, withConnections } from './connect.ts';
import { unreachableRouters } from './refusals.ts';
import { survey } from './survey.ts';

/** The connection table of the active router, or of the one called `on`. Throws `refused` where no router is active. */
export function readConnections(
  cluster: Cluster,
  { on, connect = openSession }: { on: string | null; connect?: Connect },
): Promise<{ router: string; connections: Connection[] }> {
  return withConnections(cluster, on, connect, async (connections) => {
    const { routers } = await survey(cluster, connections);
    const chosen = on === null ? routers.find(({ role }) => role === 'active') : routers[0];
    if (chosen === undefined) {
      const missing = unreachableRouters(connections.unreachable, connections.connected);
      throw missing ?? new LvsError('refused', 'no router is active alone', { hint: 'name one with --on ROUTER' });
    }
    const text = await runOrFail(chosen.runner, chosen.name, ['ipvsadm', '-Lcn']);
    return { router: chosen.name, connections: parseConnections(text) };
  });
}
