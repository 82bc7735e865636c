import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { beforeFinalNewline } from './final-newline.ts';
import { lackingIn } from './lacking.ts';

/** What a text is compared with, in time that grows with its length only. */
export interface Pattern {
  /** As the user wrote it. */
  readonly source: string;
  /** Bytes of a text that may be matched: the time that takes grows with the pattern's size, too. */
  readonly reach: number;
  matches(text: string): boolean;
}

/** It is no pattern, or one that takes too long; the message says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  /** What to write instead. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The path that the build gives to what it made of re2js beside the other files. */
declare const builtRe2js: string | undefined;

/** Instructions of a compiled pattern: a text is gone through once, with so many states at most. */
const mostInstructions = 500;

/** Instructions times bytes: about a tenth of a second on a slow router, in which no other check goes on. */
const mostWork = 2 ** 21;
const longestText = 65_536;

/** Characters of a pattern: reading one takes longer than its length. */
const mostCharacters = 4000;

/** Only when a pattern is used: it takes longer to load than most commands to run. */
function re2js(): { RE2JS: typeof RE2JS } {
  return createRequire(import.meta.url)(typeof builtRe2js === 'undefined' ? 're2js' : builtRe2js);
}

/** A pattern in RE2's syntax. Throws PatternError. */
export function compilePattern(source: string): Pattern {
  if (source.length > mostCharacters) {
    throw new PatternError('the pattern is too large', `write at most ${mostCharacters} characters`);
  }
  const compiled = compile(source);
  const size = compiled.programSize();
  if (size > mostInstructions) {
    throw new PatternError('the pattern is too large', 'write smaller repeat counts');
  }
  return { source, reach: Math.min(longestText, Math.floor(mostWork / size)), matches: (text) => compiled.test(text) };
}

function compile(source: string): RE2JS {
  const { RE2JS } = re2js();
  try {
    // As it is written first, for what the message quotes.
    RE2JS.compile(source);
    return RE2JS.compile(beforeFinalNewline(source));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    throw new PatternError(reason, lackingIn(source));
  }
}
