import { realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { timeOf } from '../plan/files/record.ts';
import { orLost } from '../router/lost.ts';
import { type Pending, type PendingState, readPending } from '../router/pending.ts';
import { digestOf } from './digests.ts';
import type { InstalledCopy } from './installed-copies.ts';
import type { Keeping } from './kept-files.ts';
import type { Surveyed } from './survey.ts';

/** A file as another run on this machine knows it: whatever the directory in which it is named. */
export function fileHere(file: string): string {
  return `${hostname()}:${realPath(file)}`;
}

/**
 * The change that a run which was not confirmed may have left in lvs.yaml: each router is rolled back by itself, but leaves that
 * file as it is if another user edited it meanwhile. It is a sentence for the question; null: there is none.
 */
export async function unconfirmedChange(
  { name, local, runner }: Surveyed,
  keeping: Keeping,
  copy: InstalledCopy | undefined,
): Promise<string | null> {
  const digest = digestOf(keeping.before ?? keeping.text);
  const record = copy?.record ?? null;
  if (!local || digest === record?.digest) return null;
  const said = await orLost(name, 'read-failed', readPending(runner));
  if (!isRolledBack(said) || said.pending.file !== fileHere(keeping.file)) return null;
  const [who, , since, doing] = said.pending.holder;
  if (record !== null && timeOf(record) > Date.parse(since)) return null;
  return `${keeping.file} may still contain the change of "${doing}" by ${who}, which was not confirmed and was rolled back`;
}

function isRolledBack(said: PendingState): said is PendingState & { readonly pending: Pending } {
  return said.state === 'put-back' || said.state === 'failed';
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
