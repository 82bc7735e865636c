import type { Cluster, Router } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import type { RouterFile } from '../model/state.ts';
import { fragmentsNote, keepalivedConf } from '../plan/election/keepalived-conf.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { orLost } from '../router/lost.ts';
import type { Facts } from '../router/runner.ts';
import { digestOf, fileOf } from './digests.ts';
import type { Planned } from './planned.ts';
import type { Surveyed } from './survey.ts';

/** Others who move addresses or write rules. Where keepalived moves them for us, it is none. */
export function rivalsOf({ failover }: Cluster, { rivals }: Facts): string[] {
  if (failover.engine === 'manual') return [...rivals];
  return rivals.filter((rival) => rival !== 'keepalived' && rival !== electionPlaces.config);
}

const marker = '# Written by lvs, from lvs.yaml: what is changed here is refused. SHA-256 of the rest: ';

/** Whose a keepalived.conf is: the first line says that it is ours, and what stood below it then. */
export function ownerOf(content: string): 'ours' | 'edited' | 'theirs' {
  if (!content.startsWith(marker)) return 'theirs';
  const end = content.indexOf('\n');
  return content.slice(marker.length, end) === digestOf(content.slice(end + 1)) ? 'ours' : 'edited';
}

/** The files that make keepalived move the addresses of a router. `present` is the text that stands there now. */
export function electionFiles(
  cluster: Cluster,
  router: Router | null,
  { desired, present, runs }: { desired: Surveyed['desired']; present: string | null; runs: boolean },
): [string, RouterFile][] {
  const text = keepalivedConf(cluster, router, desired);
  // It cannot be without any address: with the last one it stops.
  if (text === null) return present === null ? [] : [[electionPlaces.config, { ...fileOf(present), running: false }]];
  const config = fileOf(`${marker}${digestOf(text)}\n${text}`);
  return [
    [electionPlaces.fragments, fileOf(fragmentsNote)],
    [electionPlaces.config, { ...config, running: runs }],
  ];
}

/**
 * Whether keepalived is to run on a router. A running one is left running. Where it would be the first one that does, somebody
 * may hold the addresses of whom it would not know: it is started where they are, and then beside a router that has them.
 */
export function isToRun({ role, election }: Surveyed, others: readonly Surveyed[]): boolean {
  if (election !== 'not running' || role === 'active') return true;
  return others.some((other) => other.role === 'active');
}

const tryIt =
  'umask 077; mkdir -p -m 700 /run/lvs && cat >/run/lvs/keepalived.conf && keepalived -t -f /run/lvs/keepalived.conf; status=$?; rm -f /run/lvs/keepalived.conf; exit $status';

/** Lets keepalived itself look at what is to be installed. Throws `refused` with its words. */
export async function requireSoundElection(planned: readonly Planned[]): Promise<void> {
  await Promise.all(planned.map(requireSound));
}

async function requireSound({ name, runner, plan }: Planned): Promise<void> {
  const { content } = plan.target.files.get(electionPlaces.config) ?? { content: null };
  if (content === null || !plan.changes.some(({ key }) => key === electionPlaces.config)) return;
  const { status, stdout, stderr } = await orLost(name, 'read-failed', runner.run(['sh', '-c', tryIt], content));
  if (status === 0) return;
  const said = `${stderr}\n${stdout}`.trim().split('\n').join('; ') || `exit status ${status}`;
  throw new LvsError('refused', `${name}: keepalived does not accept its configuration: ${said}; nothing was run`, {
    details: [{ router: name, message: said, found: 'keepalived -t' }],
    hint: `see the devices, and the fragments in ${electionPlaces.fragments.replace(/[^/]*$/, '')}`,
  });
}

/** Refuses to replace a keepalived.conf that is not ours. Throws `rival`. */
export function requireOwnElection(routers: readonly { readonly name: string; readonly conf?: ForeignConf }[]): void {
  const theirs = routers.filter(({ conf }) => conf === 'theirs').map(({ name }) => name);
  const [first] = theirs;
  if (first === undefined) return;
  throw new LvsError('rival', `${first}: ${electionPlaces.config} was not written by lvs; nothing was run`, {
    details: theirs.map((router) => ({ router, message: `found: ${electionPlaces.config}` })),
    hint: 'move it away, with what it declares taken over into lvs.yaml ("lvs import keepalived"), and fragments of your own into conf.d beside it',
  });
}

export type ForeignConf = 'theirs' | 'edited' | null;
