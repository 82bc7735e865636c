import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { visibleLine } from '../model/visible.ts';
import { AnswerReader } from './answers.ts';
import { commandName } from './command-name.ts';
import type { AgentStart } from './connection.ts';
import { Deadline, secondsFor } from './deadline.ts';
import { parseFacts } from './facts.ts';
import { signalGroup } from './process-group.ts';
import { tellRequest } from './request-channel.ts';
import {
  AwaitingConfirmation,
  type Facts,
  type Holder,
  type Hurry,
  LockUnavailable,
  type Result,
  type Runner,
  SessionLost,
  TimedOut,
} from './runner.ts';
import { tellWaiting, tellWaitingOver } from './waiting-channel.ts';

/**
 * In a process group of its own: Ctrl-C at the terminal is ours to handle, and must not cut a router off half-way. Node's own
 * spawn, for every command starts a shell, and what execa offers beyond it takes as long to load as the shell to start.
 */
function startShell([program = '', ...args]: readonly string[]) {
  return spawn(program, args, { stdio: 'pipe', detached: true });
}

/** How often a session shows that it lives. */
const beatMilliseconds = 2000;

/** Seconds after which people are told whom they wait for: for a connection over the network, and for anything else. */
const firstNotice = { connection: 1, request: 5 };

/** What is sent before earlier requests are answered: more would stand in the way of the signs of life (see agent.ts). */
const mostOutstanding = 16_384;

/** Milliseconds in which a session ends: when all is answered, or what still runs is given up; and when it is told to at once. */
const patience = { close: 7000, end: 1000 };

interface Request {
  readonly verb: string;
  readonly words: readonly string[];
  readonly input: string;
  readonly limit: number;
  readonly asked: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** A runner that talks to the agent (see agent.ts) which `command` starts. */
export class Session implements Runner {
  private readonly shell: ReturnType<typeof startShell>;
  private readonly ended: Promise<void>;
  private readonly sent: Request[] = [];
  private readonly unsent: Request[] = [];
  private readonly answers: AnswerReader;
  private readonly deadline = new Deadline();
  private beats = 0;
  private readonly heart: NodeJS.Timeout;
  private killing: NodeJS.Timeout | undefined;
  private lost: SessionLost | null = null;
  private readonly router: string;
  private lastAnswer: number | null = null;
  /** When everything must have been answered. */
  private until = Number.POSITIVE_INFINITY;

