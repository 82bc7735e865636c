import { nearestWord } from '../config/words/nearest.ts';
import { commonOptions, type Manifest, type ManifestOption } from './manifest.ts';

/** What the words of a command line ask for. */
export type Found =
  /** `words` are the command's own arguments and options, among them the common options that stood before it. */
  | { readonly kind: 'command'; readonly id: string; readonly words: readonly string[] }
  /** `vip`, and no command behind it. */
  | { readonly kind: 'topic'; readonly topic: string }
  /** `candidate` is the nearest command there is: `vip add`. */
  | { readonly kind: 'unknown'; readonly word: string; readonly candidate: string | null }
  /** Nothing, or common options alone, or one that is not and stands first. */
  | { readonly kind: 'none'; readonly strange: string | null };

/** `vip` for `vip:add`, `diff` for `diff`: the words that a command line of ours begins with. */
export function firstWords(manifest: Manifest): Set<string> {
  return new Set(idsOf(manifest).map((id) => id.split(':', 1).join()));
}

/** Common options may stand before a command's words, between them and behind them. */
export function findCommand(words: readonly string[], manifest: Manifest): Found {
  const at = countLeadingOptions(words, manifest);
  const [first, ...behind] = words.slice(at);
  if (first === undefined || first.startsWith('-')) return { kind: 'none', strange: first ?? null };
  const ids = idsOf(manifest).map((id) => id.split(':'));
  if (ids.some((id) => id.length === 1 && id[0] === first)) {
    return { kind: 'command', id: first, words: [...words.slice(0, at), ...behind] };
  }
  const below = ids.filter(([topic]) => topic === first).flatMap((id) => id.slice(1));
  if (below.length === 0) return { kind: 'unknown', word: first, candidate: nearestWord(first, firstWords(manifest)) };
  return findBelow(first, below, [...words.slice(0, at), ...behind], manifest);
}

/** @param words all but the topic's. */
function findBelow(topic: string, below: readonly string[], words: readonly string[], manifest: Manifest): Found {
  const at = countLeadingOptions(words, manifest);
  const [word, ...behind] = words.slice(at);
  if (word === undefined || word === '--help' || word === '-h') return { kind: 'topic', topic };
  if (word.startsWith('-')) return { kind: 'none', strange: word };
  if (below.includes(word)) {
    return { kind: 'command', id: `${topic}:${word}`, words: [...words.slice(0, at), ...behind] };
  }
  const meant = nearestWord(word, below);
  return { kind: 'unknown', word: `${topic} ${word}`, candidate: meant === null ? null : `${topic} ${meant}` };
}

/** How many words at the beginning are common options and their values. */
export function countLeadingOptions(words: readonly string[], manifest: Manifest): number {
  const options = new Map(
    commonOptions(manifest).flatMap((option) => spellings(option).map((spelling) => [spelling, option])),
  );
  let count = 0;
  for (;;) {
    const [spelling = '', value] = (words[count] ?? '').split('=', 2);
    const option = options.get(spelling);
    if (option === undefined) return count;
    count += option.type === 'option' && value === undefined ? 2 : 1;
  }
}

function spellings({ name, char, allowNo, aliases = [] }: ManifestOption): string[] {
  const short = char === undefined ? [] : [`-${char}`];
  return [`--${name}`, ...short, ...(allowNo ? [`--no-${name}`] : []), ...aliases.map((alias) => `--${alias}`)];
}

function idsOf(manifest: Manifest): string[] {
  return Object.values(manifest.commands).flatMap(({ id, aliases }) => [id, ...aliases]);
}
