import type { ConfirmationView } from '../converge/confirming.ts';
import type { Pending } from '../router/pending.ts';
import { own } from './guard.ts';
import { cut } from './line.ts';
import { divertTo, type Redrawn } from './verbose.ts';

/** Where it is shown. */
export interface ConfirmationOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where keys come from. */
export interface KeyInput {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: 'data', listener: (data: Buffer) => void): unknown;
  off(event: 'data', listener: (data: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

const clearLine = () => own('\r\u001b[K');
const interrupt = '\u0003';

/**
 * Shows how long a run may still be confirmed, and takes keys: y keeps it, n and Ctrl-C put it back, and no other does anything,
 * for what is typed by mistake must not decide. Routers that are waited for are named in the same line. Without a terminal it says
 * once how to confirm, and other lines are printed as always.
 */
export class TerminalConfirmation implements ConfirmationView, Redrawn {
  private readonly input: KeyInput;
  private readonly output: ConfirmationOutput;
  /** What Ctrl-C does. */
  private readonly interrupt: () => void;
  private listener: ((data: Buffer) => void) | null = null;
  private shown = '';
  private countdown = '';
  private readonly waits = new Map<string, string>();
  private endDiversion: () => void = () => {};

  constructor(
    input: KeyInput = process.stdin,
    output: ConfirmationOutput = process.stderr,
    onInterrupt: () => void = () => process.kill(process.pid, 'SIGINT'),
  ) {
    this.input = input;
    this.output = output;
    this.interrupt = onInterrupt;
  }

  begin({ until, routers, seconds }: Pending, decide: (decision: 'keep' | 'back') => void): void {
    const what = `applied on ${routers.join(' and ')}; it will be rolled back automatically at ${until}, ${seconds} s after it began,`;
    if (!this.hasTerminal) {
      this.output.write(`${what} unless "lvs confirm" is run before\n`);
      return;
    }
    this.output.write(`${what} unless you keep it\n`);
    this.listener = (data) => {
      for (const key of data.toString()) {
        if (key === 'y' || key === 'Y') decide('keep');
        else if (key === 'n' || key === 'N') decide('back');
        else if (key === interrupt) this.interrupt();
      }
    };
    this.endDiversion = divertTo(this);
    this.input.setRawMode?.(true);
    this.input.on('data', this.listener);
    this.input.resume();
  }

  show(left: number): void {
    if (!this.hasTerminal) return;
    this.countdown = left > 0 ? `keep it? y: yes, n: roll back now; ${clock(left)} left` : 'rolling back';
    this.draw();
  }

  waiting(router: string, text: string | null): void {
    if (text === null) this.waits.delete(router);
    else this.waits.set(router, text);
    this.draw();
  }

  say(text: string): void {
    this.output.write(`${this.hasTerminal ? clearLine() : ''}${text}\n`);
    this.shown = '';
  }

  end(): void {
    if (this.listener === null) return;
    this.endDiversion();
    this.waits.clear();
    this.output.write(clearLine());
    this.input.off('data', this.listener);
    this.input.setRawMode?.(false);
    this.input.pause();
    this.listener = null;
  }

  private draw(): void {
    const line = cut([this.countdown, ...this.waits.values()].join('; '), (this.output.columns || 80) - 1);
    if (line === this.shown) return;
    this.shown = line;
    this.output.write(`${clearLine()}${line}`);
  }

  private get hasTerminal(): boolean {
    return this.input.isTTY === true && this.output.isTTY === true;
  }
}

/** `1:05`. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
