import { setTimeout as pause } from 'node:timers/promises';

/** Runs a program to its end, wherever the terminal is to be. */
export type RunProgram = (
  argv: readonly string[],
) => Promise<{ readonly status: number | null; readonly stdout: string }>;

const mostSeconds = 30;
/** Looking takes a process, which the others wait for. */
const pollMilliseconds = 150;
/** What the shell in it says when it waits for a command, unless told otherwise. */
const usualPrompt = 'ready>';

/** A real terminal with a shell in it, which tmux(1) plays: keys go in, and what is seen comes out. */
export class TestTerminal {
  private readonly run: RunProgram;
  private readonly name: string;

  private constructor(run: RunProgram, name: string) {
    this.run = run;
    this.name = name;
  }

  /** @param name of its own, so that several do not meet */
  static async open(
    run: RunProgram,
    name: string,
    columns = 80,
    rows = 24,
    prompt = usualPrompt,
  ): Promise<TestTerminal> {
    const terminal = new TestTerminal(run, name);
    const size = ['-x', String(columns), '-y', String(rows)];
    const shell = ['env', `PS1=${prompt} `, 'LC_ALL=C.UTF-8', 'sh', '-i'];
    await terminal.tmux('-u', '-f', '/dev/null', 'new-session', '-d', '-s', 'test', ...size, ...shell);
    await terminal.until(prompt);
    return terminal;
  }

  /** Types a line, and Enter. */
  async line(text: string): Promise<void> {
    await this.tmux('send-keys', '-t', 'test', '-l', text);
    await this.keys('Enter');
  }

  /** Presses keys, by the names that tmux has for them: `q`, `C-c`, `Escape`. */
  async keys(...names: string[]): Promise<void> {
    await this.tmux('send-keys', '-t', 'test', ...names);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.tmux('resize-window', '-t', 'test', '-x', String(columns), '-y', String(rows));
  }

  /** What is seen now, line by line, without what is blank at the right; what the terminal broke in two is one line. */
  async screen(): Promise<string[]> {
    const seen = await this.tmux('capture-pane', '-p', '-J', '-t', 'test');
    return seen
      .split('\n')
      .slice(0, -1)
      .map((line) => line.trimEnd());
  }

  /** What is seen now, row by row, with the escape sequences that colour it. */
  async coloured(): Promise<string[]> {
    return (await this.tmux('capture-pane', '-p', '-e', '-t', 'test')).split('\n').slice(0, -1);
  }

  /** Waits until something is seen, and returns all that is. Throws with that after half a minute. */
  async until(wanted: string | RegExp): Promise<string> {
    const end = performance.now() + mostSeconds * 1000;
    for (;;) {
      const seen = (await this.screen()).join('\n');
      if (typeof wanted === 'string' ? seen.includes(wanted) : wanted.test(seen)) return seen;
      if (performance.now() > end) throw new Error(`not seen after ${mostSeconds} s: ${wanted}\n${seen}`);
      await pause(pollMilliseconds);
    }
  }

  /** The exit status of the command that ended last; the shell is at its prompt again. */
  async status(): Promise<number> {
    await this.line('echo "status=$?;"');
    const seen = await this.until(/status=\d+;/);
    return Number([...seen.matchAll(/status=(\d+);/g)].at(-1)?.[1]);
  }

  async close(): Promise<void> {
    await this.run(['tmux', '-L', this.name, 'kill-server']);
  }

  private async tmux(...words: string[]): Promise<string> {
    const { status, stdout } = await this.run(['tmux', '-L', this.name, ...words]);
    if (status !== 0) throw new Error(`tmux ${words.join(' ')}: status ${status}`);
    return stdout;
  }
}
