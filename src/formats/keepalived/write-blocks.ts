/** A keyword and what stands between its braces. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...lines.map((line) => `    ${line}`), '}'];
}

/** In quotes where blanks or comments would end it. */
export function word(text: string): string {
  return /^[^\s"#!{}$@~]+$/.test(text) ? text : `"${text}"`;
}
