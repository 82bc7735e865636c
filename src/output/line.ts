import stringWidth from 'string-width';
import { visibleLine } from '../model/visible.ts';
import type { Paint } from './paint.ts';

/** A piece of a line, before it is cut and painted. */
export interface Span {
  readonly text: string;
  readonly paint?: keyof Paint;
}

export type Line = readonly (string | Span)[];

/** The line as the terminal gets it, at most `width` columns; what others wrote cannot steer the terminal. */
export function paintLine(line: Line, width: number, paint: Paint): string {
  let left = width;
  let result = '';
  for (const part of line) {
    const { text, paint: colour } = typeof part === 'string' ? { text: part, paint: undefined } : part;
    const shown = cut(visibleLine(text), left);
    left -= stringWidth(shown);
    result += colour === undefined || shown === '' ? shown : paint[colour](shown);
  }
  return result;
}

export function widthOf(line: Line): number {
  return stringWidth(line.map((part) => (typeof part === 'string' ? part : part.text)).join(''));
}

/** At most `width` columns of a text; a sign at the end says that there is more. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let shown = '';
  let left = width - 1;
  if (left < 0) return '';
  for (const letter of text) {
    left -= stringWidth(letter);
    if (left < 0) break;
    shown += letter;
  }
  return `${shown}…`;
}

/** Exactly `width` columns. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const shown = cut(text, width);
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(shown)));
  return side === 'left' ? `${shown}${blanks}` : `${blanks}${shown}`;
}
