import { isCollection, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { columnOf, endOfLine, startOfNextLine } from './splice.ts';

/** Offset after the last character that belongs to `node`, without comments and line ends after it. */
export function endOfContent(text: string, node: unknown, fallback: number): number {
  if (isMap(node) && !node.flow)
    return node.items.reduce((end, pair) => Math.max(end, endOfPair(text, pair)), fallback);
  if (isSeq(node) && !node.flow)
    return node.items.reduce<number>((end, item) => endOfContent(text, item, end), fallback);
  let end = Math.max(fallback, (node as Node | null)?.range?.[1] ?? fallback);
  // A block scalar's range goes on to the next line.
  while (end > fallback && /\s/.test(text[end - 1] ?? '')) end--;
  return end;
}

/** Offset after the pair's last character. */
export function endOfPair(text: string, pair: Pair): number {
  const colon = afterColon(text, pair);
  return endOfContent(text, pair.value, colon);
}

/** Offset after the colon that follows the pair's key. */
export function afterColon(text: string, { key }: Pair): number {
  const end = (key as Node | null)?.range?.[1] ?? 0;
  return text.indexOf(':', end) + 1;
}

export function startOfPair({ key }: Pair): number {
  return (key as Node | null)?.range?.[0] ?? 0;
}

/**
 * Offset of the end of the last line of what ends at `end` and began `column` columns in: comments below that are indented
 * further belong to it.
 */
export function endOfEntry(text: string, end: number, column: number): number {
  let lineEnd = endOfLine(text, end);
  for (;;) {
    const next = startOfNextLine(text, lineEnd);
    const comment = /^([ ]*)#/.exec(text.slice(next, endOfLine(text, next)));
    if (next <= lineEnd || comment === null || (comment[1] ?? '').length <= column) return lineEnd;
    lineEnd = endOfLine(text, next);
  }
}

/** Whether the entry has something before it on its line, as the first key behind a dash has. */
export function beginsWithinLine(text: string, offset: number): boolean {
  return text.slice(offset - columnOf(text, offset), offset).trim() !== '';
}

export function isFlow(node: unknown): boolean {
  return isCollection(node) && node.flow === true;
}

/** Whether nothing stands there yet: no value, an empty list or an empty mapping. */
export function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null) || (isCollection(node) && node.items.length === 0);
}
