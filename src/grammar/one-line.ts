/** A shell's script as one word of a command: words hold no newline, and a script with its semicolons needs none. */
export function oneLine(parts: TemplateStringsArray, ...words: readonly string[]): string {
  const text = parts.map((part, index) => `${part}${words[index] ?? ''}`).join('');
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
