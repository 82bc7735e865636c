import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { LvsError } from '../../model/errors.ts';
import { isConsoleNoise } from './console-noise.ts';
import { initScript } from './init-script.ts';
import { memoryDirectory } from './memory-directory.ts';
import { onOneProcessor } from './one-processor.ts';
import { saveTerminal } from './terminal.ts';
import { wholeRegisters } from './whole-registers.ts';

export interface BootOptions {
  /** A directory that the inside sees under the same path and can write; see withScratchDirectory. */
  readonly scratch: string;
  /** What runs inside once the kernel is up: a working directory, a program and its arguments. */
  readonly entry: { readonly directory: string; readonly argv: readonly string[] };
  /** Directories that must be there inside although they may be below /tmp. */
  readonly visible: readonly string[];
  readonly timeLimitSeconds: number;
  readonly memoryMegabytes?: number;
  readonly signal?: AbortSignal;
  /** Whether the inside gets the user's terminal, as terminalDevice. */
  readonly terminal?: boolean;
  /** Every line that the entry and the kernel write, without what the kernel always says. */
  readonly onConsoleLine?: (line: string) => void;
}

const consoleLinesInErrors = 15;

/**
 * Boots user-mode Linux on this machine's own file system, read-only, and runs the entry in it until that ends.
 *
 * @returns the exit status of the entry
 * @throws LvsError `command-failed` when the kernel dies, or runs out of time, before the entry ends; `interrupted` on abort
 */
export function bootKernel(options: BootOptions): Promise<number> {
  return onOneProcessor((taskset) => bootWith(taskset, options));
}

async function bootWith(taskset: readonly string[], options: BootOptions): Promise<number> {
  const { scratch, signal, timeLimitSeconds, memoryMegabytes = 1024, terminal = false } = options;
  if (signal?.aborted) throw interrupted();
  await writeScratch(options);
  const restoreTerminal = terminal ? await saveTerminal() : async () => {};
  const [program, ...words] = [...taskset, 'linux.uml', ...kernelArguments(scratch, memoryMegabytes, terminal)];
  const kernel = execa(program as string, words, {
    stdin: terminal ? 'inherit' : 'ignore',
    stdout: terminal ? 'inherit' : 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    // A process group of its own: the kernel's processes end with the kernel only if all are signalled.
    detached: true,
    env: { TMPDIR: await memoryDirectory(memoryMegabytes), ...(await wholeRegisters(scratch)) },
  });
  const recent = followConsole(kernel.stderr, options.onConsoleLine);
  let timedOut = false;
  const kill = () => killGroup(kernel.pid);
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeLimitSeconds * 1000);
  signal?.addEventListener('abort', kill);
  process.on('exit', kill);
  try {
    const result = await kernel;
    if (signal?.aborted) throw interrupted();
    if (timedOut) throw ended(`The rehearsal kernel was still busy after ${timeLimitSeconds} s`, recent);
    const status = await readFile(join(scratch, 'status'), 'utf8').catch(() => '');
    if (/^\d+\n$/.test(status)) return Number(status);
    const how = result.signal ?? result.code ?? `status ${result.exitCode}`;
    throw ended(`The rehearsal kernel stopped before its work was done (${how})`, recent);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    process.off('exit', kill);
    kill();
    await restoreTerminal();
  }
}

async function writeScratch({ scratch, entry, visible, timeLimitSeconds }: BootOptions): Promise<void> {
  const lines = (words: readonly string[]) => words.map((word) => `${word}\n`).join('');
  await Promise.all([
    writeFile(join(scratch, 'init'), initScript),
    writeFile(join(scratch, 'visible'), lines(visible)),
    writeFile(join(scratch, 'entry'), lines([entry.directory, ...entry.argv])),
    writeFile(join(scratch, 'limit'), `${timeLimitSeconds}\n`),
  ]);
  await chmod(join(scratch, 'init'), 0o755);
}

function kernelArguments(scratch: string, memoryMegabytes: number, terminal: boolean): string[] {
  return [
    `mem=${memoryMegabytes}M`,
    'root=/dev/root',
    'rootfstype=hostfs',
    'hostfs=/',
    'ro',
    `init=${scratch}/init`,
    `uml_dir=${scratch}/`,
    'con=null',
    'con0=null,fd:2',
    terminal ? 'con1=fd:0,fd:1' : 'con1=null',
    'ssl=null',
    'quiet',
  ];
}

/** Passes the console's lines on and keeps the last ones for an error. */
function followConsole(stream: NodeJS.ReadableStream, onLine: BootOptions['onConsoleLine']): readonly string[] {
  const recent: string[] = [];
  createInterface({ input: stream }).on('line', (raw) => {
    const line = raw.replace(/\r+$/, '');
    if (isConsoleNoise(line)) return;
    recent.push(line);
    if (recent.length > consoleLinesInErrors) recent.shift();
    onLine?.(line);
  });
  return recent;
}

function killGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // All of it has ended already.
  }
}

function ended(message: string, recent: readonly string[]): LvsError {
  return new LvsError('command-failed', message, {
    details: recent.map((line) => ({ message: line })),
    hint: 'These are the last lines of its console; nothing of it is left on this machine.',
  });
}

function interrupted(): LvsError {
  return new LvsError('interrupted', 'The rehearsal was interrupted; nothing of it is left on this machine');
}
