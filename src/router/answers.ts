import type { Result } from './runner.ts';

/** Characters of what is not an answer. */
const mostKept = 4000;

/** Characters of an answer: of what a command prints on stdout, and of anything else. */
const most = { output: 300_000_000, other: 16_000_000 };

/** Cuts the agent's two streams into answers: each ends in a line with the mark, on stdout with the command's status. */
export class AnswerReader {
  private readonly out: Stream;
  private readonly err: Stream;
  private readonly outputs: { text: string; status: number }[] = [];
  private readonly errors: string[] = [];
  private readonly answer: (result: Result) => void;

  constructor(mark: string, answer: (result: Result) => void) {
    this.out = new Stream(`\n${mark} `);
    this.err = new Stream(`\n${mark}`);
    this.answer = answer;
  }

  stdout(text: string): void {
    for (const { body, tail } of this.out.push(text)) this.outputs.push({ text: body, status: Number(tail) });
    this.match();
  }

  stderr(text: string): void {
    for (const { body } of this.err.push(text)) this.errors.push(body);
    this.match();
  }

  /** What came on stderr since the last answer: ssh's own words, when it gives up. */
  get unanswered(): string {
    return this.err.rest().slice(-mostKept).trim();
  }

  /** The last line of it. */
  lastWords(): string {
    return this.unanswered.split('\n').at(-1)?.trim() ?? '';
  }

  /** Whether more has come since the last answer than there can be in one: memory has an end. */
  isFlooded(isCommand: boolean): boolean {
    return this.out.length > (isCommand ? most.output : most.other) || this.err.length > most.other;
  }

  private match(): void {
    while (this.outputs.length > 0 && this.errors.length > 0) {
      const output = this.outputs.shift();
      const stderr = this.errors.shift();
      if (output !== undefined && stderr !== undefined) {
        this.answer({ status: output.status, stdout: output.text, stderr });
      }
    }
  }
}

/** Text up to a mark, again and again; the mark's line may carry a tail. What is long comes in many pieces, each looked at once. */
class Stream {
  private readonly pieces: string[] = [];
  /** What may be the beginning of a mark, or of its line. */
  private open = '';
  private passed = 0;
  private readonly mark: string;

  constructor(mark: string) {
    this.mark = mark;
  }

  *push(text: string): Generator<{ body: string; tail: string }> {
    this.open += text;
    for (;;) {
      const start = this.open.indexOf(this.mark);
      if (start < 0) {
        const kept = Math.max(0, this.open.length - this.mark.length + 1);
        this.pieces.push(this.open.slice(0, kept));
        this.passed += kept;
        this.open = this.open.slice(kept);
        return;
      }
      const end = this.open.indexOf('\n', start + this.mark.length);
      if (end < 0) return;
      this.passed = 0;
      const body = [...this.pieces.splice(0), this.open.slice(0, start)].join('');
      yield { body, tail: this.open.slice(start + this.mark.length, end) };
      this.open = this.open.slice(end + 1);
    }
  }

  /** Of what rest() returns. */
  get length(): number {
    return this.passed + this.open.length;
  }

  rest(): string {
    return [...this.pieces, this.open].join('');
  }
}
