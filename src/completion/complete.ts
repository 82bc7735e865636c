import { commonOptions, type Manifest, type ManifestCommand, type ManifestOption } from '../command-line/manifest.ts';
import type { Candidate, Names } from './names.ts';
import { type Values, valuesOfArgument, valuesOfOption } from './values.ts';

/**
 * What the last word can become.
 * @param words behind the program's name, the last one as far as it is typed
 */
export function complete(words: readonly string[], manifest: Manifest, names: Names): Values {
  const current = words.at(-1) ?? '';
  const typed = readWords(words.slice(0, -1), manifest);
  const values = valuesAt(current, typed, manifest, names);
  return values === 'files' ? values : values.filter(({ word }) => word.startsWith(current));
}

/** The file that `--config` names among words that are typed; null: none. */
export function configAmong(words: readonly string[]): string | null {
  const at = words.findIndex((word) => /^(-c|--config)(=|$)/.test(word));
  const found = words[at];
  if (found === undefined) return null;
  return found.includes('=') ? found.slice(found.indexOf('=') + 1) : (words[at + 1] ?? null);
}

/** What stands before the word that is typed. */
interface Typed {
  /** The words of the command: `vip`, or `vip add`. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** The option that waits for its value. */
  readonly waiting: ManifestOption | null;
  /** Whether no options can follow: `--` was typed. */
  readonly ended: boolean;
}

function valuesAt(current: string, { command, args, waiting, ended }: Typed, manifest: Manifest, names: Names): Values {
  if (waiting !== null) return valuesOfOption(waiting.name, names);
  const [, option, value] = /^--([^=]+)=(.*)$/.exec(current) ?? [];
  const found = manifest.commands[command.join(':')];
  const options = found === undefined ? commonOptions(manifest) : Object.values(found.flags);
  if (option !== undefined && value !== undefined && !ended) return valuesBehind(`--${option}=`, option, names);
  if (current.startsWith('-') && !ended) return optionWords(options);
  return found === undefined ? nextWords(command, manifest) : argumentValues(found, args, names);
}

function valuesBehind(start: string, option: string, names: Names): Values {
  const values = valuesOfOption(option, names);
  return values === 'files' ? [] : values.map(({ word, description }) => ({ word: `${start}${word}`, description }));
}

function readWords(words: readonly string[], manifest: Manifest): Typed {
  const command: string[] = [];
  const args: string[] = [];
  let waiting: ManifestOption | null = null;
  let ended = false;
  for (const word of words) {
    const found: ManifestCommand | undefined = manifest.commands[command.join(':')];
    if (waiting !== null) waiting = null;
    else if (ended) args.push(word);
    else if (word === '--') ended = true;
    else if (word.startsWith('-')) waiting = optionThatWaits(word, found, manifest);
    else if (found === undefined) command.push(word);
    else args.push(word);
  }
  return { command, args, waiting, ended };
}

function optionThatWaits(
  word: string,
  command: ManifestCommand | undefined,
  manifest: Manifest,
): ManifestOption | null {
  const options = command === undefined ? commonOptions(manifest) : Object.values(command.flags);
  const option = options.find(({ name, char }) => word === `--${name}` || (char !== undefined && word === `-${char}`));
  return option?.type === 'option' ? option : null;
}

function optionWords(options: readonly ManifestOption[]): Candidate[] {
  return options
    .filter(({ hidden }) => hidden !== true)
    .flatMap(({ name, summary = '', allowNo }) => [
      { word: `--${name}`, description: summary },
      ...(allowNo === true ? [{ word: `--no-${name}`, description: summary }] : []),
    ]);
}

/** `vip` and `diff` at the beginning; `add`, `list` … behind `vip`. */
function nextWords(before: readonly string[], manifest: Manifest): Candidate[] {
  const start = before.map((word) => `${word}:`).join('');
  const below = Object.values(manifest.commands).filter(({ id, hidden }) => id.startsWith(start) && hidden !== true);
  const next = below.map(({ id, summary = '' }): [string, string] => {
    const [word = '', ...more] = id.slice(start.length).split(':');
    return [word, more.length === 0 ? summary : ''];
  });
  return [...new Map(next)].map(([word, description]) => ({ word, description }));
}

function argumentValues({ args }: ManifestCommand, before: readonly string[], names: Names): Values {
  const argument = Object.values(args)[before.length];
  if (argument === undefined) return [];
  if (argument.options !== undefined) return argument.options.map((word) => ({ word, description: '' }));
  return valuesOfArgument(argument.name, before, names);
}
