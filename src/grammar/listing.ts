import { keyOfRealServer } from '../model/identity.ts';
import { familyOf } from '../model/ip.ts';
import type { RealServer, VirtualServer } from '../model/state.ts';
import { unreadable, wholeNumber } from './lines.ts';
import { type ListedRow, type ListingBlock, listingBlocks } from './listing-blocks.ts';
import { parseNetmask } from './netmask.ts';
import { parseFlags } from './scheduler-flags.ts';

/** What `ipvsadm -Ln` says of a real server: no tunnel options, no thresholds. */
export interface ListedRealServer extends Pick<RealServer, 'address' | 'port' | 'forward' | 'weight'> {
  /** TCP connections that are established, and the like of other protocols. */
  readonly activeConnections: number;
  readonly inactiveConnections: number;
}

/** What `ipvsadm -Ln` says of a virtual server. A persistence engine without persistence is not shown: null then. */
export interface ListedVirtualServer extends Omit<VirtualServer, 'realServers'> {
  /** By keyOfRealServer. */
  readonly realServers: ReadonlyMap<string, ListedRealServer>;
}

const source = 'ipvsadm -Ln';
const forwards = new Map<string | undefined, RealServer['forward']>([
  ['Masq', 'masq'],
  ['Route', 'direct'],
  ['Tunnel', 'tunnel'],
  ['Local', 'local'],
]);

/**
 * Reads `ipvsadm -Ln`, whole or of one virtual server. Words that it does not know at the end of a line are passed over.
 * @returns by keyOfVirtualServer
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseListing(text: string): Map<string, ListedVirtualServer> {
  return new Map(listingBlocks(text, source).map((block) => [block.key, readVirtualServer(block)]));
}

function readVirtualServer(block: ListingBlock): ListedVirtualServer {
  return {
    ...parseSettings(block),
    realServers: new Map(block.realServers.map((row) => [keyOfRealServer(row), readRealServer(row)])),
  };
}

type Heading = Pick<ListingBlock, 'id' | 'line' | 'columns'>;

/** A virtual server's own line. */
export function parseSettings(block: Heading): Omit<ListedVirtualServer, 'realServers'> {
  const [scheduler, ...words] = block.columns;
  if (scheduler === undefined) throw unreadable(source, block.line, 'a scheduler after the address');
  const flags = /^\((.*)\)$/.exec(words[0] ?? '');
  const persistent = readPersistence(block, words);
  return {
    id: block.id,
    scheduler,
    flags: flags ? parseFlags(scheduler, flags[1] ?? '') : [],
    persistent: persistent ? persistent.seconds : null,
    netmask: persistent ? persistent.netmask : null,
    persistenceEngine: wordAfter('pe', words) ?? null,
    onePacket: words.includes('ops'),
  };
}

function readPersistence({ id, line }: Heading, words: readonly string[]) {
  if (!words.includes('persistent')) return null;
  const seconds = wholeNumber(wordAfter('persistent', words));
  const mask = wordAfter('mask', words);
  const family = 'fwmark' in id ? id.family : familyOf(id.address);
  const netmask = mask === undefined ? null : parseNetmask(mask, family);
  if (seconds === null || netmask === undefined) throw unreadable(source, line, 'persistent SECONDS [mask NETMASK]');
  return { seconds, netmask };
}

function wordAfter(word: string, words: readonly string[]): string | undefined {
  const index = words.indexOf(word);
  return index < 0 ? undefined : words[index + 1];
}

function readRealServer({ address, port, line, columns }: ListedRow): ListedRealServer {
  const forward = forwards.get(columns[0]);
  const [weight, activeConnections, inactiveConnections] = columns.slice(1).map(wholeNumber);
  if (forward === undefined || weight == null || activeConnections == null || inactiveConnections == null) {
    throw unreadable(source, line, 'Masq, Route, Tunnel or Local, then weight, active and inactive connections');
  }
  return { address, port, forward, weight, activeConnections, inactiveConnections };
}
