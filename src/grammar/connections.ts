import ipaddr from 'ipaddr.js';
import type { Protocol } from '../model/state.ts';
import { type Line, linesOf, unreadable } from './lines.ts';
import { parseSocketAddress, type SocketAddress } from './socket-address.ts';
import { parseProtocol } from './virtual-server-id.ts';

/** An entry of the kernel's connection table. */
export interface Connection {
  /** Null in a template of a firewall mark, which stands for all protocols. */
  readonly protocol: Protocol | null;
  /** Seconds until the entry goes, unless packets come. */
  readonly expires: number;
  /** As the kernel names it: `ESTABLISHED`, `SYN_RECV`, `FIN_WAIT`, `UDP`, `NONE`. */
  readonly state: string;
  readonly client: SocketAddress;
  /** Address and port that the client spoke to. */
  readonly virtual: SocketAddress;
  /** The mark, in a template of a firewall mark; the connections themselves do not show theirs. */
  readonly fwmark: number | null;
  readonly realServer: SocketAddress;
  /** Says to which real server a persistent client goes; no connection itself. */
  readonly template: boolean;
}

const source = 'ipvsadm -Lcn';
const title = /^(IPVS connection entries|pro expire)/;

/**
 * Reads `ipvsadm -Lcn`, also with `--persistent-conn`.
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseConnections(text: string): Connection[] {
  const connections: Connection[] = [];
  for (const line of linesOf(text)) {
    if (!title.test(line.text)) connections.push(readConnection(line));
  }
  return connections;
}

function readConnection(line: Line): Connection {
  const [protocolWord, expiresWord = '', state] = line.words;
  const protocol = protocolWord === 'IP' ? null : (parseProtocol(protocolWord) ?? undefined);
  const [, minutes, seconds] = /^(\d+):(\d\d)$/.exec(expiresWord) ?? [];
  const [client, virtual, realServer] = line.words.slice(3, 6).map((word) => parseSocketAddress(word));
  if (protocol === undefined || seconds === undefined || state === undefined || !client || !virtual || !realServer) {
    throw unreadable(source, line, 'protocol, expiry, state, source, virtual address and destination');
  }
  const expires = Number(minutes) * 60 + Number(seconds);
  const fwmark = protocol === null ? fwmarkOf(virtual) : null;
  return { protocol, expires, state, client, virtual, fwmark, realServer, template: client.port === 0 };
}

/** The kernel writes the mark into the first four bytes of the virtual address: `0.0.0.7`, `0:7::`. */
function fwmarkOf({ address }: SocketAddress): number {
  const bytes = ipaddr.parse(address).toByteArray().slice(0, 4);
  return bytes.reduce((mark, byte) => mark * 256 + byte, 0);
}
