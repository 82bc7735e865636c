import { clusterOf } from '../config/config.ts';
import { messageOf, pathText } from '../config/mistake.ts';
import type { RouterSpec } from '../config/schema.ts';
import { settingsToRead } from '../formats/live/globals.ts';
import type { LiveRouter } from '../formats/live/router.ts';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { familyOf } from '../model/ip.ts';
import { settingsOf } from '../plan/desired.ts';
import { readRouter, type Wanted } from '../router/read.ts';
import { type Connect, type Connected, openSession, withConnections } from './connect.ts';
import { unreachableRouters } from './refusals.ts';
import { requireTools } from './safety.ts';

/** A router that is to be read, before there is a configuration. */
export interface NamedRouter {
  readonly name: string;
  readonly spec: RouterSpec;
}

/**
 * Reads all that a configuration could say of the routers; without any named, of this machine.
 * @throws LvsError invalid-input where they cannot be routers; unreachable, refused, read-failed
 */
export function readLiveRouters(
  routers: readonly NamedRouter[],
  connect: Connect = openSession,
): Promise<LiveRouter[]> {
  return withConnections(clusterWith(routers), null, connect, async ({ connected, unreachable }) => {
    const refusal = unreachableRouters(unreachable, connected);
    if (refusal !== null) throw refusal;
    requireTools(connected);
    return Promise.all(connected.map((router) => readOne(router, routers)));
  });
}

function clusterWith(routers: readonly NamedRouter[]): Cluster {
  const found = clusterOf({ routers: Object.fromEntries(routers.map(({ name, spec }) => [name, spec])) });
  if ('cluster' in found) return found.cluster;
  const details = found.mistakes.map((mistake) => ({ message: messageOf(mistake, pathText(mistake.path)) }));
  throw new LvsError('invalid-input', '--on: these cannot be routers', { details });
}

const everything: Wanted = { rules: 'whole', settings: settingsToRead, timeouts: true, syncDaemons: true, files: [] };

async function readOne({ name, runner, facts }: Connected, routers: readonly NamedRouter[]): Promise<LiveRouter> {
  const { state } = await readRouter(runner, name, everything);
  // What IPv6 addresses need is known only now.
  const needed = state.addresses
    .filter(({ address }) => familyOf(address) === 'ipv6')
    .flatMap((held) => settingsOf({ ...held, role: 'virtual-server' }).map(([setting]) => setting));
  const more = needed.length === 0 ? null : await readRouter(runner, name, { ...nothing, settings: new Set(needed) });
  return {
    name,
    spec: routers.find((router) => router.name === name)?.spec ?? null,
    rivals: facts.rivals,
    state: { ...state, settings: new Map([...state.settings, ...(more?.state.settings ?? [])]) },
  };
}

const nothing: Wanted = { rules: 'none', settings: [], timeouts: false, syncDaemons: false, files: [] };
