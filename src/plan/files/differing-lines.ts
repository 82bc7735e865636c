import { structuredPatch } from 'diff';

/** Beyond so many differences nobody reads them, and finding them takes long. */
const mostEdits = 200;

/** The lines that differ, in the form of a unified diff with one line of context; none, where they are too many. */
export function differingLines(before: string, after: string): string[] {
  const patch = structuredPatch('', '', before, after, '', '', { context: 1, maxEditLength: mostEdits });
  return patch?.hunks.flatMap(({ lines }) => lines) ?? [];
}
