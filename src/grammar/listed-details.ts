import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { RealServer, VirtualServer } from '../model/state.ts';
import { unreadable } from './lines.ts';
import { parseSettings } from './listing.ts';
import type { ProcVirtualServer } from './proc-table.ts';
import { parseSocketAddress } from './socket-address.ts';
import { readListedId } from './virtual-server-id.ts';

type Thresholds = Pick<RealServer, 'upperThreshold' | 'lowerThreshold'>;

/** What `ipvsadm -Ln --thresholds` says of a virtual server and `/proc/net/ip_vs` does not. */
export interface ListedDetails {
  readonly settings: Omit<VirtualServer, 'realServers'>;
  /** By keyOfRealServer; those that have any. */
  readonly thresholds: ReadonlyMap<string, Thresholds>;
  /** How many there are, with thresholds or without. */
  readonly realServers: number;
}

const source = 'ipvsadm -Ln --thresholds';
const title = /^(?:IP Virtual Server version|Prot LocalAddress:Port| {2}-> RemoteAddress:Port)/;
/** Most are like this, and are only counted. */
const rowWithoutThresholds = / {2}-> \S+ +0 +0 +\d+ +\d+ *(?:\n|$)/y;
const row = /^ {2}-> (\S+) +(\d+) +(\d+) +\d+ +\d+ *$/;

/**
 * Reads `ipvsadm -Ln --thresholds`, whole or of one virtual server, for what is out of the ordinary.
 * @returns by keyOfVirtualServer
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseDetails(text: string): Map<string, ListedDetails> {
  const details = new Map<string, ListedDetails & { realServers: number }>();
  let current: { thresholds: Map<string, Thresholds>; realServers: number } | null = null;
  for (let number = 1, start = 0, next = 0; start < text.length; number += 1, start = next) {
    rowWithoutThresholds.lastIndex = start;
    if (current !== null && rowWithoutThresholds.test(text)) {
      current.realServers += 1;
      next = rowWithoutThresholds.lastIndex;
      continue;
    }
    next = endOfLine(text, start) + 1;
    const line = text.slice(start, next - 1);
    if (line === '' || title.test(line)) continue;
    const at = () => ({ number, text: line.trim(), words: line.trim().split(/\s+/) });
    if (line.startsWith('  -> ')) {
      const [, name = '', upper, lower] = row.exec(line) ?? [];
      if (upper === undefined || current === null)
        throw unreadable(source, at(), 'upper and lower threshold, active and inactive connections');
      current.realServers += 1;
      const socket = parseSocketAddress(name);
      if (socket === null) throw unreadable(source, at(), 'real servers (-> ADDRESS:PORT)');
      current.thresholds.set(keyOfRealServer(socket), { upperThreshold: Number(upper), lowerThreshold: Number(lower) });
    } else {
      const whole = at();
      const listed = readListedId(whole);
      if (!listed) throw unreadable(source, whole, 'TCP, UDP or SCTP with ADDRESS:PORT, or FWM with a firewall mark');
      const settings = parseSettings({ id: listed.id, line: whole, columns: listed.rest });
      const found = { settings, thresholds: new Map(), realServers: 0 };
      details.set(keyOfVirtualServer(listed.id), found);
      current = found;
    }
  }
  return details;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

/**
 * The virtual servers of `/proc/net/ip_vs`, with their details; of those without details the settings and thresholds that
 * `assumed` has.
 */
export function withDetails(
  table: ReadonlyMap<string, ProcVirtualServer>,
  details: ReadonlyMap<string, ListedDetails>,
  assumed: ReadonlyMap<string, VirtualServer> = new Map(),
): Map<string, VirtualServer> {
  const joined = new Map<string, VirtualServer>();
  for (const [key, shown] of table) {
    const known = details.get(key);
    const settings = known?.settings ?? { ...usual, ...assumed.get(key), id: shown.id, scheduler: shown.scheduler };
    const thresholds = known?.thresholds ?? assumed.get(key)?.realServers;
    joined.set(key, { ...settings, realServers: withThresholdsOf(shown.realServers, thresholds) });
  }
  return joined;
}

function withThresholdsOf(
  realServers: ReadonlyMap<string, RealServer>,
  thresholds: ReadonlyMap<string, Thresholds> | undefined,
): ReadonlyMap<string, RealServer> {
  if (thresholds === undefined || !hasAny(thresholds)) return realServers;
  return new Map(
    [...realServers].map(([key, real]) => {
      const { upperThreshold, lowerThreshold } = thresholds.get(key) ?? real;
      return [key, { ...real, upperThreshold, lowerThreshold }];
    }),
  );
}

function hasAny(thresholds: ReadonlyMap<string, Thresholds>): boolean {
  for (const { upperThreshold, lowerThreshold } of thresholds.values())
    if (upperThreshold !== 0 || lowerThreshold !== 0) return true;
  return false;
}

const usual = { flags: [], persistent: null, netmask: null, persistenceEngine: null, onePacket: false };

/**
 * Whether the two speak of the same servers. They do not where something came or went in between, and where more than one
 * network namespace has virtual servers: the kernel counts theirs when it goes on with the next page of /proc/net/ip_vs, and
 * leaves out as many of ours (ip_vs_info_seq_next against ip_vs_info_array, in Linux 6.1).
 */
export function agree(
  table: ReadonlyMap<string, ProcVirtualServer>,
  details: ReadonlyMap<string, ListedDetails>,
): boolean {
  if (table.size !== details.size) return false;
  return [...details].every(([key, { realServers }]) => table.get(key)?.realServers.size === realServers);
}
