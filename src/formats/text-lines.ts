import { syntaxError } from './syntax-error.ts';
import type { Place } from './warnings.ts';

/** No program's configuration has longer ones, and what looks at a line takes longer than it is long. */
const longestLine = 16_384;

/**
 * The lines of a text with their places.
 * @throws LvsError invalid-input where one is longer than any of a configuration
 */
export function* linesIn(text: string, file: string): Generator<{ readonly line: string; readonly place: Place }> {
  let number = 0;
  for (const line of text.split(/\r?\n/)) {
    number += 1;
    const place = { file, line: number };
    if (line.length > longestLine)
      throw syntaxError(place, `the line has ${line.length} characters; allowed: at most ${longestLine}`);
    yield { line, place };
  }
}
