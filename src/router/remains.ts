import { idOptions } from '../grammar/ipvsadm-commands.ts';
import { incomplete, requireListing } from '../grammar/lines.ts';
import { parseOccupancy } from '../grammar/occupancy.ts';
import { connectionTable, openEntries } from '../grammar/open-entries.ts';
import type { DeclaredVirtualServer } from '../model/cluster.ts';
import { type Occupancy, type Remains, remainsOf } from '../model/draining.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import { orLost } from './lost.ts';
import { successful, understood } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** What a router has of a real server; `gone` where the kernel does not know it. */
export type Found = { readonly weight: number; readonly remains: Remains } | 'gone';

/**
 * What remains of some of a virtual server's real servers, in the order of their keys.
 * @param bound whether templates count at weight 0
 * @throws LvsError `read-failed`
 */
export async function readRemains(
  runner: Runner,
  router: string,
  server: DeclaredVirtualServer,
  realKeys: readonly string[],
  bound: boolean,
): Promise<Found[]> {
  const listed = await readListing(runner, router, server);
  return Promise.all(
    realKeys.map(async (realKey) => {
      const occupancy = listed?.get(realKey);
      if (occupancy === undefined) return 'gone';
      const open = await countOpen(runner, router, server, realKey, occupancy);
      return { weight: occupancy.weight, remains: remainsOf(occupancy, open, bound) };
    }),
  );
}

async function readListing(
  runner: Runner,
  router: string,
  { id }: DeclaredVirtualServer,
): Promise<ReadonlyMap<string, Occupancy> | undefined> {
  const argv = ['ipvsadm', '-Ln', ...idOptions(id), '--persistent-conn'];
  const result = await orLost(router, 'read-failed', runner.run(argv));
  if (/no such service/i.test(result.stderr)) return undefined;
  return understood(router, () => {
    const text = successful(result, router, argv);
    requireListing(text, argv.join(' '));
    const listed = parseOccupancy(text).get(keyOfVirtualServer(id));
    if (listed === undefined) throw incomplete(argv.join(' '), 'without the virtual server');
    return listed;
  });
}

/** The whole connection table takes a while to read where it is long: it is looked at when nothing else holds the drain up. */
async function countOpen(
  runner: Runner,
  router: string,
  { id, realServers }: DeclaredVirtualServer,
  realKey: string,
  { active, inactive }: Occupancy,
): Promise<number> {
  const real = realServers.find((each) => keyOfRealServer(each) === realKey);
  if (real === undefined || inactive === 0) return 0;
  const entries = openEntries(id, real);
  if (entries === 'all') return inactive;
  if (entries === null || active > 0) return 0;
  const argv = ['grep', '-Ec', '-e', entries, connectionTable];
  const result = await orLost(router, 'read-failed', runner.run(argv));
  return result.status === 1 ? 0 : Number(successful(result, router, argv));
}
