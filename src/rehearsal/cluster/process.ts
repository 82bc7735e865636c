import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What a command left behind. */
export interface Finished {
  /** As a shell says it: 128 and the signal's number where a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface ProcessOptions {
  /** Written to its standard input; without it that is empty. */
  readonly input?: string;
  /** Added to the environment that every command gets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** After this the command is killed, and the promise rejects. Default 150. */
  readonly timeLimitSeconds?: number;
}

/** A command under way. */
export interface Running {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once it has ended, with what was written and not read by somebody else. */
  readonly finished: Promise<Finished>;
  /** Lets this program end while that one goes on. */
  release(): void;
  /** Ends it and everything it started, at once. */
  kill(): void;
}

/** The environment that every command inside gets, so that nothing depends on the user's. */
export const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  HOME: '/var/home/root',
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/sh',
  TERM: 'xterm',
} as const;

const outputGraceMilliseconds = 500;

export function start(argv: readonly string[], options: ProcessOptions = {}): Running {
  const [program = '', ...words] = argv;
  const begin = performance.now();
  // A process group of its own: what it started ends with it.
  const child = spawn(program, words, {
    cwd: '/',
    detached: true,
    env: { ...environment, ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const collected = { stdout: collect(child.stdout), stderr: collect(child.stderr) };
  // Who does not read its input is not at fault.
  child.stdin.on('error', () => {});
  if (options.input !== undefined) child.stdin.end(options.input);
  const finished = end(child).then((status) => ({
    status,
    stdout: collected.stdout(),
    stderr: collected.stderr(),
    milliseconds: performance.now() - begin,
  }));
  return {
    pid: child.pid ?? 0,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    finished,
    release: () => {
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
    },
    kill: () => killGroup(child.pid),
  };
}

/** Runs a command to its end. Rejects where it cannot be started, or is still running at its time limit. */
export async function run(argv: readonly string[], options: ProcessOptions = {}): Promise<Finished> {
  const { timeLimitSeconds = 150 } = options;
  const running = start(argv, { input: '', ...options });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      running.kill();
      reject(new Error(`${argv.join(' ')}: still running after ${timeLimitSeconds} s`));
    }, timeLimitSeconds * 1000);
  });
  try {
    return await Promise.race([running.finished, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Like run, and rejects where the status is not 0. */
export async function runWell(argv: readonly string[], options: ProcessOptions = {}): Promise<Finished> {
  const finished = await run(argv, options);
  if (finished.status === 0) return finished;
  throw new Error(`${argv.join(' ')}: status ${finished.status}: ${finished.stderr.trim()}`);
}

/** Resolves once a process has written a line; rejects where it ends before. */
export async function lineFrom(running: Running, expected: string, timeLimitSeconds: number): Promise<void> {
  const lines = createInterface({ input: running.stdout });
  const timer = setTimeout(() => running.kill(), timeLimitSeconds * 1000);
  try {
    for await (const line of lines) if (line === expected) return;
  } finally {
    clearTimeout(timer);
  }
  const { status, stderr } = await running.finished;
  throw new Error(`expected "${expected}" of a process that ended with status ${status}: ${stderr.trim()}`);
}

function collect(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function end(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const finish = (status: number | null, signal: NodeJS.Signals | null) =>
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    child.once('error', reject);
    child.once('close', finish);
    // A daemon that it leaves behind may hold its output open for ever.
    child.once('exit', (status, signal) => setTimeout(finish, outputGraceMilliseconds, status, signal));
  });
}

function killGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // All of it has ended already.
  }
}
