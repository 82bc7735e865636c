import { setTimeout as sleep } from 'node:timers/promises';
import { idOptions } from '../grammar/ipvsadm-commands.ts';
import { parseListing } from '../grammar/listing.ts';
import type { Cluster, DeclaredVirtualServer } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { keyOfVirtualServer } from '../model/identity.ts';
import { runOrFail } from '../router/read.ts';
import { type Connect, type Connections, openSession, withConnections } from './connect.ts';
import { withInterrupts } from './interrupts.ts';
import { roleConflict, unreachableRouters } from './refusals.ts';
import { survey } from './survey.ts';

export interface Draining {
  readonly reals: readonly { readonly server: DeclaredVirtualServer; readonly realKey: string }[];
  /** The router to count on; null: the active one. */
  readonly on: string | null;
  /** Seconds. */
  readonly timeout: number;
  /** Called with the number of connections that remain, whenever that was read. */
  readonly progress: (remaining: number) => void;
  readonly connect?: Connect;
}

const secondsBetweenReads = 1;

/**
 * Waits until the active router has no connection to the real servers any more, or until time is up. Returns the number of
 * connections that remain. Throws `interrupted`: the real servers stay drained all the same.
 */
export function waitUntilDrained(cluster: Cluster, draining: Draining): Promise<number> {
  const { connect = openSession, timeout, progress, on } = draining;
  return withInterrupts((signal) =>
    withConnections(cluster, on, connect, async (connections) => {
      const until = Date.now() + timeout * 1000;
      const count = await counter(cluster, connections, draining);
      for (;;) {
        const remaining = await count();
        progress(remaining);
        if (remaining === 0 || Date.now() >= until) return remaining;
        await sleep(secondsBetweenReads * 1000, null, { signal }).catch(() => {});
        if (signal.aborted) throw stillDrained(remaining);
      }
    }),
  );
}

/** Counts on the active router, or on the one that was named. Throws where none can be told to be active. */
async function counter(
  cluster: Cluster,
  connections: Connections,
  { reals, on }: Draining,
): Promise<() => Promise<number>> {
  const { routers } = await survey(cluster, connections);
  const active = on === null ? routers.find(({ role }) => role === 'active') : routers[0];
  if (active === undefined) {
    const missing = unreachableRouters(connections.unreachable, connections.connected);
    throw missing ?? roleConflict(routers) ?? new LvsError('refused', 'no router is active: nothing can be counted');
  }
  return async () => {
    const counts = reals.map(async ({ server, realKey }) => {
      const text = await runOrFail(active.runner, active.name, ['ipvsadm', '-Ln', ...idOptions(server.id)]);
      const real = parseListing(text).get(keyOfVirtualServer(server.id))?.realServers.get(realKey);
      return (real?.activeConnections ?? 0) + (real?.inactiveConnections ?? 0);
    });
    return (await Promise.all(counts)).reduce((sum, number) => sum + number, 0);
  };
}

function stillDrained(remaining: number): LvsError {
  const connections = remaining === 1 ? 'connection remains' : 'connections remain';
  return new LvsError('interrupted', `interrupted: it stays drained; ${remaining} ${connections}`, {
    hint: '"lvs real enable" brings it back',
  });
}
