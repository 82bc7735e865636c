import { type ChildProcess, spawn } from 'node:child_process';
import { sshOptions } from '../../router/connection.ts';
import { signalGroup } from '../../router/process-group.ts';
import { attempt, noAnswerWithin } from '../probes/attempt.ts';
import { codeOf, firstLine } from '../probes/reasons.ts';
import { calledOff } from '../probes/result.ts';

/** What a real server says of its load; or why nothing was heard. */
export type LoadAnswer =
  | {
      readonly load: {
        /** Average of the last minute. */
        readonly load1: number;
        readonly processors: number;
      };
    }
  | { readonly load: null; readonly reason: string };

/** The loop that the real server's own sh runs: for each line it reads, the line, the load average and the processors. */
const loop =
  'while read -r n; do read -r load rest </proc/loadavg; ' +
  'echo "$n $load $(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)"; done';

/** The program that reads a real server's load over ssh; `destination` is one of ssh(1), and all else is constant. */
export function loadCommand(destination: string): string[] {
  return ['ssh', '-T', ...sshOptions, '--', destination, `exec sh -c '${loop}'`];
}

/** Milliseconds until a connection that ended is tried again: the first time, and at most. */
const firstPause = 1000;
const longestPause = 60_000;

/** Milliseconds without an answer after which a connection is given up; ssh itself needs less to find the network dead. */
const patience = 20_000;

/** Of what comes from the other side, characters that are kept while a line is not complete. */
const longestLine = 1024;

export interface SshLoadOptions {
  /** Of a reading, in seconds. A connection that is being opened has longer, and serves the readings after this one. */
  readonly timeout: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/**
 * Reads a real server's load over one long-lived connection, which is opened by the first reading, and anew, after a pause
 * that doubles, when it ended.
 */
export class SshLoad {
  private readonly command: readonly string[];
  private readonly timeout: number;
  private readonly now: () => number;
  private connection: Connection | null = null;
  private pause = firstPause;
  private next = 0;
  private lastReason = '';

  /** @param command see loadCommand */
  constructor(command: readonly string[], { timeout, now = () => performance.now() }: SshLoadOptions) {
    this.command = command;
    this.timeout = timeout;
    this.now = now;
  }

  /** Rejects only for a mistake of the program. */
  async read(signal: AbortSignal): Promise<LoadAnswer> {
    const asked = this.now();
    if (this.connection === null && asked < this.next) {
      return silence(`${this.lastReason}; trying again in ${Math.ceil((this.next - asked) / 1000)} s`);
    }
    const connection = this.connection ?? this.open();
    const late = () => this.givenUp(connection) ?? silence(noAnswerWithin(this.timeout));
    const limits = { timeout: this.timeout, signal, late, calledOff: silence(calledOff.reason) };
    const answer = await attempt<LoadAnswer>(limits, (finish) => connection.ask(asked, finish));
    if (answer.load !== null) this.pause = firstPause;
    return answer;
  }

  /** Ends the connection. A reading after that opens another. */
  close(): void {
    this.connection?.end('closed');
    this.next = 0;
    this.pause = firstPause;
  }

  private open(): Connection {
    const connection = new Connection(this.command, (reason) => {
      this.connection = null;
      this.lastReason = reason;
      this.next = this.now() + this.pause;
      this.pause = Math.min(this.pause * 2, longestPause);
    });
    this.connection = connection;
    return connection;
  }

  /** The other side may be there and do nothing. */
  private givenUp(connection: Connection): LoadAnswer | null {
    if (connection.unanswered === null || this.now() - connection.unanswered < patience) return null;
    const reason = `no answer for ${patience / 1000} s`;
    connection.end(reason);
    return silence(reason);
  }
}

/** One run of ssh. */
class Connection {
  /** When it was first asked since it last answered; null: it has answered. */
  unanswered: number | null = null;
  private readonly child: ChildProcess;
  private readonly ended: (reason: string) => void;
  private readonly readings = new Map<number, (answer: LoadAnswer) => void>();
  private number = 0;
  private line = '';
  private words = '';
  private over = false;

  constructor(command: readonly string[], ended: (reason: string) => void) {
    this.ended = ended;
    const [program = '', ...words] = command;
    // A process group of its own: Ctrl-C at the terminal is ours to handle.
    this.child = spawn(program, words, { stdio: 'pipe', detached: true });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.take(text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.words = `${this.words}${text}`.slice(-longestLine);
    });
    // Writing to one that ended is reported by its end, below.
    this.child.stdin?.on('error', () => {});
    this.child.once('error', (error) => {
      this.end(codeOf(error) === 'ENOENT' ? `there is no program ${program}` : firstLine(error.message));
    });
    this.child.once('close', (status, killer) => {
      const last = firstLine(this.words.trimEnd().split('\n').at(-1) ?? '');
      this.end(
        last || (killer === null ? `the session ended with status ${status}` : `the session was ended by ${killer}`),
      );
    });
  }

  /** @returns forgets the question */
  ask(asked: number, finish: (answer: LoadAnswer) => void): () => void {
    const number = ++this.number;
    this.readings.set(number, finish);
    this.unanswered ??= asked;
    this.child.stdin?.write(`lvs-${number}\n`);
    return () => void this.readings.delete(number);
  }

  end(reason: string): void {
    if (this.over) return;
    this.over = true;
    this.ended(reason);
    for (const finish of [...this.readings.values()]) finish(silence(reason));
    this.child.stdin?.end();
    if (this.child.exitCode === null && this.child.signalCode === null) signalGroup(this.child.pid, 'SIGTERM');
  }

  /** Greetings and the like are no answers; answers to readings that were given up are dropped. */
  private take(text: string): void {
    const lines = `${this.line}${text}`.split('\n');
    this.line = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) {
      const [, number, load1 = '', processors = ''] = /^lvs-(\d+) (\d+\.\d+) ([1-9]\d*)$/.exec(line.trim()) ?? [];
      if (number === undefined) continue;
      this.unanswered = null;
      this.readings.get(Number(number))?.({ load: { load1: Number(load1), processors: Number(processors) } });
    }
  }
}

function silence(reason: string): LoadAnswer {
  return { load: null, reason };
}
