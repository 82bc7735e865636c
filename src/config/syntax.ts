import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, visit } from 'yaml';
import type { Mistake } from './mistake.ts';

/** The YAML library's codes of mistakes that lvs.yaml explains better in its own terms. */
const inOurWords: Record<string, string> = {
  MULTIPLE_DOCS: 'found a second document; allowed: one document, so leave out the line "---"',
  TAB_AS_INDENT: 'found a tab; allowed: spaces to indent with',
  NON_STRING_KEY: 'found a key that is no word; allowed: plain words as keys',
  BLOCK_AS_IMPLICIT_KEY: 'found a second ": " in one line; allowed: one key a line, text that holds ": " in quotes',
};

type Textual = { readonly mistake: Mistake; readonly offset: number };

/** Everything that is wrong with the text as YAML, in its order. */
export function textualMistakes(document: Document.Parsed): Textual[] {
  const found = [...document.errors, ...document.warnings].map(({ code, message, pos }) =>
    textual(inOurWords[code] ?? sentence(message), pos[0]),
  );
  if (found.length > 0) return found;
  if (
    document.contents === null ||
    (document.contents.range?.[0] === document.contents.range?.[1] && !isMap(document.contents))
  )
    return [textual('the file is empty; allowed: a mapping; "lvs init" writes a file to start from', 0)];
  return wrongReferences(document);
}

/** Aliases without an anchor before them, merge keys of what is no mapping, and keys that would be dropped. */
function wrongReferences(document: Document.Parsed): Textual[] {
  const anchors = new Map<string, Node>();
  const found: Textual[] = [];
  const isMapping = (node: unknown) => isMap(isAlias(node) ? anchors.get(node.source) : node);
  visit(document, (_, node) => {
    if (isAlias(node)) {
      const allowed = `an alias of an anchor before it (&${node.source})`;
      if (!anchors.has(node.source)) found.push(textual(`found *${node.source}; allowed: ${allowed}`, offsetOf(node)));
    } else if (isPair(node) && isScalar(node.key) && node.key.value === '<<') {
      const merged = isSeq(node.value) ? node.value.items : [node.value];
      if (!merged.every(isMapping))
        found.push(textual('found "<<"; allowed: "<<" with a mapping, or an alias of one', offsetOf(node.key)));
    } else if (isPair(node) && isScalar(node.key) && node.key.value === '__proto__') {
      found.push(
        textual(
          'found the key "__proto__", which JavaScript keeps for itself; allowed: another name',
          offsetOf(node.key),
        ),
      );
    } else if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
  });
  return found;
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function textual(text: string, offset: number): Textual {
  return { mistake: { path: [], at: 'value', sentence: text }, offset };
}

/** The library's message as a clause: it begins in lower case and has no details after the first line. */
function sentence(message: string): string {
  const [first = ''] = message.split('\n');
  return `not valid YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}
