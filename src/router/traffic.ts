import { requireListing } from '../grammar/lines.ts';
import { type ListedVirtualServer, parseListing } from '../grammar/listing.ts';
import { parseStatistics, type VirtualServerStatistics } from '../grammar/statistics.ts';
import { runOrFail, understood } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** What a router's IPVS table carries at the moment; by key of the virtual server. */
export interface Traffic {
  readonly listing: ReadonlyMap<string, ListedVirtualServer>;
  /** Null unless asked for. */
  readonly statistics: ReadonlyMap<string, VirtualServerStatistics> | null;
  /** A second, as the kernel estimates them over the last few seconds; null unless asked for. */
  readonly rates: ReadonlyMap<string, VirtualServerStatistics> | null;
}

/** What is to be read beside the numbers of connections. */
export interface WantedTraffic {
  readonly statistics: boolean;
  readonly rates: boolean;
}

/**
 * Reads the numbers of connections, the counters and the rates. The rates are the kernel's own estimate: one reading has them,
 * where the counters would have to be read twice. Throws `read-failed`.
 */
export async function readTraffic(
  runner: Runner,
  router: string,
  { statistics, rates }: WantedTraffic,
): Promise<Traffic> {
  const read = async (...words: string[]) => {
    const argv = ['ipvsadm', '-Ln', ...words];
    const text = await runOrFail(runner, router, argv);
    await understood(router, () => requireListing(text, argv.join(' ')));
    return text;
  };
  const [listing, counters, estimates] = await Promise.all([
    read(),
    statistics ? read('--stats', '--exact') : null,
    rates ? read('--rate', '--exact') : null,
  ]);
  return understood(router, () => ({
    listing: parseListing(listing),
    statistics: counters === null ? null : parseStatistics(counters),
    rates: estimates === null ? null : parseStatistics(estimates),
  }));
}
