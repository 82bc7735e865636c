/** A script for sh(1) in one line, as the words of a command must be. It can be written in several, each ended as sh wants it. */
export function oneLine(parts: TemplateStringsArray, ...words: readonly string[]): string {
  const text = parts.map((part, index) => `${part}${words[index] ?? ''}`).join('');
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
