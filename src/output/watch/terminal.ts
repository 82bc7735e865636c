import { own } from '../guard.ts';
import type { Size } from './screen.ts';

/** As much of a terminal as a watch needs. */
export interface TerminalOutput {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const enter = '\u001b[?1049h\u001b[?25l\u001b[2J';
const leave = '\u001b[?25h\u001b[?1049l';

/** The alternate screen of a terminal; what was there before is back when it is left. */
export class Terminal {
  private readonly output: TerminalOutput;
  private drawn: readonly string[] = [];
  private isEntered = false;

  constructor(output: TerminalOutput) {
    this.output = output;
  }

  get size(): Size {
    return { columns: this.output.columns || 80, rows: this.output.rows || 24 };
  }

  enter(): void {
    if (this.isEntered) return;
    this.isEntered = true;
    this.drawn = [];
    this.output.write(own(enter));
  }

  /** Puts the lines in place of what is there, as far as they differ. */
  draw(lines: readonly string[]): void {
    if (!this.isEntered) return;
    const changed = lines.map((line, index) => (line === this.drawn[index] ? '' : at(index, line)));
    const beyond = this.drawn.slice(lines.length).map((_, index) => at(lines.length + index, ''));
    this.drawn = lines;
    const text = [...changed, ...beyond].join('');
    if (text !== '') this.output.write(text);
  }

  /** What is on the screen is not known any more: it was resized. */
  clear(): void {
    this.drawn = [];
    if (this.isEntered) this.output.write(own('\u001b[2J'));
  }

  leave(): void {
    if (!this.isEntered) return;
    this.isEntered = false;
    this.output.write(own(leave));
  }
}

/** Erased first: at the right edge, that would take the last letter away. */
function at(index: number, line: string): string {
  return `${own(`\u001b[${index + 1};1H\u001b[K`)}${line}`;
}
