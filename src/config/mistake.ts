import type { Problem } from './words/problem.ts';

/** Keys and indices that lead to a place in lvs.yaml. */
export type Path = readonly (string | number)[];

/** Something wrong in lvs.yaml, or in what is about to be written there. */
export interface Mistake {
  readonly path: Path;
  /** Whether its key or its value is at fault, or a key that stands twice. */
  readonly at: 'key' | 'value' | 'duplicate';
  /** The sentence, without the place. */
  readonly sentence: string;
  readonly found?: string | undefined;
  readonly allowed?: string | undefined;
  readonly hint?: string | undefined;
}

/** Where the mistakes of one reading are put. */
export type Report = (mistake: Mistake) => void;

/** `path`'s value is not what it should be. */
export function wrongValue(path: Path, value: unknown, { allowed, hint }: Problem): Mistake {
  const found = shown(value);
  return { path, at: 'value', sentence: `found ${found}; allowed: ${allowed}`, found, allowed, hint };
}

/** The key at `path` is not what it should be. */
export function wrongKey(path: Path, what: string, { allowed, hint }: Problem): Mistake {
  const found = shown(path.at(-1));
  return { path, at: 'key', sentence: `${what} ${found}; allowed: ${allowed}`, found, allowed, hint };
}

/** As an administrator would name it in a message. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object') ? `[${value.join(', ')}]` : 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `"${value}"` : String(value);
}

/** `virtual-servers.web.real-servers[0].weight`, as yq(1) takes it. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** The whole sentence, which begins with `place`. */
export function messageOf(mistake: Mistake, place: string): string {
  const sentence = mistake.hint === undefined ? mistake.sentence : `${mistake.sentence}; ${mistake.hint}`;
  return place === '' ? sentence : `${place}: ${sentence}`;
}
