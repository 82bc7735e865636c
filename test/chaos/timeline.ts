/** What happened when, in the words that people read. */
export class Timeline {
  readonly #begin = performance.now();
  readonly #lines: string[] = [];

  note(text: string): void {
    const seconds = ((performance.now() - this.#begin) / 1000).toFixed(2);
    this.#lines.push(`${seconds.padStart(8)} s  ${text}`);
  }

  lines(): readonly string[] {
    return this.#lines;
  }
}
