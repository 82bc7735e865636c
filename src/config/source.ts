import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { type Mistake, type Path, type Report, wrongKey } from './mistake.ts';
import { textualMistakes } from './syntax.ts';

/** The text of lvs.yaml, taken apart so far that places in it can be found. */
export interface Source {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  /** A mistake in the text itself, and where it is: with one of these nothing else can be said about the file. */
  readonly broken: readonly { readonly mistake: Mistake; readonly offset: number }[];
  /** The file as plain values; null where it is broken. What is written once and used in several places is one object. */
  readonly value: unknown;
}

/** Of a text whose value is known already: where what stands is found out when somebody asks. */
export function sourceOfPlain(text: string, value: unknown): Source {
  let whole: Source | null = null;
  const read = () => {
    whole ??= readSource(text);
    return whole;
  };
  return {
    text,
    value,
    broken: [],
    get document() {
      return read().document;
    },
    get lines() {
      return read().lines;
    },
  };
}

export function readSource(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    // Looked for here instead, in linear time and with words of our own.
    uniqueKeys: false,
    stringKeys: true,
    merge: true,
    prettyErrors: false,
  });
  const broken = textualMistakes(document);
  // However often one anchor is used, its value is one object: there is nothing to guard against.
  const value = broken.length > 0 ? null : document.toJS({ maxAliasCount: -1 });
  return { text, document, lines, broken, value };
}

/** Keys that stand twice in one mapping. */
export function reportDuplicateKeys({ document, lines }: Source, report: Report): void {
  const visit = (node: unknown, path: Path) => {
    if (isSeq(node)) node.items.forEach((item, index) => void visit(item, [...path, index]));
    if (!isMap(node)) return;
    const seen = new Map<string, Pair>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      const earlier = seen.get(key);
      if (earlier === undefined) {
        seen.set(key, pair);
        visit(pair.value, [...path, key]);
      } else {
        const { line } = lines.linePos(startOf(earlier.key));
        report({
          ...wrongKey([...path, key], 'duplicate key', { allowed: `one; the other is on line ${line}` }),
          at: 'duplicate',
        });
      }
    }
  };
  visit(document.contents, []);
}

export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

export function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

/**
 * Finds the offsets of what mistakes are about; of what was never written, that of the innermost thing around it. The finder
 * remembers the keys of the mappings it went through, so that many mistakes are found as fast as few.
 */
export function placeFinder({ document }: Source): (mistake: Pick<Mistake, 'path' | 'at'>) => number {
  const indices = new Map<YAMLMap, Map<string, Pair[]>>();
  const pairsOf = (map: YAMLMap, key: string) => {
    const index = indices.get(map) ?? indexOf(map);
    indices.set(map, index);
    return index.get(key) ?? [];
  };
  return ({ path, at }) => {
    let node: unknown = document.contents;
    let offset = startOf(node);
    for (const [depth, step] of path.entries()) {
      const last = depth === path.length - 1;
      if (isAlias(node)) node = node.resolve(document);
      if (isSeq(node)) {
        node = node.items[Number(step)];
        if (node === undefined) return offset;
        offset = startOf(node);
        continue;
      }
      const pair = isMap(node) ? pairsOf(node, String(step)).at(last && at === 'duplicate' ? -1 : 0) : undefined;
      if (pair === undefined) return offset;
      node = pair.value;
      offset = startOf(last && at === 'value' && hasText(node) ? node : pair.key);
    }
    return offset;
  };
}

function indexOf(map: YAMLMap): Map<string, Pair[]> {
  const index = new Map<string, Pair[]>();
  for (const pair of map.items) {
    const pairs = index.get(keyOf(pair));
    if (pairs === undefined) index.set(keyOf(pair), [pair]);
    else pairs.push(pair);
  }
  return index;
}

/** Whether anything was written: `scheduler:` has a value without a text of its own. */
function hasText(node: unknown): boolean {
  const range = (node as Node | null)?.range;
  return range !== undefined && range !== null && range[1] > range[0];
}
