import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** A process whose lines, of both outputs, are kept with the time of each. */
export class Running {
  readonly lines: { readonly at: number; readonly text: string }[] = [];
  readonly ended: Promise<Ended>;
  hasEnded = false;
  private rest = '';
  private readonly listeners = new Set<(line: string) => void>();

  readonly child: ChildProcess;

  constructor(child: ChildProcess) {
    this.child = child;

    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (chunk: string) => this.take(chunk));
    }
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => resolve({ status: null, output: error.message }));
      child.on('close', (status) => {
        if (this.rest !== '') this.take('\n');
        this.hasEnded = true;
        resolve({ status, output: this.output });
      });
    });
  }

  get output(): string {
    return this.lines.map(({ text }) => text).join('\n');
  }

  /** Resolves with true when a line matches, with false when the process ends or the time is up. */
  async says(pattern: RegExp, milliseconds: number): Promise<boolean> {
    if (this.lines.some(({ text }) => pattern.test(text))) return true;
    let stop = () => {};
    const seen = new Promise<boolean>((resolve) => {
      const listener = (line: string) => {
        if (pattern.test(line)) resolve(true);
      };
      this.listeners.add(listener);
      stop = () => this.listeners.delete(listener);
    });
    const over = this.ended.then(() => false);
    const late = sleep(milliseconds, false, { ref: false });
    return Promise.race([seen, over, late]).finally(() => stop());
  }

  /** Waits until it has ended; kills it when the time is up. */
  async within(milliseconds: number): Promise<Ended> {
    const late = await Promise.race([this.ended.then(() => false), sleep(milliseconds, true, { ref: false })]);
    if (late) this.kill('SIGKILL');
    return this.ended;
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.child.kill(signal);
  }

  private take(chunk: string): void {
    const parts = `${this.rest}${chunk}`.split('\n');
    this.rest = parts.pop() ?? '';
    for (const text of parts) {
      this.lines.push({ at: Date.now(), text });
      for (const listener of this.listeners) listener(text);
    }
  }
}

export function start(argv: readonly string[], input: string | null = null): Running {
  const [program = '', ...words] = argv;
  const child = spawn(program, words, { stdio: [input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  child.stdin?.on('error', () => {});
  if (input !== null) child.stdin?.end(input);
  return new Running(child);
}

/** Runs a program of this machine and throws unless its status is 0. */
export async function succeed(argv: readonly string[], input: string | null = null): Promise<string> {
  const { status, output } = await start(argv, input).ended;
  if (status !== 0) throw new Error(`${argv.join(' ')}: status ${status}\n${output.slice(-3000)}`);
  return output;
}
