import { keyOfVirtualServer } from '../model/identity.ts';
import type { VirtualServerId } from '../model/state.ts';
import { type Line, linesOf, unreadable } from './lines.ts';
import { parseSocketAddress, type SocketAddress } from './socket-address.ts';
import { readListedId } from './virtual-server-id.ts';

/** A virtual server as `ipvsadm -Ln` lists it, whatever its columns show, followed by its real servers. */
export interface ListingBlock {
  readonly key: string;
  readonly id: VirtualServerId;
  readonly line: Line;
  /** The words after its name. */
  readonly columns: readonly string[];
  readonly realServers: readonly ListedRow[];
}

export interface ListedRow extends SocketAddress {
  readonly line: Line;
  /** The words after its name. */
  readonly columns: readonly string[];
}

const title = /^(IP Virtual Server version|Prot LocalAddress:Port|-> RemoteAddress:Port)/;

/** @throws LvsError `read-failed`, naming the first line that is neither a title nor a server */
export function listingBlocks(text: string, source: string): ListingBlock[] {
  const blocks: (ListingBlock & { realServers: ListedRow[] })[] = [];
  for (const line of linesOf(text)) {
    if (title.test(line.text)) continue;
    if (line.words[0] === '->') {
      const socket = parseSocketAddress(line.words[1] ?? '');
      const block = blocks.at(-1);
      if (!socket || !block) throw unreadable(source, line, 'real servers (-> ADDRESS:PORT) below a virtual server');
      const { address, port } = socket;
      block.realServers.push({ address, port, line, columns: line.words.slice(2) });
    } else {
      const listed = readListedId(line);
      if (!listed) throw unreadable(source, line, 'TCP, UDP or SCTP with ADDRESS:PORT, or FWM with a firewall mark');
      blocks.push({ key: keyOfVirtualServer(listed.id), id: listed.id, line, columns: listed.rest, realServers: [] });
    }
  }
  return blocks;
}
