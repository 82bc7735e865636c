/** Running text in mdoc(7), one sentence a line, as its readers expect. */
export function text(words: string): string[] {
  return words
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/([a-z)"][.?!]) (?=[A-Z`"])/g, '$1\n')
    .split('\n')
    .filter(Boolean)
    .map(literal);
}

/** A line to be shown as it is. */
export function literal(line: string): string {
  const escaped = line
    .replaceAll('\\', '\\e')
    .replaceAll('`', '\\(ga')
    .replaceAll(/(?<=^|[\s"(])--?(?=\w)/g, (dashes) => '\\-'.repeat(dashes.length));
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** One argument of a macro, whatever is in it. */
export function argument(word: string): string {
  const escaped = word.replaceAll('\\', '\\e').replaceAll('"', '\\(dq');
  if (/^[A-Z][a-z]{1,2}$/.test(escaped)) return `\\&${escaped}`;
  return escaped === '' || /\s/.test(escaped) ? `"${escaped}"` : escaped;
}
