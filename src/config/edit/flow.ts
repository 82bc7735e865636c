import { isPair, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { endOfContent, endOfPair, startOfPair } from './entry.ts';
import { endOfLine, type Splice, startOfLine, startOfNextLine } from './splice.ts';

/** Puts `rendered` behind the item `after` of a collection in brackets or braces, or into an empty one. */
export function insertIntoFlow(text: string, collection: YAMLMap | YAMLSeq, after: number, rendered: string): Splice {
  const item = collection.items[after];
  if (item !== undefined) {
    const end = rangeOf(text, item).end;
    return { start: end, end, text: `, ${rendered}` };
  }
  const [start = 0, end = 0] = collection.range ?? [];
  const [open, close] = [text[start], text[end - 1]];
  const inner = text.slice(start + 1, end - 1);
  // Comments within the brackets stay where they are.
  if (inner.trim() !== '') return { start: start + 1, end: start + 1, text: ` ${rendered}` };
  const padding = open === '{' ? ' ' : '';
  return { start, end, text: `${open}${padding}${rendered}${padding}${close}` };
}

/** Removes items of a collection in brackets or braces, each with one comma. */
export function removeFromFlow(text: string, { items }: YAMLMap | YAMLSeq, removed: ReadonlySet<number>): Splice[] {
  const ranges = items.map((item) => rangeOf(text, item));
  const commas = ranges.map(({ end }) => commaAfter(text, end));
  const claimed = new Set<number>();
  const splices: Splice[] = [];
  for (const index of [...removed].sort((a, b) => a - b)) {
    const range = ranges[index];
    if (range === undefined) continue;
    // The comma that follows goes with the item; the last one has none and takes the nearest before it.
    const candidates = [...commas.keys()].slice(0, index + 1).reverse();
    const claim = candidates.find((candidate) => commas[candidate] !== null && !claimed.has(candidate));
    const comma = claim === undefined ? null : (commas[claim] ?? null);
    if (claim !== undefined) claimed.add(claim);
    splices.push(...removal(text, range, comma));
  }
  return splices;
}

function removal(text: string, { start, end }: Range, comma: number | null): Splice[] {
  if (comma === null) return [{ start, end, text: '' }];
  const afterComma = comma + 1 + blanksAt(text, comma + 1);
  if (comma < start) {
    return afterComma >= start
      ? [{ start: comma, end, text: '' }]
      : [
          { start: comma, end: separated(text, afterComma) ? comma + 1 : afterComma, text: '' },
          wholeLine(text, start, end),
        ];
  }
  return [text.slice(end, comma).trim() === '' ? wholeLine(text, start, afterComma) : { start, end, text: '' }];
}

/** The item, and with it the line where nothing else stands on it. */
function wholeLine(text: string, start: number, end: number): Splice {
  const lineStart = startOfLine(text, start);
  const alone = text.slice(lineStart, start).trim() === '' && text.slice(end, endOfLine(text, end)).trim() === '';
  return alone && lineStart > 0
    ? { start: lineStart, end: startOfNextLine(text, end), text: '' }
    : { start, end, text: '' };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function rangeOf(text: string, item: unknown): Range {
  if (isPair(item)) return { start: startOfPair(item as Pair), end: endOfPair(text, item as Pair) };
  const start = (item as Node | null)?.range?.[0] ?? 0;
  return { start, end: endOfContent(text, item, start) };
}

/** Offset of the comma behind an item; null where the brackets close first. */
function commaAfter(text: string, end: number): number | null {
  const gap = /^(?:\s|#[^\n]*)*,/.exec(text.slice(end, text.length));
  return gap === null ? null : end + gap[0].length - 1;
}

/** Whether a remark or a line end follows, so that the blanks in front of it stay. */
function separated(text: string, offset: number): boolean {
  return /^(#|\r?\n)/.test(text.slice(offset, offset + 2));
}

function blanksAt(text: string, offset: number): number {
  return /^[ \t]*/.exec(text.slice(offset, endOfLine(text, offset)))?.[0].length ?? 0;
}
