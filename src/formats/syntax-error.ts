import { LvsError } from '../model/errors.ts';
import type { Place } from './warnings.ts';

/**
 * The error for a file that is not in its format: nothing is imported from half of one.
 * @param what was found there, and what is allowed; a sentence without its full stop
 */
export function syntaxError(place: Place, what: string, words: { found?: string; allowed?: string } = {}): LvsError {
  const { file, line } = place;
  return new LvsError('invalid-input', `${file} cannot be imported`, {
    details: [{ file, line, message: what, ...words }],
    hint: 'see that the file is of the format that was named, and that the program it is for accepts it',
  });
}
