import { type Detail, LvsError } from '../../model/errors.ts';
import { type Config, examine, wordsOf } from '../config.ts';
import { type Mistake, messageOf, type Path, pathText } from '../mistake.ts';
import { broken, comesToSomethingElse, reachesFurther } from './refusals.ts';
import { type Splice, spliced } from './splice.ts';
import { keysThatDiffer, type Replace, replacedAt, sameValue } from './values.ts';

/** An edit of one virtual or real server, in text and in meaning. */
export interface Edit {
  readonly splices: readonly Splice[];
  /** What the command is about: mistakes in it are worded in the command's options. */
  readonly focus: Path;
  /** What becomes of it; everything else must mean what it meant. */
  readonly replace: Replace;
}

/**
 * The configuration with an edit made, every rule checked again.
 * @throws LvsError refused where the text, once edited, would say anything but what was asked for; invalid-input without line
 * numbers, since the text was never written.
 */
export function edited(config: Config, { splices, focus, replace }: Edit): Config {
  const { file } = config;
  const text = spliced(config.text, splices);
  const examination = examine(text);
  const { source } = examination;
  if (source.broken.length > 0)
    throw broken(
      file,
      source.broken.map(({ mistake }) => mistake),
    );
  requireOutcome(file, replacedAt(config.source.value, focus, replace), source.value, focus);
  if ('cluster' in examination) return { file, text, ...examination };
  throw invalid(
    examination.mistakes.map(({ mistake }) => mistake),
    focus,
  );
}

/** YAML lets one text stand for several values, so that a change of one place may be more, or less, than was asked for. */
function requireOutcome(file: string, wanted: unknown, outcome: unknown, [section = '', name = '']: Path): void {
  if (sameValue(wanted, outcome)) return;
  const serversOf = (value: unknown) => (value as Record<string, unknown>)[section];
  const servers = keysThatDiffer(serversOf(wanted), serversOf(outcome)).filter((key) => key !== name);
  const sections = keysThatDiffer(wanted, outcome).filter((key) => key !== section);
  const elsewhere = [...sections, ...servers.map((server) => `virtual server "${server}"`)];
  throw elsewhere.length > 0 ? reachesFurther(file, elsewhere) : comesToSomethingElse(file, String(name));
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
