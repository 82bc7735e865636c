import { type Draft, type DraftRealServer, type DraftRouter, type DraftVirtualServer, pathOf } from './draft.ts';
import { type Path, type Report, wrongKey, wrongValue } from './mistake.ts';
import { type RealServerSpec, realServer } from './schema/real-server.ts';
import { virtualServerItself } from './schema/virtual-server.ts';
import { fileItself, router } from './schema.ts';
import { type Understood, understand } from './structure.ts';
import { type Endpoint, parseAddress, parseEndpoint } from './words/address.ts';
import { routerNameProblem, virtualServerNameProblem } from './words/names.ts';
import { parsedOrNull } from './words/problem.ts';
import { parseSshDestination } from './words/ssh-destination.ts';
import { parseVirtualAddress } from './words/virtual-address.ts';

/** Takes the file's value apart and reports what is wrong with each part by itself. */
export function understandFile(value: unknown, report: Report): Draft {
  const { spec = {}, mistaken = new Set<string>() } = understand(fileItself, value, [], report) ?? {};
  const { routers, 'virtual-servers': servers, ...sections } = spec;
  return {
    sections,
    mistaken,
    routers: entriesOf(routers).flatMap(([name, spec]) => understandRouter(name, spec, report) ?? []),
    virtualServers: entriesOf(servers).flatMap(([name, spec]) => understandVirtualServer(name, spec, report) ?? []),
  };
}

function entriesOf(mapping: Record<string, unknown> | null | undefined): [string, unknown][] {
  return Object.entries(mapping ?? {});
}

function understandRouter(name: string, value: unknown, report: Report): DraftRouter | null {
  const path = ['routers', name];
  const problem = routerNameProblem(name);
  if (problem !== null) report(wrongKey(path, 'found the name', problem));
  const understood = understand(router, value, path, report);
  if (understood === null) return null;
  const ssh = [understood.spec.ssh].flat().flatMap((text) => parsedOrNull(parseSshDestination(text)) ?? []);
  return { name, path, spec: understood.spec, ssh };
}

function understandVirtualServer(name: string, value: unknown, report: Report): DraftVirtualServer | null {
  const path = ['virtual-servers', name];
  const problem = virtualServerNameProblem(name);
  if (problem !== null) report(wrongKey(path, 'found the name', problem));
  const realServers = understandRealServers(value, path, report);
  const understood = understand(virtualServerItself, value, path, report);
  if (understood === null) return null;
  const { spec, mistaken } = understood;
  const address = parsedOrNull(parseVirtualAddress(spec.address));
  if (address === null) return null;
  const listed = (spec.floating ?? []).map((text) => parsedOrNull(parseAddress(text))).filter((text) => text !== null);
  const floating = 'address' in address ? [address.address] : listed;
  return { name, path, spec, mistaken, address, floating, realServers };
}

function understandRealServers(virtualServer: unknown, path: Path, report: Report): DraftRealServer[] {
  const key = 'real-servers';
  if (typeof virtualServer !== 'object' || virtualServer === null) return [];
  const list = (virtualServer as Record<string, unknown>)[key];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) {
    report(wrongValue([...path, key], list, { allowed: 'a list of real servers' }));
    return [];
  }
  const place = [...path, key];
  return list.flatMap((value, index) => understandRealServer(value, { list: place, index }, report) ?? []);
}

const noMistakes: ReadonlySet<string> = new Set();

type Place = Pick<DraftRealServer, 'list' | 'index'>;

function understandRealServer(value: unknown, place: Place, report: Report): DraftRealServer | null {
  const short = typeof value === 'string';
  const socket = short ? parsedOrNull(parseEndpoint(value)) : null;
  // Most are written like this, and there are many thousand of them.
  if (short && socket !== null)
    return draftOf(place, short, { spec: { address: value }, mistaken: noMistakes }, socket);
  const path = pathOf(place);
  const understood = short
    ? understand(realServer, { address: value }, path, (mistake) => report({ ...mistake, path }))
    : understand(realServer, value, path, report);
  if (understood === null) return null;
  const endpoint = parsedOrNull(parseEndpoint(understood.spec.address));
  return endpoint && draftOf(place, short, understood, endpoint);
}

function draftOf(
  { list, index }: Place,
  short: boolean,
  { spec, mistaken }: Understood<RealServerSpec>,
  { address, port }: Endpoint,
): DraftRealServer {
  return { list, index, short, spec, mistaken, address, port };
}
