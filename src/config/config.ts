import type { Cluster } from '../model/cluster.ts';
import { type Detail, LvsError } from '../model/errors.ts';
import { type Mistake, messageOf, pathText } from './mistake.ts';
import { normalise } from './normalise.ts';
import { reportLeadingZeros } from './numbers.ts';
import { plainValue } from './plain-value.ts';
import { checkRules } from './rules/rules.ts';
import { placeFinder, readSource, reportDuplicateKeys, type Source, sourceOfPlain } from './source.ts';
import { understandFile } from './understand.ts';

/** One lvs.yaml, read and found sound. */
export interface Config {
  /** As the user named it; every message says it. */
  readonly file: string;
  /** What stands in it. */
  readonly text: string;
  readonly cluster: Cluster;
  /** For edits (see src/config/edit). */
  readonly source: Source;
}

/** What an examination of the text finds: a cluster, or mistakes in the order in which they stand there. */
export type Examination =
  | { readonly cluster: Cluster; readonly source: Source }
  | { readonly mistakes: readonly { readonly mistake: Mistake; readonly offset: number }[]; readonly source: Source };

export function examine(text: string): Examination {
  const value = plainValue(text);
  const plain = value === undefined ? null : clusterOf(value);
  if (plain !== null && 'cluster' in plain) return { cluster: plain.cluster, source: sourceOfPlain(text, value) };
  return examineWhole(text);
}

/** With the place of everything, for what cannot be read without, or what is wrong. */
function examineWhole(text: string): Examination {
  const source = readSource(text);
  if (source.broken.length > 0) return { mistakes: source.broken, source };
  const written: Mistake[] = [];
  const report = (mistake: Mistake) => void written.push(mistake);
  reportDuplicateKeys(source, report);
  reportLeadingZeros(source, report);
  const found = clusterOf(source.value);
  if ('cluster' in found && written.length === 0) return { cluster: found.cluster, source };
  const mistakes = 'cluster' in found ? written : [...written, ...found.mistakes];
  const offsetOf = placeFinder(source);
  const placed = mistakes.map((mistake) => ({ mistake, offset: offsetOf(mistake) }));
  return { mistakes: placed.sort((a, b) => a.offset - b.offset), source };
}

/** What a file with this value declares, or what is wrong with it. */
export function clusterOf(value: unknown): { readonly cluster: Cluster } | { readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const report = (mistake: Mistake) => void mistakes.push(mistake);
  const draft = understandFile(value, report);
  checkRules(draft, report);
  return mistakes.length === 0 ? { cluster: normalise(draft) } : { mistakes };
}

/**
 * Reads the text of the lvs.yaml called `file`.
 * @throws LvsError invalid-input with all of its mistakes, each a complete sentence with line and column.
 */
export function parseConfig(text: string, file: string): Config {
  const examination = examine(text);
  if ('cluster' in examination) return { file, text, ...examination };
  const { mistakes, source } = examination;
  const details = mistakes.map(({ mistake, offset }) => detailOf(mistake, offset, file, source));
  throw new LvsError(
    'invalid-input',
    `${file} has ${details.length === 1 ? 'a mistake' : `${details.length} mistakes`}`,
    { details },
  );
}

function detailOf(mistake: Mistake, offset: number, file: string, { lines }: Source): Detail {
  const { line, col } = lines.linePos(offset);
  return {
    ...wordsOf(mistake),
    message: messageOf(mistake, pathText(mistake.path)),
    file,
    line: Math.max(line, 1),
    column: Math.max(col, 1),
  };
}

/** What was found, what is allowed and what to try, as far as there is something to say. */
export function wordsOf({ found, allowed, hint }: Mistake): Pick<Detail, 'found' | 'allowed' | 'hint'> {
  return {
    ...(found !== undefined && { found }),
    ...(allowed !== undefined && { allowed }),
    ...(hint !== undefined && { hint }),
  };
}
