import type { Manifest, ManifestCommand, ManifestOption } from '../command-line/manifest.ts';
import { schedulers } from '../model/schedulers.ts';
import type { Names } from './names.ts';

/** What may stand in the place of the last word. */
export interface Candidate {
  readonly word: string;
  /** For shells that show it; may be empty. */
  readonly description: string;
}

/** `files` leaves it to the shell: a path goes there. */
export type Candidates = readonly Candidate[] | 'files';

/**
 * What may stand in the place of the last word of a command line, that begins with it.
 * @param words the command line without the program; the last one may be empty
 * @param names what the configuration has; asked for only where a name goes there
 */
export function candidatesFor(words: readonly string[], manifest: Manifest, names: () => Names): Candidates {
  const current = words.at(-1) ?? '';
  const { command, before, topic } = commandOf(words.slice(0, -1), manifest);
  const found = command === null ? nextWords(topic, manifest) : inCommand(command, before, current, names);
  return found === 'files' ? found : beginningWith(current, found);
}

function beginningWith(current: string, candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ word }) => {
    if (!word.startsWith(current) || seen.has(word)) return false;
    seen.add(word);
    return true;
  });
}

/** The command that the words before the last one name, with those behind its name. */
function commandOf(words: readonly string[], manifest: Manifest) {
  const [first = '', second = ''] = words;
  const whole = manifest.commands[first] ?? null;
  if (whole !== null) return { command: whole, before: words.slice(1), topic: null };
  const below = manifest.commands[`${first}:${second}`] ?? null;
  return { command: below, before: words.slice(2), topic: words.length === 0 ? null : words.join(' ') };
}

function nextWords(topic: string | null, { commands }: Manifest): Candidate[] {
  const shown = Object.values(commands).filter(({ hidden }) => hidden !== true);
  if (topic === null) {
    return shown.map(({ id, summary = '' }) => {
      const [first = '', below] = id.split(':');
      return { word: first, description: below === undefined ? summary : '' };
    });
  }
  return shown.flatMap(({ id, summary = '' }) => {
    const [first, below] = id.split(':');
    return first === topic && below !== undefined ? [{ word: below, description: summary }] : [];
  });
}

function inCommand(
  command: ManifestCommand,
  before: readonly string[],
  current: string,
  names: () => Names,
): Candidates {
  const options = Object.values(command.flags).filter(({ hidden }) => hidden !== true);
  const given = readGiven(before, options);
  if (given.open !== null) return valuesOf(given.open, names);
  const assigned = /^(--[a-z-]+)=(.*)$/.exec(current);
  if (assigned !== null) {
    const option = options.find(({ name }) => `--${name}` === assigned[1]);
    const values = option === undefined ? [] : valuesOf(option, names);
    return values === 'files'
      ? values
      : values.map(({ word, description }) => ({ word: `${assigned[1]}=${word}`, description }));
  }
  if (current.startsWith('-')) {
    return options
      .filter(({ name, multiple }) => multiple === true || !given.options.has(name))
      .flatMap(({ name, summary = '', description = summary, allowNo }) => [
        { word: `--${name}`, description },
        ...(allowNo === true ? [{ word: `--no-${name}`, description }] : []),
      ]);
  }
  return argumentsOf(command, given.words, names);
}

interface Given {
  readonly words: readonly string[];
  readonly options: ReadonlySet<string>;
  /** The option whose value comes next; null: none. */
  readonly open: ManifestOption | null;
}

function readGiven(before: readonly string[], options: readonly ManifestOption[]): Given {
  const words: string[] = [];
  const found = new Set<string>();
  let open: ManifestOption | null = null;
  for (const word of before) {
    if (open !== null) {
      open = null;
      continue;
    }
    const [spelling = '', value] = word.startsWith('-') ? word.split('=', 2) : [];
    const option = options.find(
      ({ name, char, aliases = [] }) =>
        [name, ...aliases].some((each) => spelling === `--${each}`) || (char !== undefined && spelling === `-${char}`),
    );
    if (option === undefined) {
      if (!word.startsWith('-')) words.push(word);
      continue;
    }
    found.add(option.name);
    if (option.type === 'option' && value === undefined) open = option;
  }
  return { words, options: found, open };
}

/** What is known of the values of options and arguments, by their names. */
const kinds: Readonly<Record<string, (names: Names) => readonly Candidate[]>> = {
  on: ({ routers }) => routers.map(bare),
  to: ({ routers }) => routers.map(bare),
  device: ({ devices }) => devices.map(bare),
  'public-device': ({ devices }) => devices.map(bare),
  'private-device': ({ devices }) => devices.map(bare),
  vip: ({ virtualServers }) => virtualServers.map(({ name, address }) => ({ word: name, description: address })),
  all: ({ virtualServers }) => virtualServers.flatMap(({ realServers }) => realServers).map(bare),
};

/** Of options whose values are checked with the rest of the configuration, so that the manifest does not list them. */
const words: Readonly<Record<string, readonly Candidate[]>> = {
  scheduler: Object.entries(schedulers).map(([word, description]) => ({ word, description })),
  forward: ['masq', 'direct', 'tunnel'].map(bare),
  family: ['ipv4', 'ipv6'].map(bare),
  'tunnel-type': ['ipip', 'gue', 'gre'].map(bare),
  'tunnel-checksum': ['none', 'csum', 'remcsum'].map(bare),
};

function bare(word: string): Candidate {
  return { word, description: '' };
}

const paths = new Set(['config', 'output', 'file']);

function valuesOf({ name, options }: { name: string; options?: readonly string[] }, names: () => Names): Candidates {
  if (options !== undefined) return options.map(bare);
  if (paths.has(name)) return 'files';
  return words[name] ?? kinds[name]?.(names()) ?? [];
}

function argumentsOf({ args }: ManifestCommand, given: readonly string[], names: () => Names): Candidates {
  const argument = Object.values(args)[given.length];
  if (argument === undefined) return [];
  if (argument.name !== 'real') return valuesOf(argument, names);
  const [vip] = given;
  const server = names().virtualServers.find(({ name, address }) => name === vip || address === vip);
  return (server?.realServers ?? []).map(bare);
}
