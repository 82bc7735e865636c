/** Why a word is not what it should be. */
export interface Problem {
  /** What would have been right. */
  readonly allowed: string;
  /** The nearest right word, or what to try. */
  readonly hint?: string | undefined;
}

export type Parsed<T> = { readonly value: T } | { readonly problem: Problem };

/** `parsed`'s value, or null where the word was none. */
export function parsedOrNull<T>(parsed: Parsed<T>): T | null {
  return 'value' in parsed ? parsed.value : null;
}

export function problemOf(parsed: Parsed<unknown>): Problem | null {
  return 'problem' in parsed ? parsed.problem : null;
}
