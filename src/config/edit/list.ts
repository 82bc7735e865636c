import { isMap, type Node, type YAMLSeq } from 'yaml';
import { endOfContent, endOfEntry, isFlow } from './entry.ts';
import { insertIntoFlow, removeFromFlow } from './flow.ts';
import { flow, inline, isList, type Value } from './render.ts';
import { columnOf, insertedLines, replaced, type Splice, startOfLine, startOfNextLine } from './splice.ts';

/** Appends `value` to a list that has items, in the style of the last one. */
export function appendItem(text: string, list: YAMLSeq, value: Value): Splice {
  if (isFlow(list)) return insertIntoFlow(text, list, list.items.length - 1, flow(value));
  const last = list.items.at(-1);
  const column = columnOf(text, list.range?.[0] ?? 0);
  const end = endOfEntry(text, endOfContent(text, last, startOfItem(list, list.items.length - 1)), column);
  return { start: end, end, text: insertedLines(itemLines(value, column, isMap(last) && !isFlow(last)), text) };
}

function itemLines(value: Value, column: number, block: boolean): string[] {
  const margin = ' '.repeat(column);
  if (!block || typeof value !== 'object' || isList(value)) return [`${margin}- ${inline(value)}`];
  return Object.entries(value).map(
    ([key, inner], index) => `${margin}${index === 0 ? '- ' : '  '}${key}: ${inline(inner)}`,
  );
}

/** Puts `value`, rendered on one line, in the place of an item. */
export function replaceItem(text: string, list: YAMLSeq, index: number, value: Value): Splice {
  const start = startOfItem(list, index);
  return replaced(text, start, endOfContent(text, list.items[index], start), flow(value));
}

/** Removes one of several items. */
export function removeItem(text: string, list: YAMLSeq, index: number): Splice[] {
  if (isFlow(list)) return removeFromFlow(text, list, new Set([index]));
  const column = columnOf(text, list.range?.[0] ?? 0);
  const start = startOfItem(list, index);
  const end = startOfNextLine(text, endOfEntry(text, endOfContent(text, list.items[index], start), column));
  return [{ start: startOfDash(text, start, column), end, text: '' }];
}

function startOfItem(list: YAMLSeq, index: number): number {
  return (list.items[index] as Node | null)?.range?.[0] ?? 0;
}

/** Offset of the line with the dash of the item that starts at `start`. */
function startOfDash(text: string, start: number, column: number): number {
  const line = startOfLine(text, start);
  if (text[line + column] === '-' || line === 0) return line;
  return startOfDash(text, line - 1, column);
}
