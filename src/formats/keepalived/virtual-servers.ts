import { netmaskWithHoles, parseNetmask } from '../../grammar/netmask.ts';
import { canonicalFlags } from '../../grammar/scheduler-flags.ts';
import { keyOfRealServer, socketAddress } from '../../model/identity.ts';
import { familyOf } from '../../model/ip.ts';
import { schedulers } from '../../model/schedulers.ts';
import type { Family, Protocol, VirtualServerId } from '../../model/state.ts';
import { type ImportedVirtualServer, plainVirtualServer } from '../imported.ts';
import { type Monitoring, onFailure } from '../monitoring.ts';
import type { Names } from '../names.ts';
import type { Warnings } from '../warnings.ts';
import { readEndpoint } from './addresses.ts';
import type { Statement } from './blocks.ts';
import { commonCheck, ownTimes, readTimes } from './checks.ts';
import { Keywords, wrong } from './keywords.ts';
import { type KeepalivedReal, readForwarding, readReal } from './real-servers.ts';
import { readEntry, readWhere, type Where } from './where.ts';

const script = 'lvs monitor runs no scripts: its decisions are lines of its output';

const withoutCounterpart: Readonly<Record<string, string>> = {
  alpha: 'a real server counts as up until it is checked',
  omega: 'lvs monitor runs no scripts when it ends',
  quorum_up: script,
  quorum_down: script,
  hysteresis: 'one real server is enough for a virtual server to serve',
  ha_suspend: 'every router checks, also while it has no addresses',
  smtp_alert: 'lvs monitor sends no e-mail',
  snmp_name: 'lvs has no SNMP',
  warmup: 'the first check is made at once, or after a little jitter',
  sorry_server_inhibit: 'the sorry server is removed when it is not needed',
  hashed: 'of old kernels: left out',
};

/** ipvsadm's own, and the kernel's. */
const defaultPersistence = 360;

/**
 * `virtual_server 1.2.3.1 80 { … }`, or of a mark, or of a group: then one for each of its entries.
 * @throws LvsError invalid-input
 */
export function readVirtualServers(
  statement: Statement,
  groups: ReadonlyMap<string, Statement>,
  names: Names,
  warnings: Warnings,
): ImportedVirtualServer[] {
  const [kind, name = ''] = statement.words;
  const group = kind === 'group' ? groups.get(name) : undefined;
  if (kind === 'group' && group === undefined)
    throw wrong(statement, 'a virtual_server_group of that name, which is not here');
  const wheres = group === undefined ? [readWhere(statement)] : (group.block ?? []).flatMap(readEntry);
  const keywords = new Keywords(statement.block);
  const [first] = wheres;
  if (first === undefined) {
    warnings.add(group?.place ?? statement.place, group?.text ?? statement.text, 'left out: there is nothing in it');
    return [];
  }
  const shared = readShared(statement, keywords, 'port' in first ? first.port : 0, warnings);
  const servers = wheres.map((where) =>
    virtualServer(where, shared, group === undefined ? null : name, names, warnings),
  );
  if (shared.reals.length === 0)
    warnings.add(statement.place, statement.text, 'has no real servers: keepalived leaves it out');
  keywords.unread(withoutCounterpart, warnings);
  return servers;
}

/** What all virtual servers of one statement have. */
interface Shared {
  readonly statement: Statement;
  readonly protocol: Protocol | null;
  readonly scheduler: string;
  readonly flags: readonly string[];
  readonly persistent: number | null;
  readonly granularity: Statement | undefined;
  readonly engine: string | null;
  readonly onePacket: boolean;
  readonly family: Family | null;
  readonly monitoring: Monitoring;
  readonly reals: readonly KeepalivedReal[];
}

const flagWords = ['flag-1', 'flag-2', 'flag-3', 'sh-port', 'sh-fallback', 'mh-port', 'mh-fallback'];

function readShared(statement: Statement, keywords: Keywords, port: number, warnings: Warnings): Shared {
  const method = keywords.one('lvs_method', 'lb_kind');
  const forwarding = method === undefined ? ({ forward: 'masq', tunnel: null } as const) : readForwarding(method);
  const times = readTimes(keywords, ownTimes);
  const defaults = {
    forwarding,
    weight: keywords.number('weight', 0, 2_147_483_647) ?? 1,
    times,
    inhibit: keywords.flag('inhibit_on_failure') ?? false,
  };
  const reals = keywords.all('real_server').map((each) => readReal(each, port, defaults, warnings));
  const scheduler = readScheduler(keywords);
  const granularity = keywords.one('persistence_granularity');
  const persistence = keywords.one('persistence_timeout');
  const stated =
    persistence?.words.length === 0 ? defaultPersistence : keywords.number('persistence_timeout', 1, 2_678_400);
  return {
    statement,
    protocol: readProtocol(keywords),
    scheduler,
    flags: canonicalFlags(
      scheduler,
      flagWords.filter((flag) => keywords.one(flag) !== undefined),
    ),
    persistent: stated ?? (granularity === undefined ? null : defaultPersistence),
    granularity,
    engine: keywords.one('persistence_engine')?.words[0] ?? null,
    onePacket: keywords.one('ops') !== undefined,
    family: readFamily(keywords, reals),
    monitoring: readMonitoring(keywords, forwarding.forward, reals, warnings),
    reals,
  };
}

function readScheduler(keywords: Keywords): string {
  const statement = keywords.one('lvs_sched', 'lb_algo');
  const [name = 'wlc'] = statement?.words ?? [];
  const known = Object.keys(schedulers);
  if (statement !== undefined && !known.includes(name)) throw wrong(statement, known.join(', '));
  return name;
}

