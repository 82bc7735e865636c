import { durationForms, parseDuration } from '../config/words/duration.ts';
import { LvsError } from '../model/errors.ts';

const fewestSeconds = 5;
const mostSeconds = 86_400;

/** Seconds; null: nothing is to be confirmed. Throws `invalid-input`. */
export function rollbackSecondsOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = parseDuration(text);
  if (seconds !== null && seconds >= fewestSeconds && seconds <= mostSeconds) return seconds;
  throw new LvsError(
    'invalid-input',
    `--rollback-after: found "${text}"; allowed: ${durationForms}, from ${fewestSeconds} s to ${mostSeconds / 3600}h`,
  );
}
