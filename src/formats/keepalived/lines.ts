import { syntaxError } from '../syntax-error.ts';
import { linesIn } from '../text-lines.ts';
import type { Place, Warnings } from '../warnings.ts';
import { continued, type Definitions, readDefinition, readSequence, replaceDefinitions } from './definitions.ts';

/** One statement, or a brace by itself. */
export interface Line {
  readonly text: string;
  readonly words: readonly string[];
  readonly place: Place;
}

export interface Included {
  readonly file: string;
  readonly text: string;
}

export interface ReadingOptions {
  /** What `@` conditions are compared with. */
  readonly configId: string;
  /** The files that `pattern`, written in `from`, stands for; null: they cannot be read. */
  readonly include: (pattern: string, from: string) => readonly Included[] | null;
}

/** Beyond these a file is no configuration, but something that grows by itself. */
const mostLines = 200_000;
const deepestInclude = 16;
const deepestDefinition = 100;

/** Reads keepalived.conf line by line: comments, conditions, definitions, sequences and includes are gone afterwards. */
export class LineReader {
  private readonly definitions: Definitions;
  private readonly options: ReadingOptions;
  private readonly warnings: Warnings;
  private count = 0;

  constructor(options: ReadingOptions, warnings: Warnings) {
    this.options = options;
    this.warnings = warnings;
    this.definitions = new Map([
      ['_INSTANCE', [options.configId]],
      ['_HASH', ['#']],
      ['_BANG', ['!']],
    ]);
  }

  /** @throws LvsError invalid-input */
  *read(text: string, file: string, depth = 0): Generator<Line> {
    let open: { name: string; lines: string[] } | null = null;
    for (const { line: raw, place } of linesIn(text, file)) {
      const line = withoutComment(raw);
      if (open !== null) {
        const more = continued(line);
        if ((more ?? line) !== '') open.lines.push(more ?? line);
        if (more !== null) continue;
        this.definitions.set(open.name, open.lines);
        open = null;
      } else open = yield* this.readOne(line, place, depth);
    }
    if (open !== null) this.definitions.set(open.name, open.lines);
  }

  /** Returns a definition that goes on in the next lines. */
  private *readOne(
    written: string,
    place: Place,
    depth: number,
    nesting = 0,
  ): Generator<Line, { name: string; lines: string[] } | null> {
    this.count += 1;
    if (nesting > deepestDefinition)
      throw syntaxError(place, `found "${written}"; allowed: definitions ${deepestDefinition} deep`);
    if (this.count > mostLines) throw syntaxError(place, `more than ${mostLines} lines come of it`);
    const line = this.conditional(written.trim());
    if (line === '') return null;
    const definition = readDefinition(line);
    if (definition !== null) {
      const more = continued(definition.value);
      if (more !== null) return { name: definition.name, lines: more === '' ? [] : [more] };
      this.definitions.set(definition.name, [definition.value]);
      return null;
    }
    const sequence = readSequence(line, place);
    if (sequence !== null) {
      for (const value of sequence.values) {
        this.definitions.set(sequence.name, [value]);
        yield* this.readOne(sequence.line, place, depth, nesting + 1);
      }
      return null;
    }
    const [first = '', ...rest] = replaceDefinitions(line, this.definitions, place);
    if (first === line && rest.length === 0) {
      yield* this.finish(line, place, depth);
      return null;
    }
    for (const replaced of [first, ...rest]) yield* this.readOne(replaced, place, depth, nesting + 1);
    return null;
  }

  /** What a line with a condition says where the condition holds; nothing where it does not. */
  private conditional(line: string): string {
    if (!line.startsWith('@')) return line;
    const [, negated, word, rest] = /^@(\^?)(\S+)\s+(.*)$/.exec(line) ?? [];
    if (word === undefined || rest === undefined) return '';
    return (word === this.options.configId) === (negated === '') ? this.conditional(rest) : '';
  }

  private *finish(line: string, place: Place, depth: number): Generator<Line> {
    const [, pattern] = /^include[rmwba]?\s+(.*)$/.exec(line) ?? [];
    if (pattern === undefined) {
      for (const part of betweenBraces(line)) yield { text: part, words: wordsOf(part, place), place };
      return;
    }
    if (depth >= deepestInclude) throw syntaxError(place, `found "${line}"; allowed: includes ${deepestInclude} deep`);
    const files = this.options.include(pattern.replace(/^"(.*)"$/, '$1'), place.file);
    if (files === null) this.warnings.add(place, line, 'cannot be read: what it declares is not imported');
    for (const { file, text } of files ?? []) yield* this.read(text, file, depth + 1);
  }
}

/** The line up to a # or ! outside quotes, without blanks around it. */
function withoutComment(raw: string): string {
  let quoted = false;
  let line = '';
  for (let at = 0; at < raw.length; at += 1) {
    const letter = raw[at] ?? '';
    const next = raw[at + 1];
    if (letter === '\\' && next !== undefined) {
      line += !quoted && (next === '#' || next === '!') ? next : letter + next;
      at += 1;
      continue;
    }
    if (letter === '"') quoted = !quoted;
    if (!quoted && (letter === '#' || letter === '!')) break;
    line += letter;
  }
  return line.trim();
}

/** Braces outside quotes stand by themselves. */
function betweenBraces(line: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at];
    if (letter === '"') quoted = !quoted;
    if (quoted || (letter !== '{' && letter !== '}')) continue;
    parts.push(line.slice(from, at), letter);
    from = at + 1;
  }
  parts.push(line.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** Words between blanks; one in double quotes may hold blanks. */
function wordsOf(text: string, place: Place): string[] {
  const words = [...text.matchAll(/"([^"]*)"|([^\s"]+)/g)].map((match) => match[1] ?? match[2] ?? '');
  const quotes = text.split('"').length - 1;
  if (quotes % 2 === 1 && !text.includes('\\"'))
    throw syntaxError(place, `found ${text}; the quote is not closed`, { found: text });
  return words;
}
