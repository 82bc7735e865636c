import { type Detail, LvsError } from '../../model/errors.ts';
import { type Config, examine, wordsOf } from '../config.ts';
import { type Mistake, messageOf, type Path, pathText } from '../mistake.ts';
import { type Splice, spliced } from './splice.ts';

/**
 * The configuration with `splices` made, every rule checked again. `focus` is the virtual or real server that the command is
 * about: mistakes in it are worded in the command's options.
 * @throws LvsError invalid-input without line numbers, since the text was never written.
 */
export function edited(config: Config, splices: readonly Splice[], focus: Path): Config {
  const text = spliced(config.text, splices);
  const examination = examine(text);
  if ('cluster' in examination) return { file: config.file, text, ...examination };
  if (examination.source.broken.length > 0)
    throw new LvsError('internal', `${config.file} could not be edited without breaking it`, {
      hint: 'edit it by hand',
    });
  throw invalid(
    examination.mistakes.map(({ mistake }) => mistake),
    focus,
  );
}

/** `mistakes` in words for the command line. */
export function invalid(mistakes: readonly Mistake[], focus: Path): LvsError {
  const details = mistakes.map(
    (mistake): Detail => ({ ...wordsOf(mistake), message: messageOf(mistake, placeOf(mistake, focus)) }),
  );
  const message = details.length === 1 ? 'the command has a mistake' : `the command has ${details.length} mistakes`;
  return new LvsError('invalid-input', message, { details });
}

/** `--scheduler` for a key of the focus, the path in the file for anything else. */
function placeOf({ path, at }: Mistake, focus: Path): string {
  if (focus.some((step, index) => path[index] !== step)) return pathText(path);
  const [key, ...rest] = path.slice(focus.length);
  if (key === undefined) return at === 'value' ? 'ADDRESS' : '--name';
  if (key === 'address') return 'ADDRESS';
  // One mapping in the file, and an option for each of its keys.
  if (key === 'tunnel' && rest[0] !== undefined) return `--tunnel-${rest[0]}`;
  // Real servers have commands of their own: there is no option to name.
  return key === 'real-servers' ? pathText([key, ...rest]) : `--${key}`;
}
