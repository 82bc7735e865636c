import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../model/cluster.ts';
import { type Detail, LvsError } from '../model/errors.ts';
import { keyOfRealServer, keyOfVirtualServer, socketAddress } from '../model/identity.ts';
import { parseRealServerAddress } from './typed-address.ts';
import { type Endpoint, parseEndpoint } from './words/address.ts';
import { didYouMean } from './words/nearest.ts';
import { parsedOrNull } from './words/problem.ts';
import { parseVirtualAddress } from './words/virtual-address.ts';

/**
 * The virtual server that a word on the command line means: its name, or its address in any form (`1.2.3.1`, `1.2.3.1:80`,
 * `tcp://1.2.3.1:80`, `[2001:db8::1]:80`, `fwmark:7`).
 * @throws LvsError ambiguous with those that the word matches, not-found with those that there are.
 */
export function selectVirtualServer({ virtualServers }: Cluster, word: string): DeclaredVirtualServer {
  const named = virtualServers.find(({ name }) => name === word);
  if (named !== undefined) return named;
  const matches = meantBy(word);
  const found = virtualServers.filter(matches);
  const [first] = found;
  if (found.length === 1 && first !== undefined) return first;
  if (found.length > 1)
    throw new LvsError('ambiguous', `"${word}" is several virtual servers`, {
      details: found.map(described),
      hint: 'give a name, or protocol, address and port',
    });
  const names = virtualServers.map(({ name }) => name);
  throw notFound(`no virtual server "${word}" is declared`, word, names, virtualServers.map(described));
}

function meantBy(word: string): (server: DeclaredVirtualServer) => boolean {
  const exact = parsedOrNull(parseVirtualAddress(word));
  if (exact !== null && 'fwmark' in exact) return ({ id }) => 'fwmark' in id && id.fwmark === exact.fwmark;
  if (exact !== null) return ({ id }) => keyOfVirtualServer(id) === keyOfVirtualServer(exact);
  // A mark's own key tells its family, and so does a protocol without a port its address.
  const scheme = /^(tcp|udp|sctp):\/\/(.*)$/.exec(word);
  const endpoint = parsedOrNull(parseEndpoint(scheme?.[2] ?? word));
  if (endpoint === null) return ({ id }) => keyOfVirtualServer(id) === word;
  return ({ id }) =>
    'address' in id &&
    id.address === endpoint.address &&
    (endpoint.port === null || id.port === endpoint.port) &&
    (scheme === null || id.protocol === scheme[1]);
}

/**
 * The real server that a word means: an address; without a port that at the virtual server's port, else the only one there.
 * @throws LvsError ambiguous, not-found, or invalid-input where the word is no address.
 */
export function selectRealServer(virtualServer: DeclaredVirtualServer, word: string): DeclaredRealServer {
  const { name, id, realServers } = virtualServer;
  const { address, port } = endpointOf(word);
  const there = realServers.filter((real) => real.address === address);
  const wanted = port ?? ('port' in id ? id.port : 0);
  const exact = there.find((real) => real.port === wanted);
  if (exact !== undefined) return exact;
  const [only] = there;
  if (port === null && there.length === 1 && only !== undefined) return only;
  const keys = realServers.map(keyOfRealServer);
  if (port === null && there.length > 1)
    throw new LvsError('ambiguous', `"${word}" is several real servers of "${name}"`, {
      details: there.map((real) => ({ message: keyOfRealServer(real) })),
      hint: 'add the port',
    });
  const written = port === null ? address : socketAddress(address, port);
  throw notFound(
    `virtual server "${name}" has no real server ${written}`,
    written,
    keys,
    keys.map((message) => ({ message })),
  );
}

/** A real server of a virtual server, by its key. */
export interface NamedReal {
  readonly server: DeclaredVirtualServer;
  readonly realKey: string;
}

/**
 * The real servers of all virtual servers that have the address; where the word has a port, only those with it.
 * @throws LvsError invalid-input where the word is no address.
 */
export function realServersAt({ virtualServers }: Cluster, word: string): NamedReal[] {
  const { address, port } = parseRealServerAddress(word, null);
  return virtualServers.flatMap((server) =>
    server.realServers
      .filter((real) => real.address === address && (port === null || real.port === port))
      .map((real) => ({ server, realKey: keyOfRealServer(real) })),
  );
}

function endpointOf(word: string): Endpoint {
  const parsed = parseEndpoint(word);
  if ('value' in parsed) return parsed.value;
  const { allowed, hint } = parsed.problem;
  const detail = {
    message: `REAL: found "${word}"; allowed: ${allowed}`,
    found: `"${word}"`,
    allowed,
    ...(hint && { hint }),
  };
  throw new LvsError('invalid-input', `"${word}" is no address of a real server`, { details: [detail] });
}

function described({ name, id }: DeclaredVirtualServer): Detail {
  return { message: `${name} (${keyOfVirtualServer(id)})` };
}

/** With the nearest word where there is one; long lists are left to `list`. */
function notFound(message: string, word: string, words: readonly string[], there: readonly Detail[]): LvsError {
  const shownAtMost = 20;
  const rest = there.length - shownAtMost;
  const details = rest > 0 ? [...there.slice(0, shownAtMost), { message: `and ${rest} more` }] : there;
  return new LvsError('not-found', message, {
    details,
    hint: didYouMean(word, words) ?? (there.length === 0 ? 'there is none yet' : 'those there are stand above'),
  });
}
