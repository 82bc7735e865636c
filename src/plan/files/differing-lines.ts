import { structuredPatch } from 'diff';

/** Beyond so many differences nobody reads them, and finding them takes long. */
const mostEdits = 200;

/** The lines that differ, in the form of a unified diff with one line of context; none, where they are too many. */
export function differingLines(before: string, after: string): string[] {
  // Files may be long, and changes short.
  const alike = alikeBefore(before, after);
  const [old, now] = [before.slice(alike), after.slice(alike)];
  const patch = structuredPatch('', '', old, now, '', '', { context: 1, maxEditLength: mostEdits });
  return patch?.hunks.flatMap(({ lines }) => lines) ?? [];
}

/** How many characters are alike before the line that comes before the first one that differs. */
function alikeBefore(before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  let alike = 0;
  while (alike < most && before.charCodeAt(alike) === after.charCodeAt(alike)) alike += 1;
  const line = before.lastIndexOf('\n', alike - 1);
  return line <= 0 ? 0 : before.lastIndexOf('\n', line - 1) + 1;
}
