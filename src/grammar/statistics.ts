import { keyOfRealServer } from '../model/identity.ts';
import { type Line, unreadable, wholeNumber } from './lines.ts';
import { listingBlocks } from './listing-blocks.ts';

/** Since the counters were last set to zero; from `--rate`, a second. */
export interface Counters {
  readonly connections: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface VirtualServerStatistics {
  readonly total: Counters;
  /** By keyOfRealServer. */
  readonly realServers: ReadonlyMap<string, Counters>;
}

const source = 'ipvsadm -Ln --stats --exact';

/**
 * Reads `ipvsadm -Ln --stats --exact` and `ipvsadm -Ln --rate --exact`, whole or of one virtual server. Without `--exact`
 * large numbers are shortened (`12345K`), and refused here.
 * @returns by keyOfVirtualServer
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseStatistics(text: string): Map<string, VirtualServerStatistics> {
  return new Map(
    listingBlocks(text, source).map(({ key, line, columns, realServers }) => [
      key,
      {
        total: readCounters(line, columns),
        realServers: new Map(realServers.map((row) => [keyOfRealServer(row), readCounters(row.line, row.columns)])),
      },
    ]),
  );
}

function readCounters(line: Line, columns: readonly string[]): Counters {
  const [connections, packetsIn, packetsOut, bytesIn, bytesOut] = columns.map(wholeNumber);
  if (connections == null || packetsIn == null || packetsOut == null || bytesIn == null || bytesOut == null) {
    throw unreadable(source, line, 'connections, packets in and out, bytes in and out, in full digits');
  }
  return { connections, packetsIn, packetsOut, bytesIn, bytesOut };
}
