import { type ChildProcess, spawn } from 'node:child_process';
import { socketAddress } from '../../model/identity.ts';
import { programPath } from '../../plan/program-path.ts';
import { signalGroup } from '../../router/process-group.ts';
import { attempt } from './attempt.ts';
import { codeOf, firstLine, resultOf } from './reasons.ts';
import { calledOff, failed, type NotPassed, type Probe, withoutVerdict } from './result.ts';

export interface ExecTarget {
  /** Program, by an absolute path, and arguments. */
  readonly command: readonly string[];
  /** What the program is told: beside the search path nothing else is in its environment. See environmentOf. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the exit status states a weight, as keepalived's `misc_dynamic` has it: 2 to 255 are success with weight 0 to 253. */
  readonly dynamic: boolean;
  /** Seconds. */
  readonly timeout: number;
}

/** A weight comes from `dynamic` only, and not with status 0, which leaves the configured one. */
export type ExecResult = NotPassed | { readonly ok: true; readonly weight: number | null };

/** Bytes of stderr that are kept: its end. */
const keptOutput = 4096;

/** Milliseconds that the last output may take to arrive after the program has ended. */
const lastWords = 100;

/** What a check's program is told of what it checks. */
export function environmentOf(
  virtualServer: string,
  realServer: { address: string; port: number },
): Record<string, string> {
  const { address, port } = realServer;
  return {
    LVS_VIRTUAL_SERVER: virtualServer,
    LVS_REAL_SERVER: socketAddress(address, port),
    LVS_REAL_ADDRESS: address,
    LVS_REAL_PORT: String(port),
  };
}

/**
 * Passes when the program exits with 0 (with `dynamic`: not with 1). It has a process group of its own, of which nothing is left
 * when the check ends, whatever way it ends.
 */
export function execProbe({ command, environment, dynamic, timeout }: ExecTarget): Probe<ExecResult> {
  const [program = '', ...words] = command;
  const env = { PATH: programPath, LC_ALL: 'C', ...environment };
  const late = () => failed(`still running after ${timeout} s`);
  return (signal) =>
    attempt<ExecResult>({ timeout, signal, late, calledOff }, (finish) => {
      const child: ChildProcess = spawn(program, words, {
        cwd: '/',
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      });
      let output = Buffer.alloc(0);
      const end = (status: number | null, killer: NodeJS.Signals | null) =>
        finish(resultFrom(status, killer, dynamic, lastLine(output)));
      // There is none where there are too many files open to start anything.
      child.stderr?.on('data', (chunk: Buffer) => {
        output = Buffer.concat([output, chunk]).subarray(-keptOutput);
      });
      child.once('error', (error) => finish(notStarted(error, program)));
      child.once('close', end);
      // What it started may go on, and hold its output open.
      child.once('exit', (status, killer) => {
        setTimeout(() => end(status, killer), lastWords).unref();
      });
      return () => {
        child.stderr?.destroy();
        signalGroup(child.pid, 'SIGKILL');
      };
    });
}

function resultFrom(status: number | null, killer: NodeJS.Signals | null, dynamic: boolean, last: string): ExecResult {
  if (status === 0) return { ok: true, weight: null };
  if (dynamic && status !== null && status >= 2) return { ok: true, weight: status - 2 };
  const how = status === null ? `ended by ${killer}` : `exit status ${status}`;
  return failed(last === '' ? how : `${how}: ${last}`);
}

/** A program that cannot be started says nothing of the real server. */
function notStarted(error: Error, program: string): ExecResult {
  const code = codeOf(error);
  if (code === 'ENOENT') return withoutVerdict(`there is no program ${program}`);
  if (code === 'EACCES') return withoutVerdict(`${program} cannot be run: permission denied`);
  return withoutVerdict(resultOf(error).reason);
}

function lastLine(output: Buffer): string {
  const lines = output.toString('utf8').trimEnd().split('\n');
  return firstLine(lines.at(-1) ?? '');
}
