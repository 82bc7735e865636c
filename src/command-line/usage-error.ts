import { Errors } from '@oclif/core';
import { nearestWord } from '../config/words/nearest.ts';
import { LvsError } from '../model/errors.ts';
import type { ManifestCommand } from './manifest.ts';

/** oclif's complaints about a command's words, as errors of ours; anything else is passed through. */
export function usageError(error: unknown, command: ManifestCommand): unknown {
  if (!(error instanceof Errors.CLIError) || error instanceof Errors.ModuleLoadError) return error;
  const name = command.id.replaceAll(':', ' ');
  return new LvsError('invalid-input', `${name}: ${describe(error, command)}`, {
    hint: `lvs ${name} --help explains its arguments and options`,
    cause: error,
  });
}

/** The parser's errors differ in what they carry: unknown options in `flags`, missing or superfluous arguments in `args`. */
function describe(error: Errors.CLIError, command: ManifestCommand): string {
  if ('flags' in error && Array.isArray(error.flags))
    return error.flags.map((flag) => unknownOption(String(flag), command)).join('; ');
  if ('args' in error && Array.isArray(error.args)) return error.args.map(wrongArgument).join('; ');
  return plainText(error.message);
}

function unknownOption(option: string, command: ManifestCommand): string {
  const known = Object.values(command.flags).map(({ name }) => `--${name}`);
  const meant = nearestWord(option, known);
  return meant === null ? `there is no option ${option}` : `there is no option ${option}; did you mean ${meant}?`;
}

function wrongArgument(argument: string | { name: string }): string {
  if (typeof argument === 'string') return `"${argument}" is one word too many`;
  return `${argument.name.toUpperCase()} is missing`;
}

/** What oclif says, in the style of ours. */
function plainText(message: string): string {
  const [, option, value = '', allowed = ''] = /^Expected (\S+)=(.*) to be one of: (.*)/.exec(message) ?? [];
  if (option !== undefined) {
    const meant = nearestWord(value, allowed.split(', '));
    return `${option} cannot be "${value}"; allowed: ${allowed}${meant === null ? '' : `; did you mean ${meant}?`}`;
  }
  return message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following errors? occurred:/, '')
    .replace(/^Flag (\S+) expects/, '$1 needs')
    .replace(/^Parsing (\S+)\s+Expected/, '$1: expected')
    .trim()
    .replaceAll(/\s*\n\s*/g, '; ');
}
