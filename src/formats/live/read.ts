import { shellWords } from '../../grammar/shell.ts';
import { LvsError } from '../../model/errors.ts';
import { sameRealServer, sameVirtualServer } from '../../model/identity.ts';
import type { VirtualServer } from '../../model/state.ts';
import { virtualServerSpec } from '../document.ts';
import { fromState } from '../from-state.ts';
import type { Imported, ImportedVirtualServer, Sections } from '../imported.ts';
import { Names } from '../names.ts';
import { type Fallback, floatingOf, type KnownPlace, placeAddresses } from '../placing.ts';
import { settle } from '../settle.ts';
import { Warnings, warningText } from '../warnings.ts';
import { virtualServerLines } from '../write-yaml.ts';
import { changesFor, type Difference, differences } from './differences.ts';
import { globalsOf } from './globals.ts';
import type { LiveRouter } from './router.ts';

export interface LiveImport {
  readonly imported: Imported;
  /** Comments for the file's end: what the kernels have, and why it is not declared. */
  readonly left: readonly string[];
}

/** What is not declared, and why. */
interface Left {
  readonly server: ImportedVirtualServer;
  readonly reason: string;
}

/**
 * What the routers' kernels hold, as a configuration from which they do not differ. What cannot be declared so is left out and
 * stands in the file as comments; it is then unmanaged, and lvs leaves it alone.
 * @throws LvsError role-conflict where several routers hold addresses of the virtual servers
 */
export function readLive(routers: readonly LiveRouter[], fallback: Fallback): LiveImport {
  const warnings = new Warnings();
  const active = activeOf(routers);
  for (const { name, rivals = [] } of routers) {
    if (rivals.length === 0) continue;
    warnings.add(
      null,
      `${name}: ${rivals.join(', ')}`,
      '"lvs apply" refuses to work beside it: stop it first; its own configuration can be imported, too',
    );
  }
  const left: Left[] = [];
  const servers = serversOf(active, routers, left, warnings);
  const known = placesOn(active, servers);
  const here = servers.filter((server) => {
    const away = floatingOf(server).find((address) => !known.has(address));
    if (away !== undefined) left.push({ server, reason: `no device of ${active.name} has ${away}: lvs would add it` });
    return away === undefined;
  });
  const placed = placeAddresses(here, known, fallback, new Warnings());
  const start: Imported = {
    format: 'live',
    file: routers.map(({ name }) => name).join(' and '),
    routers: routers.flatMap(({ name, spec }) => (spec === null ? [] : [{ name, place: null, spec }])),
    sections: { ...(placed.public && { public: placed.public }), ...globalsOf(routers, warnings) },
    virtualServers: placed.virtualServers,
    warnings: warnings.all,
  };
  const imported = withoutDifferences(start, routers, left);
  const accounted = new Set([
    ...left.map(({ server }) => server.name),
    ...imported.virtualServers.map(({ name }) => name),
  ]);
  for (const server of servers) {
    if (accounted.has(server.name)) continue;
    const why = imported.warnings.find(({ text }) => text.startsWith(`virtual server ${server.name} `));
    left.push({ server, reason: why?.means ?? 'lvs.yaml cannot say it' });
  }
  const told = new Warnings(imported.warnings);
  for (const { server, reason } of left) told.add(null, server.name, `not declared: ${reason}`);
  return { imported: { ...imported, warnings: told.all }, left: leftLines(left) };
}

/** The router that has the virtual servers' addresses; the first where none has. */
function activeOf(routers: readonly LiveRouter[]): LiveRouter {
  const addresses = new Set(
    routers.flatMap(({ state }) =>
      [...state.virtualServers.values()].flatMap(({ id }) => ('address' in id ? id.address : [])),
    ),
  );
  const holders = routers.filter(({ state }) => state.addresses.some(({ address }) => addresses.has(address)));
  const [first] = holders.length > 0 ? holders : routers;
  if (first === undefined) throw new LvsError('internal', 'there is no router to import from');
  if (holders.length < 2) return first;
  const names = holders.map(({ name }) => name).join(' and ');
  throw new LvsError('role-conflict', `${names} both hold addresses of virtual servers: neither is the active router`, {
    hint: 'remove the addresses from one of them, or import each by itself',
  });
}

