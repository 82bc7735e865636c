import { syntaxError } from '../syntax-error.ts';
import { linesIn } from '../text-lines.ts';
import type { Place } from '../warnings.ts';

/** `key = value`. */
export interface Directive {
  readonly key: string;
  /** Without its quotes, its escapes replaced. */
  readonly value: string;
  /** The line as it stands there. */
  readonly text: string;
  readonly place: Place;
}

/** `virtual web { … }`; the whole file is one, without a name. */
export interface Block {
  readonly kind: string;
  readonly name: string;
  readonly place: Place;
  readonly directives: readonly Directive[];
  readonly blocks: readonly Block[];
}

interface OpenBlock extends Block {
  readonly directives: Directive[];
  readonly blocks: Block[];
}

/** Deeper than any lvs.cf. */
const deepest = 3;

/**
 * Takes an lvs.cf apart into its blocks and their directives.
 * @throws LvsError invalid-input with the first line that is neither, or with the block that does not end
 */
export function readBlocks(text: string, file: string): Block {
  const whole = open('', '', { file, line: 1 });
  const stack = [whole];
  for (const { line: raw, place } of linesIn(text, file)) {
    const line = withoutComment(raw).trim();
    const current = stack.at(-1) ?? whole;
    if (line === '') continue;
    const [, kind, name] = line.endsWith('{')
      ? (/^([A-Za-z_]\w*)(?:\s+(.*))?$/.exec(line.slice(0, -1).trim()) ?? [])
      : [];
    if (line === '}') {
      if (stack.length === 1) throw syntaxError(place, 'found "}" where no block is open');
      stack.pop();
    } else if (kind !== undefined) {
      if (stack.length === deepest)
        throw syntaxError(place, `found "${line}"; allowed: server within virtual, no deeper`);
      const block = open(kind, unquoted(name ?? '', place), place);
      current.blocks.push(block);
      stack.push(block);
    } else current.directives.push(readDirective(line, place));
  }
  const unclosed = stack.length > 1 ? stack.at(-1) : undefined;
  if (unclosed !== undefined)
    throw syntaxError(unclosed.place, `the block of ${unclosed.kind} ${unclosed.name} is not closed`);
  return whole;
}

function open(kind: string, name: string, place: Place): OpenBlock {
  return { kind, name, place, directives: [], blocks: [] };
}

function readDirective(line: string, place: Place): Directive {
  const [, key, value] = /^([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(line) ?? [];
  if (key === undefined || value === undefined) {
    throw syntaxError(
      place,
      `found "${line}"; allowed: KEY = VALUE, virtual NAME {, server NAME {, failover NAME { or }`,
      {
        found: line,
      },
    );
  }
  return { key, value: unquoted(value, place), text: line, place };
}

/** A # begins a comment, but not within quotes. */
function withoutComment(line: string): string {
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') quoted = !quoted;
    else if (line[at] === '#' && !quoted) return line.slice(0, at);
  }
  return line;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unquoted(text: string, place: Place): string {
  if (!text.startsWith('"')) return text;
  const [, inner] = /^"((?:[^"\\]|\\.)*)"$/.exec(text) ?? [];
  if (inner === undefined) throw syntaxError(place, `found ${text}; allowed: text between two quotes`, { found: text });
  return inner.replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}
