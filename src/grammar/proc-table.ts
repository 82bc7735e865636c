import { socketAddress } from '../model/identity.ts';
import { canonicalAddress } from '../model/ip.ts';
import type { RealServer, VirtualServerId } from '../model/state.ts';
import { requireListing, unreadable } from './lines.ts';
import { parseProtocol } from './virtual-server-id.ts';

export interface ProcVirtualServer {
  readonly id: Exclude<VirtualServerId, { readonly fwmark: number }>;
  readonly scheduler: string;
  /** By keyOfRealServer; without thresholds, which are not told. */
  readonly realServers: ReadonlyMap<string, RealServer>;
}

const source = '/proc/net/ip_vs';
const forwards: Readonly<Record<string, RealServer['forward']>> = { Masq: 'masq', Route: 'direct', Local: 'local' };

const heading = /^(\S+) +(\S+):([0-9A-F]{4}) (\S+)/;
const row = /^ {2}-> (\S+):([0-9A-F]{4}) +(\w+) +(\d+) /;

/** Of marks it does not say the family, of tunnels not the kind. */
function saysTooLittle(text: string): boolean {
  return text.includes('\nFWM ') || text.includes(' Tunnel ');
}

/**
 * Reads `/proc/net/ip_vs`, which the kernel prints many times faster than ipvsadm(8) can ask for the same: everything but
 * scheduler flags, seconds and engine of persistence, thresholds and tunnels.
 * @param isWanted which virtual servers, by their keys, are wanted with their real servers
 * @returns by keyOfVirtualServer; null where there are marks or tunnels, of which it says too little
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseProcTable(
  text: string,
  isWanted: (key: string) => boolean = () => true,
): Map<string, ProcVirtualServer> | null {
  requireListing(text, source);
  if (saysTooLittle(text)) return null;
  const table = new Map<string, ProcVirtualServer>();
  let realServers: Map<string, RealServer> | null = null;
  let wanted = true;
  // Three lines of titles.
  const lines = text.split('\n');
  for (let index = 3; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (!wanted && line.startsWith('  -> ')) continue;
    const real = row.exec(line);
    if (real !== null && realServers !== null) {
      const address = addressOf(real[1]);
      const forward = forwards[real[3] ?? ''];
      if (address === null || forward === undefined) throw notUnderstood(line, index);
      const port = Number.parseInt(real[2] ?? '', 16);
      const weight = Number(real[4]);
      const server = { address, port, forward, tunnel: null, weight, upperThreshold: 0, lowerThreshold: 0 };
      realServers.set(socketAddress(address, port), server);
    } else if (line !== '') {
      const [, protocolText, addressText, portText = '', scheduler = ''] = heading.exec(line) ?? [];
      const [protocol, address] = [parseProtocol(protocolText), addressOf(addressText)];
      if (protocol === null || address === null) throw notUnderstood(line, index);
      const port = Number.parseInt(portText, 16);
      const key = `${protocol}://${socketAddress(address, port)}`;
      realServers = new Map();
      wanted = isWanted(key);
      table.set(key, { id: { protocol, address, port }, scheduler, realServers });
    }
  }
  return table;
}

/** `0102030A` or `[2001:0db8:0000:…]`. */
function addressOf(text = ''): string | null {
  if (text.startsWith('[')) return canonicalAddress(text.slice(1, -1));
  if (!/^[0-9A-F]{8}$/.test(text)) return null;
  const number = Number.parseInt(text, 16);
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

function notUnderstood(text: string, index: number) {
  const allowed =
    'TCP, UDP or SCTP with ADDRESS:PORT and a scheduler, or -> ADDRESS:PORT with Masq, Route or Local and a weight';
  return unreadable(source, { number: index + 1, text, words: [] }, allowed);
}