  /**
   * @param start words of a shell that is the agent, or becomes it
   * @param router its name, for those who watch
   */
  constructor(start: AgentStart | readonly string[], router = 'this machine') {
    const { argv: command, input } = 'argv' in start ? start : { argv: start, input: '' };
    this.router = router;
    const mark = randomBytes(12).toString('hex');
    this.shell = startShell(command);
    this.answers = new AnswerReader(mark, (result) => this.answered(result));
    this.shell.stdout.setEncoding('utf8').on('data', (text: string) => this.hear('stdout', text));
    this.shell.stderr.setEncoding('utf8').on('data', (text: string) => this.hear('stderr', text));
    // Writing to a session that ended is reported by its end, below.
    this.shell.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.lose(new SessionLost(this.answers.lastWords() || reason, this.answers.unanswered || reason));
        clearTimeout(this.killing);
        this.shell.stdin.destroy();
        resolve();
      };
      const [program = ''] = command;
      this.shell.once('error', (error) => end(whyNotStarted(error, program)));
      this.shell.once('close', (status, signal) => end(reasonOf(status, signal, program)));
      // What it has left behind, and cannot be killed, may keep its output open.
      this.shell.once('exit', (status, signal) =>
        setTimeout(() => end(reasonOf(status, signal, program)), patience.end).unref(),
      );
    });
    this.heart = setInterval(() => this.shell.stdin.write(`beat ${++this.beats}\n`), beatMilliseconds);
    this.heart.unref();
    this.shell.stdin.write(`${input}${mark}\n`);
  }

  run(argv: readonly string[], input: string | null = null, waits = 0): Promise<Result> {
    return this.ask('run', argv, input ?? '', waits);
  }

  async runApart(argv: readonly string[]): Promise<void> {
    await this.ask('apart', argv);
  }

  log(line: string): void {
    this.ask('apart', ['logger', '-t', 'lvs', '-p', 'user.notice', '--', visibleLine(line)]).catch(() => {});
  }

  async facts(programs: readonly string[]): Promise<Facts> {
    return parseFacts((await this.ask('facts', programs)).stdout);
  }

  async lock(holder: Holder): Promise<Holder | null> {
    const { status, stdout, stderr } = await this.ask('lock', holder);
    if (status === 0) return null;
    if (status === 3) throw new AwaitingConfirmation(stdout.trimEnd().split('\n'));
    if (status !== 1) throw new LockUnavailable(stderr.trim());
    const [who = 'another user', from = '', since = '', doing = ''] = stdout.trim().split('\n');
    return [who, from, since, doing];
  }

  async unlock(): Promise<void> {
    await this.ask('unlock', []);
  }

  hurry({ current, all }: Hurry): void {
    this.until = Math.min(this.until, performance.now() + all * 1000);
    this.deadline.cut(Math.min(current, all));
  }

  /** What was asked for is answered still, if that does not take long. */
  async close(): Promise<void> {
    clearInterval(this.heart);
    if (this.lost === null) {
      this.flush(Number.POSITIVE_INFINITY);
      this.shell.stdin.end(this.sent.some(({ verb }) => verb === 'run') ? '' : 'bye\n');
    }
    const left = Math.max(patience.end, Math.min(patience.close, this.until - performance.now()));
    await Promise.race([this.ended, pause(left, null, { ref: false })]);
    this.abandon(new SessionLost('the session ended'));
    await Promise.race([this.ended, pause(patience.end, null, { ref: false })]);
  }

  private ask(verb: string, words: readonly string[], input = '', waits = 0): Promise<Result> {
    if (this.lost !== null) return Promise.reject(this.lost);
    if (words.some((word) => word.includes('\n'))) throw new TypeError('a word of a command cannot hold a newline');
    const limit = secondsFor(words, input, waits);
    return new Promise((resolve, reject) => {
      this.unsent.push({ verb, words, input, limit, asked: performance.now(), resolve, reject });
      this.flush(mostOutstanding);
    });
  }

  /** Sends what does not make more than so much outstanding, and one request in any case. */
  private flush(most: number): void {
    let outstanding = this.sent.reduce((bytes, request) => bytes + sizeOf(request), 0);
    for (let [next] = this.unsent; next !== undefined; [next] = this.unsent) {
      outstanding += sizeOf(next);
      if (this.sent.length > 0 && outstanding > most) return;
      this.unsent.shift();
      const { verb, words, input } = next;
      const lines = words.map((word) => `${word}\n`).join('');
      this.shell.stdin.write(`${verb} ${words.length} ${Buffer.byteLength(input)}\n${lines}${input}`);
      this.sent.push(next);
      if (this.sent.length === 1) this.awaitFirst();
    }
  }

  /** The first of those that were sent is the one that runs. */
  private awaitFirst(): void {
    const [first] = this.sent;
    this.deadline.stop();
    if (first === undefined) return;
    const { router } = this;
    const isConnecting = this.lastAnswer === null;
    const what = isConnecting ? 'connection' : nameOf(first);
    this.deadline.start({
      limit: Math.min(first.limit, shareOf((this.until - performance.now()) / 1000)),
      firstNotice: isConnecting && this.shell.spawnfile === 'ssh' ? firstNotice.connection : firstNotice.request,
      notice: (seconds) => tellWaiting({ router, what, seconds }),
      over: () => tellWaitingOver(router),
      expire: (seconds) =>
        this.abandon(
          new TimedOut(isConnecting ? `no session within ${seconds} s` : `${what} has not ended within ${seconds} s`),
        ),
    });
  }

  private hear(stream: 'stdout' | 'stderr', text: string): void {
    if (this.lost !== null) return;
    this.answers[stream](text);
    if (this.answers.isFlooded(this.sent[0]?.verb === 'run')) this.abandon(new SessionLost('its output does not end'));
  }

  private answered(result: Result): void {
    const request = this.sent.shift();
    if (request === undefined) return;
    const { verb, words, input, asked, resolve } = request;
    const now = performance.now();
    const milliseconds = now - Math.max(asked, this.lastAnswer ?? 0);
    this.lastAnswer = now;
    tellRequest({ router: this.router, verb, words, input, status: result.status, milliseconds });
    resolve(result);
    this.awaitFirst();
    this.flush(mostOutstanding);
  }

  /** Whatever runs there is killed: by the agent, or with the way to it. */
  private abandon(reason: SessionLost): void {
    if (this.lost !== null) return;
    this.lose(reason);
    this.shell.stdin.end('end\n');
    this.killing = setTimeout(() => {
      signalGroup(this.shell.pid, 'SIGKILL');
      for (const stream of [this.shell.stdin, this.shell.stdout, this.shell.stderr]) stream.destroy();
    }, patience.end);
  }

  private lose(reason: SessionLost): void {
    clearInterval(this.heart);
    this.deadline.stop();
    this.lost ??= reason;
    for (const { reject } of [...this.sent.splice(0), ...this.unsent.splice(0)]) reject(this.lost);
  }
}

/** Seconds for one request of those that are left: one that hangs leaves others, also of other routers, some of them. */
function shareOf(left: number): number {
  return Math.max(0, left - 2, left / 2);
}

function sizeOf({ words, input }: Request): number {
  return words.reduce((bytes, word) => bytes + word.length + 1, input.length);
}

const verbs: Readonly<Record<string, string>> = { facts: 'what it has', lock: 'the lock', unlock: 'the lock' };

function nameOf({ verb, words }: Request): string {
  return verbs[verb] ?? commandName(words);
}

function whyNotStarted({ code, message }: NodeJS.ErrnoException, program: string): string {
  return code === 'ENOENT' ? `there is no program ${program}` : message;
}

/** Why a shell ended, where it said nothing itself. Its command line holds the whole agent, and is not shown. */
function reasonOf(status: number | null, signal: NodeJS.Signals | null, program: string): string {
  if (signal !== null) return `the session was ended by ${signal}`;
  return status === 0 || status === null ? 'the session ended' : `${program} ended with status ${status}`;
}
