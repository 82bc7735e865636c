import { keyOfRealServer } from '../model/identity.ts';
import type { RealServer, VirtualServer } from '../model/state.ts';
import { unreadable, wholeNumber } from './lines.ts';
import { type ListedRow, listingBlocks } from './listing-blocks.ts';

export interface ListedThresholds extends Pick<RealServer, 'upperThreshold' | 'lowerThreshold'> {
  readonly activeConnections: number;
  readonly inactiveConnections: number;
}

/** By keyOfVirtualServer, then by keyOfRealServer. */
export type ThresholdTable = ReadonlyMap<string, ReadonlyMap<string, ListedThresholds>>;

const source = 'ipvsadm -Ln --thresholds';

/**
 * Reads `ipvsadm -Ln --thresholds`, whole or of one virtual server.
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseThresholds(text: string): ThresholdTable {
  return new Map(
    listingBlocks(text, source).map(({ key, realServers }) => [
      key,
      new Map(realServers.map((row) => [keyOfRealServer(row), readThresholds(row)])),
    ]),
  );
}

/**
 * The virtual servers of `ipvsadm -Sn` with the thresholds that it does not print. The two are read one after the other: a
 * real server that only one of them has came or went in between, and keeps its 0.
 */
export function withThresholds(
  saved: ReadonlyMap<string, VirtualServer>,
  thresholds: ThresholdTable,
): Map<string, VirtualServer> {
  const joined = new Map<string, VirtualServer>();
  for (const [key, virtualServer] of saved) {
    const listed = thresholds.get(key);
    const realServers = new Map<string, RealServer>();
    for (const [realKey, realServer] of virtualServer.realServers) {
      const { upperThreshold, lowerThreshold } = listed?.get(realKey) ?? realServer;
      realServers.set(realKey, { ...realServer, upperThreshold, lowerThreshold });
    }
    joined.set(key, { ...virtualServer, realServers });
  }
  return joined;
}

function readThresholds({ line, columns }: ListedRow): ListedThresholds {
  const [upperThreshold, lowerThreshold, activeConnections, inactiveConnections] = columns.map(wholeNumber);
  if (upperThreshold == null || lowerThreshold == null || activeConnections == null || inactiveConnections == null) {
    throw unreadable(source, line, 'upper and lower threshold, active and inactive connections');
  }
  return { upperThreshold, lowerThreshold, activeConnections, inactiveConnections };
}
