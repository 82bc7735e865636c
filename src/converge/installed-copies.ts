import { statSync } from 'node:fs';
import { shellWords } from '../grammar/shell.ts';
import type { Router } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { type InstalledRecord, isApart, isBehind, newestOf, timeOf } from '../plan/files/record.ts';

/** Where the configuration is installed on every router. */
export const installedConfig = '/etc/lvs/lvs.yaml';

/** The installed configuration of one router. */
export interface InstalledCopy {
  readonly name: string;
  readonly router: Router | null;
  readonly local: boolean;
  /** Null: there is none. */
  readonly digest: string | null;
  readonly record: InstalledRecord | null;
  /** Whether it is the very file that a run is about. */
  readonly isSource: boolean;
}

/** The configuration that a run installs. */
export interface ToInstall {
  readonly file: string;
  readonly digest: string;
  /** Of what the file held before the run. */
  readonly before: string | null;
}

/** What a run would overwrite although it is not older. */
export interface Newer {
  /** A whole sentence. */
  readonly message: string;
  /** A line for a shell, and for which purpose it is there. */
  readonly remedy: string;
  readonly purpose: string;
  /** Whether that is refused; otherwise it is asked about. */
  readonly refused: boolean;
}

/**
 * Null where what a run installs is, or is made of, the newest that any router has been given. An installed copy that is behind
 * its record, or behind that of another router, is refused: a power cut, or the router's absence, is why. Any other file may be
 * an older one on purpose.
 */
export function newerThan(run: ToInstall, copies: readonly InstalledCopy[]): Newer | null {
  const records = copies.flatMap(({ record }) => record ?? []);
  const source = copies.find(({ isSource }) => isSource);
  const base = source?.record ?? null;
  const subject = source === undefined ? run.file : `lvs.yaml on ${source.name}`;
  const age = ageOf(run.file);
  const others = records.filter(({ digest }) => digest !== run.digest && digest !== run.before);
  const newest = newestOf(others);
  if (newest === null) return null;
  const other = records.find((record) => isApart(record, newest));
  if (other !== undefined) return apart(run, copies, newest);
  if (base !== null && isBehind(base, newest)) return older(run, subject, newest, { copies, refused: true });
  const former = new Set([
    ...newest.replaced,
    ...records.filter((each) => isBehind(each, newest)).map((r) => r.digest),
  ]);
  const isFormer = former.has(run.digest) || (run.before !== null && former.has(run.before));
  if (!isFormer || !(age < timeOf(newest))) return null;
  return older(run, subject, newest, { copies, refused: source !== undefined });
}

/** Milliseconds; not a number where there is no such file. */
function ageOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
}

function older(
  { file }: ToInstall,
  subject: string,
  newest: InstalledRecord,
  { copies, refused }: { copies: readonly InstalledCopy[]; refused: boolean },
): Newer {
  const having = copies.find(({ digest }) => digest === newest.digest);
  const where = having === undefined ? 'no router that answers has the newer one' : `${having.name} has the newer one`;
  const apply = shellWords(['lvs', 'apply', '-c', file]);
  const isLost = having === undefined;
  return {
    message: `${subject} is older than what was ${newest.by}; ${where}`,
    remedy: isLost ? `${apply} --overwrite` : `${shellWords(copying(having, file))} && ${apply}`,
    purpose: isLost ? 'to install the older one all the same' : 'to go on with the newer one',
    refused,
  };
}

function apart({ file }: ToInstall, copies: readonly InstalledCopy[], newest: InstalledRecord): Newer {
  const having = copies.filter(({ record }) => record !== null).map(({ name }) => name);
  return {
    message: `lvs.yaml was changed on ${having.join(' and ')} separately, the last time ${newest.by}`,
    remedy: shellWords(['lvs', 'apply', '-c', file, '--overwrite']),
    purpose: 'when that file has what both say',
    refused: true,
  };
}

/** The command that copies what is installed on a router. */
function copying({ local, router }: InstalledCopy, file: string): string[] {
  const [ssh] = router?.ssh ?? [];
  if (local || ssh === undefined) return ['cp', installedConfig, file];
  if (ssh.startsWith('ssh://'))
    return ['scp', `${ssh.replace('ssh://', 'scp://').replace(/\/$/, '')}/${installedConfig}`, file];
  const [, user = '', host = ''] = /^(.*@)?(.*)$/.exec(ssh) ?? [];
  return ['scp', `${user}${host.includes(':') ? `[${host}]` : host}:${installedConfig}`, file];
}

/** It, with the command that helps. */
export function newerWithRemedy({ message, remedy, purpose }: Newer): string {
  return `${message} (${purpose}: "${remedy}")`;
}

/** Refuses to overwrite what is newer. Throws `stale`. */
export function requireNewest(routers: readonly { readonly newer?: Newer | null }[]): void {
  const newer = routers.find((router) => router.newer?.refused === true)?.newer;
  if (newer == null) return;
  throw new LvsError('stale', `${newer.message}; nothing was run`, { hint: `${newer.remedy} # ${newer.purpose}` });
}
