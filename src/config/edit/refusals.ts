import { LvsError } from '../../model/errors.ts';
import { type Mistake, messageOf } from '../mistake.ts';

/*
 * Files that are sound, and written in a way in which a change cannot be made where it belongs. All of these are `refused`:
 * the file is as it was, and a person can edit it.
 */

const hint = 'edit the file by hand';

/** What is written once and used in several places cannot be changed in one of them. */
export function notPlain(file: string, what: string): LvsError {
  const message = `${what} in ${file} comes from a YAML anchor, so that a change here would reach further`;
  return new LvsError('refused', message, { hint });
}

/** `elsewhere` says what would change as well. */
export function reachesFurther(file: string, elsewhere: readonly string[]): LvsError {
  const message = `a change here in ${file} would reach ${elsewhere.join(', ')} too, by a YAML anchor or merge key`;
  return new LvsError('refused', message, { hint });
}

export function comesToSomethingElse(file: string, name: string): LvsError {
  const message = `"${name}" in ${file} is written in a way in which this change would come to something else`;
  return new LvsError('refused', message, { hint });
}

/** `mistakes` are those that the text would have. */
export function broken(file: string, mistakes: readonly Mistake[]): LvsError {
  const details = mistakes.map((mistake) => ({ message: messageOf(mistake, '') }));
  return new LvsError('refused', `${file} would be broken by this change`, { details, hint });
}
