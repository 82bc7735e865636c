import { syntaxError } from '../syntax-error.ts';
import type { Place } from '../warnings.ts';
import type { Line } from './lines.ts';

/** A keyword with its words, and with what stands between its braces. */
export interface Statement {
  readonly keyword: string;
  /** Behind the keyword. */
  readonly words: readonly string[];
  readonly text: string;
  readonly place: Place;
  /** Null: it has no braces. */
  readonly block: readonly Statement[] | null;
}

interface OpenStatement extends Statement {
  block: OpenStatement[] | null;
}

/** Deeper than any keepalived.conf. */
const deepest = 16;

/**
 * Puts lines together to statements. An opening brace may stand on a line of its own.
 * @throws LvsError invalid-input with a brace too many, or with the block that does not end
 */
export function readStatements(lines: Iterable<Line>): Statement[] {
  const top: OpenStatement[] = [];
  const stack: { readonly statement: OpenStatement; readonly block: OpenStatement[] }[] = [];
  // What the next brace belongs to.
  let last: OpenStatement | null = null;
  for (const { text, words, place } of lines) {
    const current = stack.at(-1)?.block ?? top;
    if (text === '{') {
      if (last === null) throw syntaxError(place, 'found "{" with no keyword before it');
      if (stack.length === deepest) throw syntaxError(place, `found "{"; allowed: blocks ${deepest} deep`);
      const block: OpenStatement[] = [];
      last.block = block;
      stack.push({ statement: last, block });
      last = null;
    } else if (text === '}') {
      if (stack.pop() === undefined) throw syntaxError(place, 'found "}" where no block is open');
      last = null;
    } else {
      const [keyword = '', ...rest] = words;
      last = { keyword, words: rest, text, place, block: null };
      current.push(last);
    }
  }
  const open = stack.at(-1);
  if (open !== undefined)
    throw syntaxError(open.statement.place, `the block of "${open.statement.text}" is not closed`);
  return top;
}
