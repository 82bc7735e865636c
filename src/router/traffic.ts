import { type ListedVirtualServer, parseListing } from '../grammar/listing.ts';
import { parseStatistics, type VirtualServerStatistics } from '../grammar/statistics.ts';
import { runOrFail } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** What a router's IPVS table carries at the moment; by key of the virtual server. */
export interface Traffic {
  readonly listing: ReadonlyMap<string, ListedVirtualServer>;
  /** Null unless asked for. */
  readonly statistics: ReadonlyMap<string, VirtualServerStatistics> | null;
}

/** Reads the numbers of connections, and with `statistics` the counters. Throws `read-failed`. */
export async function readTraffic(runner: Runner, router: string, statistics: boolean): Promise<Traffic> {
  const [listing, counters] = await Promise.all([
    runOrFail(runner, router, ['ipvsadm', '-Ln']),
    statistics ? runOrFail(runner, router, ['ipvsadm', '-Ln', '--stats', '--exact']) : null,
  ]);
  return { listing: parseListing(listing), statistics: counters === null ? null : parseStatistics(counters) };
}
