const begin = '.\\" Written by "npm run man" from here on, out of the commands\' own definitions.';
const end = '.\\" Written by hand again from here on.';

/**
 * The page with its generated part replaced; all else is written by hand.
 * @throws Error where the page has no place for it.
 */
export function withGeneratedPart(page: string, lines: readonly string[]): string {
  const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`the page lacks the lines\n${begin}\n${end}`);
  return `${page.slice(0, start + begin.length)}\n${lines.join('\n')}\n${page.slice(stop)}`;
}
