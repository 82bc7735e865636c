import { LvsError } from '../model/errors.ts';
import type { PendingFile } from './pending-file.ts';

/**
 * What became of a run that was not confirmed, with what holds of the file that it had edited on this machine: each router takes
 * back only what the run wrote, so that an edit of another user stays, and the change with it.
 */
export function withFileOf(error: LvsError, file: PendingFile | null): LvsError {
  const { code, message, details } = error;
  const isRolledBack = code === 'unconfirmed' || code === 'interrupted';
  if (file === null || !file.changed || !isRolledBack || file.now() === file.before) return error;
  const happened = message.replace(/^rolled back: /, '').replace(/[:;,]? *everything is as it was before$/, '');
  const holds = `${file.file} was edited by another user meanwhile, stays as it is, and may still contain the change`;
  return new LvsError('not-put-back', `${happened}: the routers were rolled back, but ${holds}`, {
    details: [...details, { message: holds, file: file.file }],
    hint: `see what the next run would bring in with "lvs diff -c ${file.file}"`,
    cause: error,
  });
}
