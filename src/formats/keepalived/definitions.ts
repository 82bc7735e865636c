import { syntaxError } from '../syntax-error.ts';
import type { Place } from '../warnings.ts';

/** Longer lines keepalived does not read either, and a definition that holds itself would never end. */
const longestLine = 16_384;
const mostReplacements = 1_000;

/** What stands for `$NAME` and `${NAME}`: one line or, where the definition's lines ended in a backslash, several. */
export type Definitions = Map<string, readonly string[]>;

/** `$NAME=VALUE`; the lines of a definition follow while they end in a backslash. */
export function readDefinition(line: string): { readonly name: string; readonly value: string } | null {
  const [, name, value] = /^\$([A-Za-z_]\w*)=\s*(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? null : { name, value };
}

/** A line that goes on in the next; its backslash and the blanks before it taken away. Null: it does not. */
export function continued(line: string): string | null {
  return line.endsWith('\\') ? line.slice(0, -1).trimEnd() : null;
}

/**
 * The line with its definitions put in, at the time that it is used: what a definition holds is replaced then, too. What is not
 * defined stays as it is. Several lines come of a definition of several.
 * @throws LvsError invalid-input where that does not end
 */
export function replaceDefinitions(line: string, definitions: Definitions, place: Place): string[] {
  let [current, rest] = [line, [] as readonly string[]];
  let from = 0;
  for (let count = 0; ; count += 1) {
    const found = findUse(current, from);
    if (found === null) return [current, ...rest];
    const value = definitions.get(found.name);
    if (value === undefined) {
      from = found.start + 1;
      continue;
    }
    const [first = '', ...others] = value;
    const behind = current.slice(found.end);
    // What follows a definition of several lines follows its last one.
    const last = others.at(-1);
    if (last === undefined) current = current.slice(0, found.start) + first + behind;
    else {
      current = current.slice(0, found.start) + first;
      rest = [...others.slice(0, -1), last + behind, ...rest];
    }
    from = found.start;
    if (count >= mostReplacements || current.length > longestLine || rest.length > longestLine) {
      throw syntaxError(place, `"$${found.name}" is replaced without end`);
    }
  }
}

/** The next `$NAME` that a blank, a comma, a bracket or the line's end follows, or `${NAME}`. */
function findUse(line: string, from: number): { name: string; start: number; end: number } | null {
  const use = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)(?=[\s,)]|$))/g;
  use.lastIndex = from;
  const match = use.exec(line);
  const name = match?.[1] ?? match?.[2];
  return match === null || name === undefined ? null : { name, start: match.index, end: use.lastIndex };
}

export interface Sequence {
  readonly name: string;
  readonly values: readonly string[];
  /** What is done for each. */
  readonly line: string;
}

const mostValues = 10_000;

/**
 * `~SEQ(NAME, START, STEP, END) …`; null where the line is none.
 * @throws LvsError invalid-input where its numbers are none
 */
export function readSequence(line: string, place: Place): Sequence | null {
  const [, hex, list, rest] = /^~SEQ(x?)\(([^)]*)\)\s*(.*)$/.exec(line) ?? [];
  if (list === undefined || rest === undefined) return null;
  const [name = '', ...words] = list.split(',').map((word) => word.trim());
  const numbers = words.map((word) => (/^-?(0x[0-9a-fA-F]+|\d{1,9})$/.test(word) ? numberOf(word) : Number.NaN));
  const end = numbers.at(-1) ?? Number.NaN;
  const start = numbers.length > 1 ? (numbers[0] ?? Number.NaN) : end < 0 ? -1 : 1;
  const step = numbers.length > 2 ? (numbers[1] ?? Number.NaN) : end < start ? -1 : 1;
  const count = Math.floor((end - start) / step) + 1;
  if (!/^[A-Za-z_]\w*$/.test(name) || numbers.length > 3 || !(count >= 1 && count <= mostValues)) {
    throw syntaxError(place, `found "~SEQ${hex}(${list})"; allowed: ~SEQ(NAME, START, STEP, END), which ends`);
  }
  const values = Array.from({ length: count }, (_, index) => (start + index * step).toString(hex === 'x' ? 16 : 10));
  return { name, values, line: rest };
}

function numberOf(word: string): number {
  return word.startsWith('-') ? -Number(word.slice(1)) : Number(word);
}
