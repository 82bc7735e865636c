import { LvsError } from '../model/errors.ts';
import type { ArmedRun } from './armed-run.ts';

/** A router that is rolled back needs no automatic rollback any more; any other keeps it. */
export async function afterUndo(error: LvsError, armed: ArmedRun): Promise<LvsError> {
  const { code, message, details, hint } = error;
  if (code !== 'not-put-back') {
    await armed.disarm();
    return error;
  }
  return new LvsError(code, message, {
    details: [...details, ...armed.byThemselves()],
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}

export function tooSlow({ pending }: ArmedRun): LvsError {
  return new LvsError('unconfirmed', `the run itself took the ${pending.seconds} s in which it could be confirmed`, {
    hint: 'give it more time',
  });
}

export function notWritten(error: unknown): LvsError {
  const message = error instanceof LvsError ? error.message : String(error);
  return new LvsError('not-put-back', `confirmed, and the routers keep it, but ${message}`, {
    hint: 'the configuration as the routers have it is their /etc/lvs/lvs.yaml',
    cause: error,
  });
}
