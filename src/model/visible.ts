/** All but the ends of lines and tabs: what a terminal obeys, or what turns the order of letters round. */
const controls = /[^\P{Cc}\n\t]|[\u2028-\u202e\u2066-\u2069]/gu;

/**
 * A text of others as it may reach a terminal, a log or JSON: control characters stand as JSON writes them, so that the text of a
 * JSON document stays one.
 */
export function visible(text: string): string {
  return text.replaceAll(controls, escaped);
}

/** The same in one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll(/[\n\t]/g, escaped);
}

export function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
