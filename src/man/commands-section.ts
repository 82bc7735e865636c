import {
  commonGroup,
  commonOptions,
  type Manifest,
  type ManifestArgument,
  type ManifestCommand,
  type ManifestOption,
} from '../command-line/manifest.ts';
import { argument, literal, text } from './mdoc.ts';

/** What the program itself understands, not its commands. */
const programOptions = [
  ['.It Fl h , Fl -help', 'Explain the command, or list the commands.'],
  ['.It Fl -version', 'Print the version, without a command.'],
];

/** The commands' part of lvsadm(8) in mdoc(7): the options that they share, then each command with its own. */
export function commandsSection(manifest: Manifest): string[] {
  const commands = Object.values(manifest.commands)
    .filter(({ hidden }) => !hidden)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return [
    '.Sh COMMON OPTIONS',
    'Those of these that a command takes may stand behind its name or before it:',
    ...list([...commonOptions(manifest).filter(isVisible).map(optionItem), ...programOptions]),
    '.Sh COMMANDS',
    ...commands.flatMap(commandPart),
  ];
}

function commandPart(command: ManifestCommand): string[] {
  const name = command.id.replaceAll(':', ' ');
  const args = Object.values(command.args).filter(isVisible);
  const options = Object.values(command.flags).filter(isVisible);
  const own = options.filter(({ helpGroup }) => helpGroup !== commonGroup);
  return [
    `.Ss ${name}`,
    `.Nm lvs Cm ${name}`,
    ...args.map(argumentSynopsis),
    ...[...own, ...options.filter((option) => !own.includes(option))].map(optionSynopsis),
    ...paragraph(command.summary),
    ...paragraph(command.description),
    ...list([...args.map(argumentItem), ...own.map(optionItem)]),
    ...examples(command, name),
  ];
}

function argumentSynopsis({ name, required, multiple }: ManifestArgument): string {
  const word = `Ar ${argument(name.toUpperCase())}${multiple ? ' ...' : ''}`;
  return required ? `.${word}` : `.Op ${word}`;
}

function optionSynopsis(option: ManifestOption): string {
  const word = `${longSpelling(option)}${value(option)}`;
  return option.required ? `.${word}` : `.Op ${word}`;
}

function argumentItem({ name, description, options }: ManifestArgument): string[] {
  return [`.It Ar ${argument(name.toUpperCase())}`, ...text(description ?? ''), ...allowed(options)];
}

function optionItem(option: ManifestOption): string[] {
  const short = option.char === undefined ? '' : `Fl ${option.char}${value(option)} , `;
  return [
    `.It ${short}${longSpelling(option)}${value(option)}`,
    ...text(option.summary ?? ''),
    ...text(option.description ?? ''),
    ...allowed(option.options),
    ...byDefault(option.default),
  ];
}

function longSpelling({ name, allowNo }: ManifestOption): string {
  return allowNo ? `Fl -[no-]${name}` : `Fl -${name}`;
}

function value({ type, name, helpValue }: ManifestOption): string {
  if (type === 'boolean') return '';
  return ` Ar ${argument((helpValue ?? name.toUpperCase()).replaceAll(/[<>]/g, ''))}`;
}

function allowed(options: readonly string[] | undefined): string[] {
  return options === undefined ? [] : [literal(`One of: ${options.join(', ')}.`)];
}

function byDefault(given: unknown): string[] {
  return typeof given === 'string' || typeof given === 'number' ? [literal(`Default: ${given}.`)] : [];
}

function paragraph(words: string | undefined): string[] {
  return words === undefined ? [] : words.split(/\n{2,}/).flatMap((part) => ['.Pp', ...text(part)]);
}

function list(items: readonly string[][]): string[] {
  return items.length === 0 ? [] : ['.Bl -tag -width Ds', ...items.flat(), '.El'];
}

function examples({ examples: given = [] }: ManifestCommand, name: string): string[] {
  const filled = (words: string) => words.replaceAll('<%= config.bin %>', 'lvs').replaceAll('<%= command.id %>', name);
  const explained = given.filter((example) => typeof example !== 'string');
  return [
    ...example('For example:', given.filter((line) => typeof line === 'string').map(filled)),
    ...explained.flatMap(({ description, command }) => example(filled(description), filled(command).split('\n'))),
  ];
}

function example(remark: string, commands: readonly string[]): string[] {
  if (commands.length === 0) return [];
  return ['.Pp', ...text(remark), '.Bd -literal -offset indent', ...commands.map(literal), '.Ed'];
}

function isVisible({ hidden }: { readonly hidden?: boolean }): boolean {
  return !hidden;
}
