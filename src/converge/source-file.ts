import { readFileSync } from 'node:fs';
import { LvsError } from '../model/errors.ts';

/** A configuration as it was read. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/**
 * A run that waited for a lock may find another file than it has read: what it would do is of yesterday.
 * @throws LvsError `stale`
 */
export function requireAsRead({ file, text }: SourceFile): void {
  let now: string;
  try {
    now = readFileSync(file, 'utf8');
  } catch {
    // Standard input, or a file that is gone: the run has read it all.
    return;
  }
  if (now === text) return;
  throw new LvsError('stale', `${file} was changed by another user meanwhile; nothing was run`, {
    hint: 'run the command again: it reads the new one',
  });
}
