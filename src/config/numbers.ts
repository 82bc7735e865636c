import { isMap, isScalar, isSeq } from 'yaml';
import type { Path, Report } from './mistake.ts';
import { keyOf, type Source } from './source.ts';
import { leadingZerosHint } from './words/zeros.ts';

/** Numbers with leading zeros: YAML itself reads them as decimal ones or as octal ones, depending on its version. */
export function reportLeadingZeros({ document }: Source, report: Report): void {
  const visit = (node: unknown, path: Path) => {
    if (isSeq(node)) node.items.forEach((item, index) => void visit(item, [...path, index]));
    else if (isMap(node)) for (const pair of node.items) visit(pair.value, [...path, keyOf(pair)]);
    else if (isScalar(node) && typeof node.value === 'number') {
      const found = node.source ?? '';
      const hint = leadingZerosHint(found);
      const allowed = 'numbers without leading zeros';
      if (hint !== undefined)
        report({ path, at: 'value', sentence: `found ${found}; allowed: ${allowed}`, found, allowed, hint });
    }
  };
  visit(document.contents, []);
}
