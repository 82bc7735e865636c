import { idOptions } from '../grammar/ipvsadm-commands.ts';
import { incomplete, requireListing, requireWholeLines } from '../grammar/lines.ts';
import { agree, parseDetails, withDetails } from '../grammar/listed-details.ts';
import { type ProcVirtualServer, parseProcTable } from '../grammar/proc-table.ts';
import { parseSavedRules } from '../grammar/saved-rules.ts';
import { parseThresholds, withThresholds } from '../grammar/thresholds.ts';
import { keyOfVirtualServer, sameRealServer, sameVirtualServer } from '../model/identity.ts';
import type { VirtualServer, VirtualServerId } from '../model/state.ts';
import { orLost } from './lost.ts';
import { runOrFail, successful } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/**
 * Of named ones everything, and of the others what the kernel shows at no cost: the rest of theirs is taken to be as
 * declared. Thresholds take a reading of their own.
 */
export type WantedRules = 'whole' | 'without-thresholds' | 'none' | NamedRules;

export interface NamedRules {
  readonly named: readonly VirtualServerId[];
  readonly declared: ReadonlyMap<string, VirtualServer>;
}

type Rules = Map<string, VirtualServer>;

/** The IPVS table of a router's kernel, by keyOfVirtualServer. Throws `read-failed` naming the command that failed. */
export async function readRules(runner: Runner, router: string, wanted: WantedRules): Promise<Rules> {
  if (wanted === 'none') return new Map();
  if (wanted === 'without-thresholds') return readSaved(runner, router);
  return wanted === 'whole' ? readWhole(runner, router) : readNamed(runner, router, wanted);
}

const listThresholds = ['ipvsadm', '-Ln', '--thresholds'];

/** Where /proc/net/ip_vs says enough that is a process less that asks the kernel for each virtual server. */
async function readWhole(runner: Runner, router: string): Promise<Rules> {
  const [table, listing] = await Promise.all([readTable(runner, router), runOrFail(runner, router, listThresholds)]);
  requireListing(listing, listThresholds.join(' '));
  const details = table === null ? null : parseDetails(listing);
  if (table !== null && details !== null && agree(table, details)) return withDetails(table, details);
  return readListed(runner, router);
}

/** `ipvsadm -Sn` prints nothing of an empty table, so that only another reading shows whether it has told all. */
async function readSaved(runner: Runner, router: string): Promise<Rules> {
  const [table, saved] = await Promise.all([readTable(runner, router), save(runner, router)]);
  return table !== null && sameServers(saved, table) ? saved : readListed(runner, router);
}

/** Somebody else may change the table between two readings: a few times they are made again. */
const tries = 3;

async function readListed(runner: Runner, router: string): Promise<Rules> {
  for (let left = tries; left > 0; left -= 1) {
    const [saved, listing] = await Promise.all([save(runner, router), runOrFail(runner, router, listThresholds)]);
    requireListing(listing, listThresholds.join(' '));
    const thresholds = parseThresholds(listing);
    if (sameServers(saved, thresholds)) return withThresholds(saved, thresholds);
  }
  throw incomplete('ipvsadm -Sn', `${listThresholds.join(' ')} shows other servers`);
}

async function save(runner: Runner, router: string): Promise<Rules> {
  const text = await runOrFail(runner, router, ['ipvsadm', '-Sn']);
  requireWholeLines(text, 'ipvsadm -Sn');
  return parseSavedRules(text);
}

/** Whether both have the same virtual servers, with as many real servers. */
function sameServers(
  saved: Rules,
  shown: ReadonlyMap<string, ProcVirtualServer | ReadonlyMap<string, unknown>>,
): boolean {
  if (saved.size !== shown.size) return false;
  return [...saved].every(([key, { realServers }]) => {
    const found = shown.get(key);
    const others = found !== undefined && 'realServers' in found ? found.realServers : found;
    return others?.size === realServers.size;
  });
}

/** Null where it says too little, or is not there: ipvsadm loads the module, and it comes with that. */
async function readTable(
  runner: Runner,
  router: string,
  isWanted?: (key: string) => boolean,
): Promise<Map<string, ProcVirtualServer> | null> {
  const { status, stdout } = await orLost(router, 'read-failed', runner.run(['cat', '/proc/net/ip_vs']));
  return status === 0 ? parseProcTable(stdout, isWanted) : null;
}

/**
 * Where others seem to differ from what is declared, that is to be known for certain. Of those that nobody declared counts only
 * that they are there.
 */
async function readNamed(runner: Runner, router: string, { named, declared }: NamedRules): Promise<Rules> {
  const own = new Set(named.map(keyOfVirtualServer));
  const [table, listings] = await Promise.all([
    readTable(runner, router, (key) => own.has(key) || declared.has(key)),
    listNamed(runner, router, named),
  ]);
  if (table === null) return readWhole(runner, router);
  const details = parseDetails(listings);
  const found = withDetails(table, details, declared);
  const isSound = (key: string) => {
    if (!own.has(key)) return isAlike(found.get(key), declared.get(key));
    return details.get(key)?.realServers === table.get(key)?.realServers.size;
  };
  return [...own, ...declared.keys()].every(isSound) ? found : readWhole(runner, router);
}

function isAlike(found: VirtualServer | undefined, declared: VirtualServer | undefined): boolean {
  if (found === undefined || declared === undefined || !sameVirtualServer(found, declared)) return false;
  if (found.realServers.size !== declared.realServers.size) return false;
  return [...declared.realServers].every(([key, real]) => {
    const there = found.realServers.get(key);
    return there !== undefined && sameRealServer(there, real);
  });
}

/** Nothing of those that are not in the kernel. */
async function listNamed(runner: Runner, router: string, named: NamedRules['named']): Promise<string> {
  const listings = named.map(async (id) => {
    const argv = ['ipvsadm', '-Ln', ...idOptions(id), '--thresholds'];
    const result = await orLost(router, 'read-failed', runner.run(argv));
    if (/no such service/i.test(result.stderr)) return '';
    const listing = successful(result, router, argv);
    requireListing(listing, argv.join(' '));
    if (parseDetails(listing).size === 0) throw incomplete(argv.join(' '), 'without the virtual server');
    return listing;
  });
  return (await Promise.all(listings)).join('\n');
}