function readProtocol(keywords: Keywords): Protocol | null {
  const statement = keywords.one('protocol');
  const word = statement?.words[0]?.toLowerCase();
  if (statement === undefined) return null;
  if (word === 'tcp' || word === 'udp' || word === 'sctp') return word;
  throw wrong(statement, 'TCP, UDP, SCTP');
}

/** That of the packets with a mark: as it is said, or as that of the real servers to which they go without a tunnel. */
function readFamily(keywords: Keywords, reals: readonly KeepalivedReal[]): Family | null {
  const statement = keywords.one('ip_family');
  const [word] = statement?.words ?? [];
  if (statement !== undefined && word !== 'inet' && word !== 'inet6') throw wrong(statement, 'inet, inet6');
  if (word !== undefined) return word === 'inet6' ? 'ipv6' : 'ipv4';
  const families = reals.filter(({ real }) => real.forward !== 'tunnel').map(({ real }) => familyOf(real.address));
  const [mask] = keywords.one('persistence_granularity')?.words ?? [];
  const all = new Set(reals.map(({ real }) => familyOf(real.address)));
  return (
    families[0] ??
    (mask === undefined ? (all.size === 1 ? ([...all][0] ?? null) : null) : mask.includes('.') ? 'ipv4' : 'ipv6')
  );
}

function readMonitoring(
  keywords: Keywords,
  forward: string,
  reals: readonly KeepalivedReal[],
  warnings: Warnings,
): Monitoring {
  const probes = reals.map(({ statement, probes }) => ({ key: statement.text, place: statement.place, probes }));
  const check = commonCheck(probes, warnings);
  const [first] = reals;
  for (const { inhibit, statement } of reals) {
    if (inhibit === first?.inhibit) continue;
    const means = `when it fails it is ${first?.inhibit ? 'kept with weight 0' : 'removed'}, as the first one is: on-failure is one for all`;
    warnings.add(statement.place, statement.text, means);
  }
  const quorum = keywords.one('quorum');
  if ((keywords.number('quorum', 1, 4_294_967_295) ?? 1) > 1 && quorum !== undefined) {
    warnings.add(quorum.place, quorum.text, 'one real server is enough: a sorry server takes over when there is none');
  }
  const sorry = readSorryServer(keywords, forward, warnings);
  return {
    ...(check !== null && { check, ...onFailure(first?.inhibit === true) }),
    ...(sorry !== null && { 'sorry-server': sorry }),
  };
}

function readSorryServer(keywords: Keywords, forward: string, warnings: Warnings): string | null {
  const [statement, method] = [keywords.one('sorry_server'), keywords.one('sorry_server_lvs_method')];
  if (statement === undefined) return null;
  if (method !== undefined && readForwarding(method).forward !== forward) {
    warnings.add(method.place, method.text, `it is reached by forward: ${forward}, as its virtual server says`);
  }
  const { address, port } = readEndpoint(statement, statement.words);
  return port === null || forward !== 'masq' ? address : socketAddress(address, port);
}

function virtualServer(
  where: Where,
  shared: Shared,
  name: string | null,
  names: Names,
  warnings: Warnings,
): ImportedVirtualServer {
  const { statement, reals } = shared;
  const id = idOf(where, shared, warnings);
  const port = 'port' in id ? id.port : 0;
  const family = 'address' in id ? familyOf(id.address) : id.family;
  const persistent = persistenceOf(id, shared, warnings);
  return {
    ...plainVirtualServer,
    name: names.take(id, name),
    place: statement.place,
    id,
    scheduler: shared.scheduler,
    flags: shared.flags,
    persistent,
    netmask: persistent === null ? null : readNetmask(shared.granularity, family, warnings),
    persistenceEngine: persistent === null ? null : shared.engine,
    onePacket: shared.onePacket,
    monitoring: shared.monitoring,
    realServers: reals.map(({ real }) => {
      if (real.port === null || real.port === port || real.forward === 'masq')
        return { ...real, port: real.port ?? port };
      const means = `has ${port === 0 ? 'the port that the client asked for' : `port ${port}`}: without NAT ports are not mapped`;
      warnings.add(real.place, keyOfRealServer({ ...real, port: real.port }), means);
      return { ...real, port };
    }),
  };
}

function idOf(where: Where, { statement, protocol, family }: Shared, warnings: Warnings): VirtualServerId {
  if ('fwmark' in where) return { fwmark: where.fwmark, family: where.family ?? family ?? 'ipv4' };
  if (protocol === null)
    warnings.add(statement.place, statement.text, 'without "protocol" it is UDP, as keepalived takes it');
  return { protocol: protocol ?? 'udp', ...where };
}

/** All ports are only for persistent virtual servers. */
function persistenceOf(id: VirtualServerId, { persistent, statement }: Shared, warnings: Warnings): number | null {
  if (persistent !== null || 'fwmark' in id || id.port !== 0) return persistent;
  warnings.add(
    statement.place,
    statement.text,
    `without a port it is persistent, for ${defaultPersistence} s, as keepalived has it`,
  );
  return defaultPersistence;
}

function readNetmask(statement: Statement | undefined, family: Family, warnings: Warnings): number | null {
  if (statement === undefined) return null;
  const [word = ''] = statement.words;
  const mask = parseNetmask(word, family);
  if (mask === netmaskWithHoles) {
    warnings.add(
      statement.place,
      statement.text,
      'has holes, which no prefix length can say: each client stays on its own',
    );
    return null;
  }
  if (mask !== undefined) return mask;
  throw wrong(statement, family === 'ipv6' ? 'a prefix length from 1 to 128' : 'a netmask such as 255.255.255.0');
}
