import type { RouterState, SyncDaemon, Timeouts } from '../../model/state.ts';
import type { Sections } from '../imported.ts';
import type { Warnings } from '../warnings.ts';
import type { LiveRouter } from './router.ts';

/** The kernel's own (Documentation/networking/ipvs-sysctl.rst, ip_vs_ctl.c); of what is not here the kernel decides by itself. */
const defaultSettings: Readonly<Record<string, string>> = {
  am_droprate: '10',
  amemthresh: '1024',
  backup_only: '0',
  cache_bypass: '0',
  conn_reuse_mode: '1',
  conntrack: '0',
  drop_entry: '0',
  drop_packet: '0',
  expire_nodest_conn: '0',
  expire_quiescent_template: '0',
  ignore_tunneled: '0',
  lblc_expiration: '86400',
  lblcr_expiration: '86400',
  nat_icmp_send: '0',
  pmtu_disc: '1',
  run_estimation: '1',
  schedule_icmp: '0',
  secure_tcp: '0',
  sloppy_sctp: '0',
  sloppy_tcp: '0',
  snat_reroute: '1',
  sync_persist_mode: '0',
  sync_ports: '1',
  sync_refresh_period: '0',
  sync_retries: '0',
  sync_threshold: '3 50',
  sync_version: '1',
};

const prefix = 'net.ipv4.vs.';

/** What is asked of a router to be told of its settings. */
export const settingsToRead: readonly string[] = Object.keys(defaultSettings).map((name) => prefix + name);

const defaultTimeouts: Timeouts = { tcp: 900, tcpFin: 120, udp: 300 };

/** What the kernels have for all virtual servers, where that is not as they begin. */
export function globalsOf(routers: readonly LiveRouter[], warnings: Warnings): Sections {
  const sync = syncOf(routers, warnings);
  const timeouts = timeoutsOf(routers, warnings);
  const settings = settingsOf(routers, sync !== undefined, warnings);
  return { ...(sync && { sync }), ...(timeouts && { timeouts }), ...(settings && { settings }) };
}

/** The same on all routers, or undefined, which is told. */
function agreed<T>(
  routers: readonly LiveRouter[],
  of: (state: RouterState) => T,
  what: string,
  warnings: Warnings,
): T | undefined {
  const [first, ...others] = routers.map(({ state }) => of(state));
  if (others.every((other) => JSON.stringify(other) === JSON.stringify(first))) return first;
  const names = routers.map(({ name }) => name).join(' and ');
  warnings.add(null, what, `not declared: ${names} do not have the same`);
  return undefined;
}

function timeoutsOf(routers: readonly LiveRouter[], warnings: Warnings): Sections['timeouts'] {
  const timeouts = agreed(routers, (state) => state.timeouts, 'time-outs', warnings);
  if (timeouts == null || JSON.stringify(timeouts) === JSON.stringify(defaultTimeouts)) return undefined;
  return { tcp: timeouts.tcp, 'tcp-fin': timeouts.tcpFin, udp: timeouts.udp };
}

function settingsOf(routers: readonly LiveRouter[], synced: boolean, warnings: Warnings): Sections['settings'] {
  const found: Record<string, string | number> = {};
  for (const [name, usual] of Object.entries(defaultSettings)) {
    const value = agreed(routers, ({ settings }) => settings.get(prefix + name), prefix + name, warnings);
    // With sync: lvs has settings of its own for these two.
    const own = synced ? { sync_threshold: '0 1', sync_refresh_period: '10' }[name] : undefined;
    if (value === undefined || value === (own ?? usual)) continue;
    found[name] = name === 'sync_threshold' ? value : Number(value);
  }
  return Object.keys(found).length === 0 ? undefined : (found as Sections['settings']);
}

/** The kernel's backup takes no shorter messages, and shows this where less was asked for. */
const shortestBackup = 1024;
/** What lvs asks for where nothing is said. */
const ownLength = 88;

/** Both daemons on each router, alike: nothing else can be declared. */
function syncOf(routers: readonly LiveRouter[], warnings: Warnings): Sections['sync'] {
  const all = routers.map(({ state }) => state.syncDaemons);
  if (all.every((daemons) => daemons.length === 0)) return undefined;
  const [first] = all.flat();
  const lengths = new Set(
    all
      .flat()
      .filter(({ role }) => role === 'master')
      .map(({ maxLength }) => maxLength),
  );
  const [length = null] = lengths;
  const alike = all.every((daemons) => daemons.length === 2 && daemons.every((daemon) => isAs(daemon, first, length)));
  if (first === undefined || !alike || lengths.size !== 1) {
    warnings.add(
      null,
      'sync daemons',
      'not declared: sync: has a master and a backup on every router, on one device with one id',
    );
    return undefined;
  }
  const { device, id } = first;
  const stated = length === null || length === ownLength ? {} : { 'max-length': length };
  return { device, ...(id !== 0 && { id }), ...stated };
}

function isAs(
  { role, device, id, maxLength }: SyncDaemon,
  first: SyncDaemon | undefined,
  length: number | null,
): boolean {
  const wanted = role === 'backup' && length !== null ? Math.max(length, shortestBackup) : length;
  return device === first?.device && id === first.id && maxLength === wanted;
}
