import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';

/** A process that has nothing of a program but its name. */
export class NamedProcess {
  readonly pid: number;
  private readonly directory: string;
  private readonly child: ChildProcess;

  private constructor(directory: string, child: ChildProcess) {
    this.directory = directory;
    this.child = child;
    this.pid = child.pid ?? 0;
  }

  /**
   * @param as words before the program's: what it is to run as, or where
   * @param mode of the program
   */
  static async start(name: string, as: readonly string[] = [], mode = 0o755): Promise<NamedProcess> {
    const directory = mkdtempSync(path.join(tmpdir(), 'lvs-named-'));
    const program = path.join(directory, name);
    copyFileSync('/bin/sleep', program);
    chmodSync(program, mode);
    const [first = '', ...words] = [...as, program, '600'];
    const child = spawn(first, words, { stdio: 'ignore' });
    await vi.waitFor(() => {
      if (readFileSync(`/proc/${child.pid}/comm`, 'utf8') !== `${name}\n`)
        throw new Error(`no process is called ${name}`);
    }, 10_000);
    return new NamedProcess(directory, child);
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}
