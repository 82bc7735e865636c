import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { RealServer, VirtualServer } from '../model/state.ts';
import { unreadable } from './lines.ts';
import { parseSettings } from './listing.ts';
import type { ProcRealServer, ProcVirtualServer } from './proc-table.ts';
import { parseSocketAddress } from './socket-address.ts';
import { readListedId } from './virtual-server-id.ts';

type Thresholds = Pick<RealServer, 'upperThreshold' | 'lowerThreshold'>;

/** What `ipvsadm -Ln --thresholds` says of a virtual server and `/proc/net/ip_vs` does not. */
export interface ListedDetails {
  readonly settings: Omit<VirtualServer, 'realServers'>;
  /** By keyOfRealServer; those that have any. */
  readonly thresholds: ReadonlyMap<string, Thresholds>;
}

const source = 'ipvsadm -Ln --thresholds';
const title = /^(?:IP Virtual Server version|Prot LocalAddress:Port| {2}-> RemoteAddress:Port)/;
const row = /^ {2}-> (\S+) +(\d+) +(\d+) +\d+ +\d+ *$/;

/**
 * Reads `ipvsadm -Ln --thresholds`, whole or of one virtual server, for what is out of the ordinary.
 * @returns by keyOfVirtualServer
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseDetails(text: string): Map<string, ListedDetails> {
  const details = new Map<string, ListedDetails>();
  let thresholds: Map<string, Thresholds> | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || title.test(line)) continue;
    const at = () => ({ number: index + 1, text: line.trim(), words: line.trim().split(/\s+/) });
    if (line.startsWith('  -> ')) {
      const [, name = '', upper, lower] = row.exec(line) ?? [];
      if (upper === undefined || thresholds === null)
        throw unreadable(source, at(), 'upper and lower threshold, active and inactive connections');
      if (upper === '0' && lower === '0') continue;
      const socket = parseSocketAddress(name);
      if (socket === null) throw unreadable(source, at(), 'real servers (-> ADDRESS:PORT)');
      thresholds.set(keyOfRealServer(socket), { upperThreshold: Number(upper), lowerThreshold: Number(lower) });
    } else {
      const whole = at();
      const listed = readListedId(whole);
      if (!listed) throw unreadable(source, whole, 'TCP, UDP or SCTP with ADDRESS:PORT, or FWM with a firewall mark');
      thresholds = new Map();
      const settings = parseSettings({ id: listed.id, line: whole, columns: listed.rest });
      details.set(keyOfVirtualServer(listed.id), { settings, thresholds });
    }
  }
  return details;
}

/**
 * The virtual servers of `/proc/net/ip_vs`, with their details. Where there are none of a virtual server, it has the settings
 * and thresholds that `assumed` gives it; without either it has come in between the two readings, and is left out.
 */
export function withDetails(
  table: ReadonlyMap<string, ProcVirtualServer>,
  details: ReadonlyMap<string, ListedDetails>,
  assumed: (key: string, shown: ProcVirtualServer) => VirtualServer | null,
): Map<string, VirtualServer> {
  const joined = new Map<string, VirtualServer>();
  for (const [key, shown] of table) {
    const known = details.get(key);
    const settings = known?.settings ?? assumed(key, shown);
    if (settings === null) continue;
    const thresholds = known?.thresholds ?? assumed(key, shown)?.realServers;
    const realServers = new Map<string, RealServer>();
    for (const [realKey, real] of shown.realServers) realServers.set(realKey, whole(real, thresholds?.get(realKey)));
    joined.set(key, { ...settings, realServers });
  }
  return joined;
}

function whole({ address, port, forward, weight }: ProcRealServer, thresholds: Thresholds | undefined): RealServer {
  const { upperThreshold = 0, lowerThreshold = 0 } = thresholds ?? {};
  return { address, port, forward, tunnel: null, weight, upperThreshold, lowerThreshold };
}

/** What a virtual server nobody looked at more closely is taken for: as declared, as far as what is shown leaves that open. */
export function asDeclared(declared: ReadonlyMap<string, VirtualServer>) {
  return (key: string, { id, scheduler }: ProcVirtualServer): VirtualServer => {
    const usual = { flags: [], persistent: null, netmask: null, persistenceEngine: null, onePacket: false };
    return { ...usual, realServers: new Map(), ...declared.get(key), id, scheduler };
  };
}
