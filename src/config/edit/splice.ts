/** Replaces the text from `start` up to `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `text` with all splices, which must not overlap; those at one place take effect in their order. */
export function spliced(text: string, splices: readonly Splice[]): string {
  let done = 0;
  let result = '';
  for (const { start, end, text: replacement } of splices.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(done, start) + replacement;
    done = end;
  }
  return result + text.slice(done);
}

/** The line end that the file uses. */
export function lineEndOf(text: string): '\r\n' | '\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Offset of the first character of the line that `offset` is on. */
export function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset of the line end, or of the end of the text, of the line that `offset` is on. */
export function endOfLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline === -1) return text.length;
  return text[newline - 1] === '\r' && newline > offset ? newline - 1 : newline;
}

/** Offset of the next line, or of the end of the text. */
export function startOfNextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

/** 0-based. */
export function columnOf(text: string, offset: number): number {
  return offset - startOfLine(text, offset);
}

/** Whole lines, each with the file's line end before it, as they are inserted at the end of a line. */
export function insertedLines(lines: readonly string[], text: string): string {
  return lines.map((line) => lineEndOf(text) + line).join('');
}

/** Puts `rendered` in the place of a value; a remark behind it stays in its column as far as there is room. */
export function replaced(text: string, start: number, end: number, rendered: string): Splice {
  const gap = /^ {2,}(?=#)/.exec(text.slice(end, endOfLine(text, end)))?.[0].length ?? 0;
  if (gap === 0 || text.slice(start, end).includes('\n')) return { start, end, text: rendered };
  const room = Math.max(1, gap - (rendered.length - (end - start)));
  return { start, end: end + gap, text: rendered + ' '.repeat(room) };
}
