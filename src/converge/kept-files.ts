import { realpathSync } from 'node:fs';
import type { Cluster } from '../model/cluster.ts';
import type { RouterFile } from '../model/state.ts';
import { labelsIn } from '../plan/election/keepalived-conf.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { bootFiles, bootLinks, bootPlaces } from '../plan/files/boot-files.ts';
import { isApart, newestOf, nextRecord, parseRecord, renderRecord } from '../plan/files/record.ts';
import { chooseLabels } from '../plan/labels.ts';
import { readContent } from '../router/files.ts';
import { declaredLess } from './declared-less.ts';
import { digestOf, fileOf } from './digests.ts';
import { electionFiles, isToRun, ownerOf } from './election.ts';
import { type InstalledCopy, installedConfig } from './installed-copies.ts';
import { ourselves } from './lock.ts';
import type { Surveyed } from './survey.ts';
import { unconfirmedChange } from './unconfirmed-change.ts';

/** Beside the installed configuration: see record.ts. */
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
  // Should a power cut come between them, a copy that is older than its record is told apart from one that was edited.
  return [installedNote, installedConfig, ...Object.values(bootPlaces), ...election];
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
  { cluster, former }: { readonly cluster: Cluster; readonly former: Cluster },
  {
    keeping,
    record,
    copies,
  }: { readonly keeping: Keeping; readonly record: string; readonly copies: readonly InstalledCopy[] },
  others: readonly Surveyed[],
): Promise<Surveyed> {
  // What a monitor decided is not for the next boot: it begins anew then.
  const desired = new Map([...bootFiles(cluster, router.router, router.declared)].map(asFile));
  for (const [path, unit] of bootLinks) {
    desired.set(path, linkTo(unit, desired.get(unit) ?? null));
  }
  const config = fileOf(keeping.text);
  const copy = copies.find(({ name }) => name === router.name);
  const isThere = copy?.digest === config.digest;
  const isOther = !isThere && copy?.isSource !== true;
  // A copy that came there by other ways, or was edited there, is known from now on, too.
  if (!isRecorded(copy, record)) desired.set(installedNote, fileOf(record));
  if (isOther) desired.set(installedConfig, config);
  const foreign = isOther && copy !== undefined ? foreignEdit(copy, copies, keeping) : null;
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
  const texts = {
    installed: isOther ? (files.get(installedConfig)?.content ?? null) : null,
    rules: copy?.isSource === true ? (files.get(bootPlaces.rules)?.content ?? null) : null,
  };
  return {
    ...router,
    foreign,
    declaredLess: declaredLess(texts, cluster, former),
    isBehindRecord: isOther && copy !== undefined && isOldCopy(copy),
    unconfirmed: await unconfirmedChange(router, keeping, copy),
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

/** What is installed on the routers, and what is recorded of it. */
export function readCopies(routers: readonly Surveyed[], file: string): Promise<InstalledCopy[]> {
  return Promise.all(
    routers.map(async ({ name, router, local, live, runner }) => {
      const note = live.files.get(installedNote);
      const text = note === undefined ? '' : await readContent(runner, name, installedNote, note.digest);
      const digest = live.files.get(installedConfig)?.digest ?? null;
      return { name, router, local, digest, record: parseRecord(text), isSource: local && isInstalled(file) };
    }),
  );
}

/** The record of what a run installs: the newest one where that is of the same text, otherwise one upon all of them. */
export function recordOf(copies: readonly InstalledCopy[], { text, by }: Keeping): string {
  const known = copies.flatMap(({ record }) => record ?? []);
  const newest = newestOf(known);
  const digest = digestOf(text);
  const isKnown = newest?.digest === digest && !known.some((record) => isApart(record, newest));
  return renderRecord(isKnown ? newest : nextRecord(by, digest, known), installedConfig);
}

/** Whether a router has that record, in whatever words. */
function isRecorded(copy: InstalledCopy | undefined, text: string): boolean {
  const [own, wanted] = [copy?.record ?? null, parseRecord(text)];
  return own !== null && own.digest === wanted?.digest && own.revision === wanted.revision;
}

/** Whether a file is the installed configuration of this machine. */
function isInstalled(file: string): boolean {
  try {
    return realpathSync(file) === realpathSync(installedConfig);
  } catch {
    return file === installedConfig;
  }
}

/** A power cut, or the router's absence, may leave it behind. */
function isOldCopy({ digest, record }: InstalledCopy): boolean {
  return digest !== null && record !== null && digest !== record.digest && record.replaced.includes(digest);
}

/** A copy is ours where it is what the run began with, or what any record says was installed. */
function foreignEdit(
  { digest, record }: InstalledCopy,
  copies: readonly InstalledCopy[],
  { before }: Keeping,
): ForeignEdit | null {
  const known = copies.flatMap(({ record: each }) => (each === null ? [] : [each.digest, ...each.replaced]));
  if (digest === null || (before !== null && digest === digestOf(before)) || known.includes(digest)) return null;
  return { path: installedConfig, installed: record?.by ?? null };
}
