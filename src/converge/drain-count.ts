import type { NamedReal } from '../config/select.ts';
import type { Cluster } from '../model/cluster.ts';
import { nothing, quiescentSetting } from '../model/draining.ts';
import { LvsError } from '../model/errors.ts';
import { keyOfVirtualServer } from '../model/identity.ts';
import { type Found, readRemains } from '../router/remains.ts';
import type { Connections } from './connect.ts';
import { type Survey, type Surveyed, survey } from './survey.ts';

export interface Counted {
  readonly router: string;
  /** In the order of the real servers. */
  readonly found: readonly Found[];
}

/** Why nothing can be counted. */
export interface Blind {
  readonly reason: string;
  /** Whether other connections are needed. */
  readonly lost: boolean;
}

/**
 * Counts what remains of real servers on the active router, or on the one called `on`. Reads no more than that takes, for it is
 * done every second. Throws `read-failed`.
 */
export async function countRemains(
  cluster: Cluster,
  connections: Connections,
  reals: readonly NamedReal[],
  on: string | null,
): Promise<Counted | Blind> {
  const { routers } = await survey(cluster, connections, () => watched);
  const active = on === null ? routers.find(({ role }) => role === 'active') : routers[0];
  if (active === undefined) return whyBlind(routers, connections);
  const bound = active.live.settings.get(quiescentSetting) === '0';
  const servers = [...new Set(reals.map(({ server }) => server))];
  const found = new Map(
    await Promise.all(
      servers.map(async (server) => {
        const keys = reals.filter((real) => real.server === server).map(({ realKey }) => realKey);
        // One that is disabled is not in the kernel, and its real servers have no clients.
        const each: readonly Found[] = server.enabled
          ? await readRemains(active.runner, active.name, server, keys, bound)
          : keys.map(() => ({ weight: 0, remains: nothing }));
        return [server, new Map(keys.map((key, index) => [key, each[index] ?? 'gone']))] as const;
      }),
    ),
  );
  return {
    router: active.name,
    found: reals.map(({ server, realKey }) => found.get(server)?.get(realKey) ?? 'gone'),
  };
}

/**
 * Throws `stale` where one of the real servers has a weight on a router that clients come to: since they were seen to be
 * drained, somebody else gave it one.
 */
export function requireDrained(reals: readonly NamedReal[]): (survey: Survey) => void {
  return ({ routers }) => {
    for (const { name, role, live } of routers) {
      for (const { server, realKey } of role === 'backup' ? [] : reals) {
        const weight = live.virtualServers.get(keyOfVirtualServer(server.id))?.realServers.get(realKey)?.weight ?? 0;
        if (weight === 0) continue;
        throw new LvsError(
          'stale',
          `${realKey} of ${server.name} has weight ${weight} on ${name} again; nothing is removed`,
          {
            details: [{ router: name, message: `${realKey} has weight ${weight}` }],
            hint: 'another user enabled it meanwhile',
          },
        );
      }
    }
  };
}

const watched = {
  rules: 'none',
  settings: [quiescentSetting],
  timeouts: false,
  syncDaemons: false,
  files: [],
  election: false,
} as const;

function whyBlind(routers: readonly Surveyed[], { unreachable }: Connections): Blind {
  const [missing] = unreachable;
  if (missing !== undefined) return { reason: `${missing.name} cannot be reached: ${missing.reason}`, lost: true };
  const holders = routers.filter(({ role }) => role === 'conflict').map(({ name }) => name);
  const who = holders.length > 0 ? `${holders.join(' and ')} both have floating addresses` : 'no router is active';
  return { reason: who, lost: false };
}
