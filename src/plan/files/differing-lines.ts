import { structuredPatch } from 'diff';

/** Beyond so many differences nobody reads them, and finding them takes long. */
const mostEdits = 200;

/** The lines that differ, in the form of a unified diff with one line of context; none, where they are too many. */
export function differingLines(before: string, after: string): string[] {
  const { begin, end } = differingPart(before, after);
  const [old, now] = [before.slice(begin, before.length - end), after.slice(begin, after.length - end)];
  const patch = structuredPatch('', '', old, now, '', '', { context: 1, maxEditLength: mostEdits });
  return patch?.hunks.flatMap(({ lines }) => lines) ?? [];
}

/**
 * How much of both texts is alike at the beginning and at the end, but for a line of context: files may be long, and changes
 * short.
 */
function differingPart(before: string, after: string): { begin: number; end: number } {
  const most = Math.min(before.length, after.length);
  let begin = 0;
  while (begin < most && before.charCodeAt(begin) === after.charCodeAt(begin)) begin += 1;
  begin = startOfLineBefore(before, begin);
  let end = 0;
  while (end < most - begin && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end))
    end += 1;
  return { begin, end: before.length - endOfLineAfter(before, before.length - end) };
}

/** Where the line before that of `offset` begins. */
function startOfLineBefore(text: string, offset: number): number {
  const own = text.lastIndexOf('\n', offset - 1);
  return own <= 0 ? 0 : text.lastIndexOf('\n', own - 1) + 1;
}

/** Where the line after that of `offset` ends. */
function endOfLineAfter(text: string, offset: number): number {
  const own = text.indexOf('\n', offset);
  const next = own === -1 ? -1 : text.indexOf('\n', own + 1);
  return next === -1 ? text.length : next + 1;
}
