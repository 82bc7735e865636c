import { realpathSync } from 'node:fs';
import type { Cluster } from '../model/cluster.ts';
import type { RouterFile } from '../model/state.ts';
import { labelsIn } from '../plan/election/keepalived-conf.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { bootFiles, bootLinks, bootPlaces } from '../plan/files/boot-files.ts';
import { chooseLabels } from '../plan/labels.ts';
import { readContent } from '../router/files.ts';
import { digestOf, fileOf } from './digests.ts';
import { electionFiles, type ForeignConf, isToRun, ownerOf } from './election.ts';
import { ourselves } from './lock.ts';
import type { Surveyed } from './survey.ts';

/** The configuration as it is installed on every router. */
export const installedConfig = '/etc/lvs/lvs.yaml';
/** Beside it: its digest, and who installed it from where, when and by which command. */
export const installedNote = `${installedConfig}.installed`;

/** The configuration that a run installs on the routers, and what follows from it for their next boot. */
export interface Keeping {
  /** Where the text comes from. */
  readonly file: string;
  /** The text before the run; null: there was none. */
  readonly before: string | null;
  readonly text: string;
  /** One line about who installs it; the same for the whole run. */
  readonly by: string;
}

/** @param doing the command as it was typed */
export function keepingOf(doing: string, file: string, before: string | null, text: string): Keeping {
  const [who, from, when] = ourselves(doing);
  return { file, before, text, by: `installed by ${who}, from ${from}, ${when}: ${doing.replaceAll(/\s/g, ' ')}` };
}

const heldBack = fileOf('1\n');
const letGo = fileOf('0\n');

/** Every path that a run may have an opinion about. */
export function keptPaths({ failover }: Cluster): readonly string[] {
  const election = failover.engine === 'manual' ? [] : Object.values(electionPlaces);
  return [installedConfig, installedNote, ...Object.values(bootPlaces), ...election];
}

/** A copy of the configuration that somebody has edited where it was installed. */
export interface ForeignEdit {
  readonly path: string;
  /** What the note beside it says of its installation; null: there is none. */
  readonly installed: string | null;
}

/** The router with the files that it is to have, and what stands now in those that would be replaced. */
export async function withFiles(
  router: Surveyed,
  cluster: Cluster,
  keeping: Keeping,
  others: readonly Surveyed[],
): Promise<Surveyed & { readonly foreign: ForeignEdit | null; readonly conf: ForeignConf }> {
  // What a monitor decided is not for the next boot: it begins anew then.
  const desired = new Map([...bootFiles(cluster, router.router, router.declared)].map(asFile));
  for (const [path, unit] of bootLinks) {
    desired.set(path, linkTo(unit, desired.get(unit) ?? null));
  }
  const config = fileOf(keeping.text);
  const isThere = router.live.files.get(installedConfig)?.digest === config.digest;
  const isOther = !isThere && !isSource(router, keeping.file);
  if (isOther) desired.set(installedConfig, config);
  // A copy that came there by other ways is known from now on, too.
  if (!isThere || !router.live.files.has(installedNote)) {
    desired.set(installedNote, fileOf(`# ${keeping.by}\n${config.digest}  ${installedConfig}\n`));
  }
  const foreign = isOther ? await foreignEdit(router, keeping) : null;
  const conf = await readConf(router, cluster);
  const runs = isToRun(router, others);
  // In a conflict of roles no address is touched, and keepalived would enable those that are new.
  const isElected = cluster.failover.engine === 'keepalived' && router.role !== 'conflict';
  const present = conf === null || ownerOf(conf) === 'theirs' ? null : conf;
  // keepalived and the planner have to know the addresses by the same labels.
  const labels = isElected ? chooseLabels(router.live.addresses, router.desired, labelsIn(present ?? '')) : undefined;
  if (isElected) {
    const files = electionFiles(cluster, router.router, {
      desired: { ...router.desired, ...(labels && { labels }) },
      present,
      runs,
    });
    for (const [path, file] of files) desired.set(path, file);
    // A router that could not load its rules when it booted: see boot-script.ts.
    if (router.live.files.get(electionPlaces.hold)?.digest === heldBack.digest) desired.set(electionPlaces.hold, letGo);
  }
  const files = new Map(router.live.files);
  const live = files.get(electionPlaces.config);
  if (live !== undefined) files.set(electionPlaces.config, { ...live, content: conf });
  for (const [path, file] of desired) {
    const present = files.get(path);
    if (file === null || present === undefined || present.digest === file.digest || present.content !== null) continue;
    files.set(path, { ...present, content: await readContent(router.runner, router.name, path, present.digest) });
  }
  const owner = conf === null ? 'ours' : ownerOf(conf);
  return {
    ...router,
    foreign,
    conf: owner === 'ours' ? null : owner,
    desired: { ...router.desired, files: desired, ...(labels && { labels }) },
    live: { ...router.live, files },
  };
}

/** The text of keepalived.conf, which decides whose it is; null: there is none, or none of ours to be. */
async function readConf({ live, runner, name }: Surveyed, { failover }: Cluster): Promise<string | null> {
  const present = live.files.get(electionPlaces.config);
  if (failover.engine === 'manual' || present === undefined) return null;
  return readContent(runner, name, electionPlaces.config, present.digest);
}

function asFile([path, content]: [string, string | null]): [string, RouterFile | null] {
  return [path, content === null ? null : fileOf(content)];
}

/** What is read through it is the unit itself. */
function linkTo(unit: string, file: RouterFile | null): RouterFile | null {
  return file && { ...file, link: `../${unit.slice(unit.lastIndexOf('/') + 1)}` };
}

/** Whether the installed configuration of a router is the very file that the run is about. */
function isSource({ local }: Surveyed, file: string): boolean {
  if (!local) return false;
  try {
    return realpathSync(file) === realpathSync(installedConfig);
  } catch {
    return file === installedConfig;
  }
}

/** A copy is ours where it is what the run began with, or what the note says was installed. */
async function foreignEdit({ live, runner, name }: Surveyed, { before }: Keeping): Promise<ForeignEdit | null> {
  const present = live.files.get(installedConfig);
  if (present === undefined || (before !== null && present.digest === digestOf(before))) return null;
  const record = live.files.get(installedNote);
  if (record === undefined) return { path: installedConfig, installed: null };
  const note = await readContent(runner, name, installedNote, record.digest);
  if (note.includes(`\n${present.digest} `)) return null;
  return { path: installedConfig, installed: /^# (.*)$/m.exec(note)?.[1] ?? null };
}
