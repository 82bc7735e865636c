import { type ChildProcess, spawn } from 'node:child_process';
import { vi } from 'vitest';

/** A client of the agent that says exactly what a test wants, and nothing by itself. */
export class RawClient {
  readonly process: ChildProcess;
  private output = '';

  /** @param connection what sshd would set as SSH_CONNECTION; empty: not over a network */
  constructor([program = '', ...words]: readonly string[], connection = '') {
    this.process = spawn(program, words, { detached: true, env: { ...process.env, SSH_CONNECTION: connection } });
    this.process.stdout?.on('data', (data) => {
      this.output += data;
    });
    this.say('MARK\n');
  }

  say(text: string): void {
    this.process.stdin?.write(text);
  }

  async lock(): Promise<void> {
    this.say('lock 4 0\nraw\n\n\n\n');
    await vi.waitFor(() => {
      if (!this.output.includes('\nMARK 0\n')) throw new Error(`no answer yet, but ${this.output}`);
    }, 5000);
  }

  /** Says no more; waits for the end. */
  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin?.end();
    await ended;
  }

  kill(): void {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGKILL');
  }

  /** Everything that it started, too. */
  killAll(): void {
    try {
      process.kill(-(this.process.pid ?? 0), 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  }

  /** Whether anything that it started is left. */
  get isAlive(): boolean {
    try {
      process.kill(-(this.process.pid ?? 0), 0);
      return true;
    } catch {
      return false;
    }
  }
}