/** The active router's table, as far as all routers have the same. */
function serversOf(
  active: LiveRouter,
  routers: readonly LiveRouter[],
  left: Left[],
  warnings: Warnings,
): ImportedVirtualServer[] {
  const names = new Names();
  const tables = routers.filter((router) => router !== active);
  const servers = [...active.state.virtualServers].flatMap(([key, found]) => {
    const server = fromState(found, names, null, warnings);
    const other = tables.find(({ state }) => !isSame(found, state.virtualServers.get(key)));
    if (other !== undefined) left.push({ server, reason: `${other.name} does not have the same` });
    return other === undefined ? [server] : [];
  });
  for (const { name, state } of tables) {
    for (const [key, found] of state.virtualServers) {
      if (active.state.virtualServers.has(key)) continue;
      left.push({ server: fromState(found, names, null, warnings), reason: `only ${name} has it` });
    }
  }
  return servers;
}

function isSame(a: VirtualServer, b: VirtualServer | undefined): boolean {
  if (b === undefined || !sameVirtualServer(a, b) || a.realServers.size !== b.realServers.size) return false;
  return [...a.realServers].every(([key, real]) => {
    const other = b.realServers.get(key);
    return other !== undefined && sameRealServer(real, other);
  });
}

function placesOn({ state }: LiveRouter, servers: readonly ImportedVirtualServer[]): Map<string, KnownPlace> {
  const wanted = new Set(servers.flatMap(floatingOf));
  const places = new Map<string, KnownPlace>();
  for (const { address, device, label, prefix } of state.addresses) {
    if (wanted.has(address) && !places.has(address)) places.set(address, { device, label, prefix, place: null });
  }
  return places;
}

/** Leaves out what lvs would change, until there is nothing. */
function withoutDifferences(start: Imported, routers: readonly LiveRouter[], left: Left[]): Imported {
  let imported = start;
  for (;;) {
    const settled = settle(imported);
    const found = differences(settled.cluster, routers);
    if (found.length === 0) return settled.imported;
    const behind = changesFor(found, settled.cluster);
    const virtualServers = settled.imported.virtualServers.filter((server) => {
      const reason = behind.get(server.name);
      if (reason !== undefined)
        left.push({ server, reason: `lvs would run, on ${reason.router}: ${commandsOf(reason)}` });
      return reason === undefined;
    });
    const fewer = virtualServers.length < settled.imported.virtualServers.length;
    const sections = fewer ? settled.imported.sections : withoutSections(settled.imported, found);
    if (!fewer && Object.keys(sections).length === Object.keys(settled.imported.sections).length) {
      throw new LvsError('internal', `an import of what runs differs from it: ${found.map(commandsOf).join('; ')}`);
    }
    imported = { ...settled.imported, sections, virtualServers };
  }
}

function commandsOf({ change }: Difference): string {
  return change.commands.map(({ argv }) => shellWords(argv)).join('; ');
}

/** Without the sections that changes come from which no virtual server is behind. */
function withoutSections({ sections }: Imported, found: readonly Difference[]): Sections {
  const { sync, timeouts, settings, ...others } = sections;
  const changed = found.map(({ change }) => change.key);
  const stated = Object.keys(settings ?? {}).some((name) => changed.includes(`net.ipv4.vs.${name}`));
  const timed = changed.includes('timeouts');
  return {
    ...others,
    // Its daemons, or the settings that come with it.
    ...(sync && (stated || timed) && { sync }),
    ...(timeouts && !timed && { timeouts }),
    ...(settings && !stated && { settings }),
  };
}

function leftLines(left: readonly Left[]): string[] {
  if (left.length === 0) return [];
  const entries = left.flatMap(({ server, reason }) => [
    `# ${warningText({ place: null, text: server.name, means: reason })}`.replaceAll('\n', ' '),
    ...virtualServerLines(server.name, virtualServerSpec(server)).map((line) => `# ${line}`),
  ]);
  return [
    '# Not declared, and left alone: take the # away from what lvs is to have as it stands here, below virtual-servers:',
    ...entries,
  ];
}
