import type { Pair, YAMLMap } from 'yaml';
import { keyOf } from '../source.ts';
import { afterColon, beginsWithinLine, endOfEntry, endOfPair, isFlow, startOfPair } from './entry.ts';
import { insertIntoFlow, removeFromFlow } from './flow.ts';
import { blockPair, flowPair, flow as inFlow, inline, type Value } from './render.ts';
import { columnOf, insertedLines, replaced, type Splice, startOfLine, startOfNextLine } from './splice.ts';

/** New values by key; null removes a key. */
export interface Changes {
  readonly [key: string]: Value | null;
}

/**
 * Sets and removes keys of a mapping that has at least one key which stays. New keys go behind the last one that comes
 * before them in `order`.
 */
export function changeKeys(text: string, map: YAMLMap, changes: Changes, order: readonly string[]): Splice[] {
  const keys = map.items.map(keyOf);
  const removed = new Set([...keys.keys()].filter((index) => changes[keys[index] ?? ''] === null));
  const splices = isFlow(map) ? removeFromFlow(text, map, removed) : removeFromBlock(text, map.items, removed);
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const added = Object.entries(changes).toSorted(([a], [b]) => rank(a) - rank(b));
  const insertions: Splice[] = [];
  for (const [key, value] of added) {
    if (value === null) continue;
    const index = keys.indexOf(key);
    const pair = map.items[index];
    if (pair !== undefined) {
      splices.push(replaceValue(text, pair, value, isFlow(map)));
      continue;
    }
    const before = [...keys.keys()].filter((other) => !removed.has(other) && rank(keys[other] ?? '') < rank(key));
    insertions.push(insertKey(text, map, Math.max(0, ...before), key, value));
  }
  // At one place, what is inserted comes before what is removed.
  return [...insertions, ...splices];
}

/** Puts a new key behind the pair `after`. */
export function insertKey(text: string, map: YAMLMap, after: number, key: string, value: Value): Splice {
  const previous = map.items[after];
  if (isFlow(map) || previous === undefined) return insertIntoFlow(text, map, after, flowPair(key, value));
  const column = columnOf(text, startOfPair(previous));
  const end = endOfEntry(text, endOfPair(text, previous), column);
  return { start: end, end, text: insertedLines(blockPair(key, value, column, 2), text) };
}

function replaceValue(text: string, pair: Pair, value: Value, flow: boolean): Splice {
  const rendered = flow ? inFlow(value) : inline(value);
  const colon = afterColon(text, pair);
  const end = endOfPair(text, pair);
  const [start = colon] = (pair.value as { range?: [number, number, number] } | null)?.range ?? [];
  // A list or mapping in block style, and a value that is not there yet, begin right behind the colon.
  const onSameLine = end > colon && !text.slice(colon, start).includes('\n');
  return onSameLine ? replaced(text, start, end, rendered) : { start: colon, end, text: ` ${rendered}` };
}

/** Whole lines; what stands behind a dash gives its place to the next key. */
export function removeFromBlock(text: string, items: readonly Pair[], removed: ReadonlySet<number>): Splice[] {
  const splices: Splice[] = [];
  for (const [index, pair] of items.entries()) {
    if (!removed.has(index)) continue;
    const start = startOfPair(pair);
    const column = columnOf(text, start);
    const end = startOfNextLine(text, endOfEntry(text, endOfPair(text, pair), column));
    const leads =
      items.slice(0, index).every((_, before) => removed.has(before)) &&
      beginsWithinLine(text, startOfPair(items[0] ?? pair));
    if (!leads) {
      splices.push({ start: startOfLine(text, start), end, text: '' });
      continue;
    }
    const next = items.find((_, later) => !removed.has(later));
    if (index === 0 && next !== undefined) splices.push({ start, end: startOfPair(next), text: '' });
  }
  return splices;
}
