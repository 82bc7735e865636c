import { idOptions } from '../grammar/ipvsadm-commands.ts';
import { asDeclared, parseDetails, withDetails } from '../grammar/listed-details.ts';
import { parseProcTable } from '../grammar/proc-table.ts';
import { parseSavedRules } from '../grammar/saved-rules.ts';
import { parseThresholds, withThresholds } from '../grammar/thresholds.ts';
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
  const read = (...argv: string[]) => runOrFail(runner, router, argv);
  if (wanted === 'without-thresholds') return parseSavedRules(await read('ipvsadm', '-Sn'));
  const [shown, details] = await Promise.all([
    // It is not there before the module is loaded, which ipvsadm does.
    orLost(router, 'read-failed', runner.run(['cat', '/proc/net/ip_vs'])),
    wanted === 'whole' ? read('ipvsadm', '-Ln', '--thresholds') : readNamed(runner, router, wanted),
  ]);
  const table = shown.status === 0 ? parseProcTable(shown.stdout) : null;
  if (table !== null)
    return withDetails(table, parseDetails(details), wanted === 'whole' ? () => null : asDeclared(wanted.declared));
  const [saved, thresholds] = await Promise.all([
    read('ipvsadm', '-Sn'),
    wanted === 'whole' ? details : read('ipvsadm', '-Ln', '--thresholds'),
  ]);
  return withThresholds(parseSavedRules(saved), parseThresholds(thresholds));
}

/** Nothing of those that are not in the kernel. */
async function readNamed(runner: Runner, router: string, { named }: NamedRules): Promise<string> {
  const listings = named.map(async (id) => {
    const argv = ['ipvsadm', '-Ln', ...idOptions(id), '--thresholds'];
    const result = await orLost(router, 'read-failed', runner.run(argv));
    return /no such service/i.test(result.stderr) ? '' : successful(result, router, argv);
  });
  return (await Promise.all(listings)).join('\n');
}
