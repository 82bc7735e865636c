import type { Occupancy } from '../model/draining.ts';
import { keyOfRealServer } from '../model/identity.ts';
import { unreadable, wholeNumber } from './lines.ts';
import { type ListedRow, listingBlocks } from './listing-blocks.ts';

const source = 'ipvsadm -Ln --persistent-conn';

/**
 * Reads `ipvsadm -Ln --persistent-conn`, whole or of one virtual server.
 * @returns by keyOfVirtualServer, then by keyOfRealServer
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseOccupancy(text: string): Map<string, Map<string, Occupancy>> {
  return new Map(
    listingBlocks(text, source).map(({ key, realServers }) => [
      key,
      new Map(realServers.map((row) => [keyOfRealServer(row), readRow(row)])),
    ]),
  );
}

function readRow({ line, columns }: ListedRow): Occupancy {
  const [weight, templates, active, inactive] = columns.map(wholeNumber);
  if (weight == null || templates == null || active == null || inactive == null) {
    throw unreadable(source, line, 'weight, then persistent, active and inactive connections');
  }
  return { weight, active, inactive, templates };
}
