import type { DrainStep } from '../converge/drain.ts';
import { isEmpty, type Remains } from '../model/draining.ts';
import { describeRemains } from './drain.ts';
import { own } from './guard.ts';

/** Where a wait is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const secondsBetweenLines = 5;
const barWidth = 20;
const clearLine = () => own('\r\u001b[K');

/**
 * Shows a wait for connections to end: on a terminal one line that is drawn again in its place, elsewhere lines, at most one in
 * five seconds and none that says what the last one said.
 */
export class DrainProgress {
  private readonly output: ProgressOutput;
  private readonly subject: string;
  private readonly now: () => number;
  private most = 0;
  private router: string | null = null;
  private last = { text: '', at: Number.NEGATIVE_INFINITY };

  /**
   * @param subject what is drained
   * @param now milliseconds
   */
  constructor(output: ProgressOutput, subject: string, now: () => number = () => performance.now()) {
    this.output = output;
    this.subject = subject;
    this.now = now;
  }

  show(step: DrainStep): void {
    if (step.type === 'blind') this.say(`${step.reason}; trying again`);
    else this.showCount(step);
  }

  private showCount({ router, remains, left }: DrainStep & { type: 'counted' }): void {
    if (this.router !== null && this.router !== router) this.say(`${router} is active now: going on there`);
    this.router = router;
    const said = describeRemains(remains);
    const where = `${this.subject} on ${router}`;
    if (this.output.isTTY === true) {
      const time = left === null ? '' : `; ${clock(left)} left`;
      this.draw(`${this.bar(remains)} ${said}${time} (${where})`);
    }
    // That it is empty is said by the end.
    else if (!isEmpty(remains)) this.line(`draining ${where}: ${said}`);
  }

  /** Leaves an empty line behind. */
  end(): void {
    if (this.output.isTTY === true) this.output.write(clearLine());
  }

  /** What must not be missed: a line of its own, unless it is said already. */
  private say(text: string): void {
    if (this.last.text === text) return;
    this.last = { text, at: Number.NEGATIVE_INFINITY };
    this.output.write(`${this.output.isTTY === true ? clearLine() : ''}${text}\n`);
  }

  private line(text: string): void {
    const now = this.now();
    if (text === this.last.text || now - this.last.at < secondsBetweenLines * 1000) return;
    this.last = { text, at: now };
    this.output.write(`${text}\n`);
  }

  private draw(text: string): void {
    this.last = { text: '', at: Number.NEGATIVE_INFINITY };
    const columns = this.output.columns || 80;
    // A line that is broken cannot be drawn again in its place; what counts stands first.
    this.output.write(`${clearLine()}${text.slice(0, columns - 1)}`);
  }

  /** Full when nothing remains of the most that there was. */
  private bar({ connections, templates }: Remains): string {
    const remaining = connections + templates;
    this.most = Math.max(this.most, remaining);
    const done = this.most === 0 ? barWidth : Math.floor((1 - remaining / this.most) * barWidth);
    return `[${'#'.repeat(done)}${'-'.repeat(barWidth - done)}]`;
  }
}

/** `4:21`. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
