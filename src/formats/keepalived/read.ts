import { familyOf } from '../../model/ip.ts';
import type { Imported, ImportedVirtualServer, Sections } from '../imported.ts';
import { Names } from '../names.ts';
import { type Fallback, floatingOf, type KnownPlace, mostFrequent, placeAddresses } from '../placing.ts';
import { Warnings } from '../warnings.ts';
import { readStatements, type Statement } from './blocks.ts';
import { type Globals, readGlobals } from './globals.ts';
import { shown } from './keywords.ts';
import { LineReader, type ReadingOptions } from './lines.ts';
import { readVirtualServers } from './virtual-servers.ts';
import { type Election, readElection } from './vrrp.ts';
import { readGroups } from './where.ts';

/** Top-level keywords that are read, and those without a counterpart with what that means. */
const read = new Set(['global_defs', 'vrrp_instance', 'vrrp_sync_group', 'virtual_server', 'virtual_server_group']);
const withoutCounterpart: Readonly<Record<string, string>> = {
  vrrp_script: 'no script is asked whether a router is fit',
  vrrp_track_process: 'no process is asked for whether a router is fit',
  vrrp_track_file: 'no file is asked whether a router is fit, but one of lvs itself',
  track_file: 'no file is asked whether a router is fit, but one of lvs itself',
  track_group: 'left out',
  static_ipaddress: "a router's own addresses are not lvs's affair: see that the system sets them",
  static_routes: "a router's own routes are not lvs's affair: see that the system sets them",
  static_rules: "a router's own rules are not lvs's affair: see that the system sets them",
  bfd_instance: 'lvs has no BFD',
  garp_group: 'lvs announces addresses in its own way',
  interface_up_down_delays: 'a setting of the keepalived process',
  linkbeat_interfaces: 'a setting of the keepalived process',
  SSL: 'certificates of SSL_GET: see check: { https: … } in lvs.yaml(5)',
  net_namespace: 'lvs works in the network namespace in which it is started',
  net_namespace_ipvs: 'lvs works in the network namespace in which it is started',
  namespace_with_ipsets: 'a setting of the keepalived process',
  instance: 'a setting of the keepalived process',
  use_pid_dir: 'a setting of the keepalived process',
  child_wait_time: 'a setting of the keepalived process',
};

export interface KeepalivedOptions extends ReadingOptions {
  readonly fallback: Fallback;
}

/**
 * Reads keepalived.conf (keepalived.conf(5), 2.2 and 2.3).
 * @throws LvsError invalid-input with the first line that is wrong
 */
export function readKeepalived(text: string, file: string, options: KeepalivedOptions): Imported {
  const warnings = new Warnings();
  const statements = readStatements(new LineReader(options, warnings).read(text, file));
  const of = (keyword: string) => statements.filter((statement) => statement.keyword === keyword);
  for (const statement of statements) {
    const { keyword, place } = statement;
    if (read.has(keyword)) continue;
    const means =
      (Object.hasOwn(withoutCounterpart, keyword) && withoutCounterpart[keyword]) ||
      'lvs does not know this keyword: left out';
    warnings.add(place, shown(statement), means);
  }
  const globals = readGlobals(of('global_defs'), warnings);
  const election = readElection(statements, warnings);
  const groups = readGroups(of('virtual_server_group'));
  const names = new Names();
  const servers = of('virtual_server').flatMap((statement) => readVirtualServers(statement, groups, names, warnings));
  warnAboutUnused(groups, of('virtual_server'), warnings);
  const carried = new Set(servers.flatMap(floatingOf));
  const spare = [...election.addresses].filter(([address]) => !carried.has(address));
  const inside = privateSection(servers, spare, election, warnings);
  const placed = placeAddresses(servers, election.addresses, options.fallback, warnings);
  const sync = syncSection(globals, election, warnings);
  return {
    format: 'keepalived',
    file,
    routers: [],
    sections: {
      ...(placed.public && { public: placed.public }),
      ...(inside && { private: inside }),
      ...(sync && { sync }),
      ...(election.failover && { failover: election.failover }),
      ...(globals.timeouts && { timeouts: globals.timeouts }),
    },
    virtualServers: placed.virtualServers,
    warnings: warnings.all,
  };
}

function warnAboutUnused(
  groups: ReadonlyMap<string, Statement>,
  servers: readonly Statement[],
  warnings: Warnings,
): void {
  const used = new Set(servers.flatMap(({ words: [kind, name = ''] }) => (kind === 'group' ? [name] : [])));
  for (const [name, statement] of groups) {
    if (!used.has(name)) warnings.add(statement.place, shown(statement), 'no virtual server has this group: left out');
  }
}

/**
 * Floating addresses that belong to no virtual server: with real servers behind NAT they are their default routes, where they
 * are on a device without virtual servers.
 */
function privateSection(
  servers: readonly ImportedVirtualServer[],
  spare: readonly (readonly [string, KnownPlace])[],
  { addresses }: Election,
  warnings: Warnings,
): Sections['private'] {
  const outside = new Set(servers.flatMap(floatingOf).flatMap((address) => addresses.get(address)?.device ?? []));
  const masquerades = servers.some(({ realServers }) => realServers.some(({ forward }) => forward === 'masq'));
  const apart = masquerades && outside.size > 0;
  const inner = apart ? spare.filter(([, { device }]) => !outside.has(device)) : [];
  const device = mostFrequent(inner.map(([, known]) => known.device));
  const routers = inner.filter(([, known]) => known.device === device);
  for (const [address, { place, device: held }] of spare) {
    const taken = routers.some(([router]) => router === address);
    const means = taken
      ? 'belongs to no virtual server and is on a device without any: taken as a NAT router address'
      : 'belongs to no virtual server: left out; for firewall marks write floating:';
    warnings.add(place, `${address} dev ${held}`, means);
  }
  if (device === null) return undefined;
  const written = routers.map(([address, { prefix }]) => {
    const full = familyOf(address) === 'ipv6' ? 128 : 32;
    return prefix === null || prefix === full ? address : `${address}/${prefix}`;
  });
  const labels = routers.flatMap(([, { label }]) => label ?? []);
  const [first = ''] = written;
  const label = labels.length === 1 && routers.length === 1 ? labels[0] : undefined;
  return { device, 'nat-router': written.length === 1 ? first : written, ...(label !== undefined && { label }) };
}

function syncSection(globals: Globals, { ids, sync: older }: Election, warnings: Warnings): Sections['sync'] {
  const sync = globals.sync ?? (older && { ...older, id: null, maxLength: null });
  if (sync === null) return undefined;
  const { device, instance, maxLength } = sync;
  const id = sync.id ?? (instance === null ? 0 : (ids.get(instance) ?? 0));
  if (instance !== null)
    warnings.add(null, `lvs_sync_daemon ${device} ${instance}`, 'both daemons run on each router, not one by its role');
  return { device, ...(id !== 0 && { id }), ...(maxLength !== null && { 'max-length': maxLength }) };
}
