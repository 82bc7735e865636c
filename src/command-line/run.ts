import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Config, Errors, settings } from '@oclif/core';
import { LvsError } from '../model/errors.ts';
import { findCommand } from './find-command.ts';
import { ExactHelp } from './help.ts';
import type { Manifest } from './manifest.ts';
import { usageError } from './usage-error.ts';

/** The program as it was called. */
export interface Invocation {
  /** The package's folder. */
  readonly root: string;
  /** `lvs` or `lvsadm`, for the help texts. */
  readonly name: string;
  /** The command line without the program itself. */
  readonly words: readonly string[];
}

/**
 * Runs the command that the words name, or shows help.
 * @throws LvsError where they name none, or make no sense to it; and what the command throws.
 */
export async function runCommandLine({ root, name, words }: Invocation, manifest: Manifest): Promise<void> {
  for (const word of words) requirePrintable(word);
  settings.enableAutoTranspile = false;
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  pjson.oclif.bin = name;
  const config = await Config.load({ root, pjson, userPlugins: false, devPlugins: false });

  if (words[0] === '--version') {
    process.stdout.write(`${config.userAgent}\n`);
    return;
  }
  const found = findCommand(words, manifest);
  if (found.kind === 'unknown') throw unknownCommand(found);
  const isTopicAlone = found.kind === 'topic' && words.length === 1;
  if (wantsHelp(words) || words.length === 0 || isTopicAlone) {
    const subject = found.kind === 'command' ? found.id.split(':') : found.kind === 'topic' ? [found.topic] : [];
    await new ExactHelp(config, pjson.oclif.helpOptions).showHelp(subject);
    return;
  }
  if (found.kind !== 'command') throw noCommand(found.kind === 'none' ? found.strange : null);
  await runCommand(config, found, manifest);
}

async function runCommand(
  config: Config,
  { id, words }: { id: string; words: readonly string[] },
  manifest: Manifest,
): Promise<void> {
  try {
    await config.runCommand(id, [...words]);
  } catch (error) {
    if (error instanceof Errors.ExitError) {
      process.exitCode = error.oclif.exit ?? 0;
      return;
    }
    const command = manifest.commands[id];
    throw command === undefined ? error : usageError(error, command);
  }
}

/** No name, address or text of ours holds a newline or another control character. Throws `invalid-input`. */
function requirePrintable(word: string): void {
  if (!/\p{Cc}/u.test(word)) return;
  // What else it may hold is written as an escape at the way out.
  const shown = word.replaceAll('\n', String.raw`\n`);
  throw new LvsError('invalid-input', `found a control character in "${shown}"; allowed: words on one line`, {
    hint: 'quote what a script passes on, and strip newlines from it',
  });
}

function wantsHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? words.length : end).some((word) => word === '--help' || word === '-h');
}

function unknownCommand({ word, candidate }: { word: string; candidate: string | null }): LvsError {
  return new LvsError('invalid-input', `there is no command "${word}"`, {
    hint: candidate === null ? 'lvs --help lists the commands' : `did you mean "lvs ${candidate}"?`,
  });
}

function noCommand(strange: string | null): LvsError {
  const message =
    strange === null
      ? 'a command must follow the options'
      : `there is no option ${strange} that can stand before a command`;
  return new LvsError('invalid-input', message, { hint: 'lvs --help lists the commands' });
}
