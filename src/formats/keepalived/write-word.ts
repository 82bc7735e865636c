/** In quotes where blanks or comments would end it. */
export function word(text: string): string {
  return /^[^\s"#!{}$@~]+$/.test(text) ? text : `"${text}"`;
}
