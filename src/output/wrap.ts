import stringWidth from 'string-width';

/**
 * Breaks a line between words, so that each part has at most `width` columns; all parts but the first begin with `hanging`. A
 * word that is too long stays whole. Colours may span words.
 */
export function wrapLine(line: string, width: number, hanging = '  '): string[] {
  if (stringWidth(line) <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const parts: string[] = [];
  let part = '';
  for (const word of line.slice(indent.length).split(' ')) {
    const start = parts.length === 0 ? indent : hanging;
    const longer = part === '' ? `${start}${word}` : `${part} ${word}`;
    if (part !== '' && stringWidth(longer) > width) {
      parts.push(part);
      part = `${hanging}${word}`;
    } else part = longer;
  }
  return [...parts, part];
}
