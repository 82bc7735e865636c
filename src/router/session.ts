import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { AnswerReader } from './answers.ts';
import type { AgentStart } from './connection.ts';
import { parseFacts } from './facts.ts';
import { tellRequest } from './request-channel.ts';
import {
  AwaitingConfirmation,
  type Facts,
  type Holder,
  LockUnavailable,
  type Result,
  type Runner,
  SessionLost,
} from './runner.ts';

/**
 * In a process group of its own: Ctrl-C at the terminal is ours to handle, and must not cut a router off half-way. Node's own
 * spawn, for every command starts a shell, and what execa offers beyond it takes as long to load as the shell to start.
 */
function startShell([program = '', ...args]: readonly string[]) {
  return spawn(program, args, { stdio: 'pipe', detached: true });
}

/** How often a session shows that it lives. */
const beatMilliseconds = 2000;

/** A runner that talks to the agent (see agent.ts) which `command` starts. */
export class Session implements Runner {
  private readonly shell: ReturnType<typeof startShell>;
  private readonly ended: Promise<void>;
  private readonly waiting: { resolve: (result: Result) => void; reject: (error: Error) => void }[] = [];
  private readonly answers: AnswerReader;
  private beats = 0;
  private readonly heart: NodeJS.Timeout;
  private lost: SessionLost | null = null;
  private readonly router: string;
  private lastAnswer = 0;

  /**
   * @param start words of a shell that is the agent, or becomes it
   * @param router its name, for those who watch
   */
  constructor(start: AgentStart | readonly string[], router = 'this machine') {
    const { argv: command, input } = 'argv' in start ? start : { argv: start, input: '' };
    this.router = router;
    const mark = randomBytes(12).toString('hex');
    this.shell = startShell(command);
    this.answers = new AnswerReader(mark, (result) => this.waiting.shift()?.resolve(result));
    this.shell.stdout.setEncoding('utf8').on('data', (text: string) => this.answers.stdout(text));
    this.shell.stderr.setEncoding('utf8').on('data', (text: string) => this.answers.stderr(text));
    // Writing to a session that ended is reported by its end, below.
    this.shell.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.end(reason);
        resolve();
      };
      const [program = ''] = command;
      this.shell.once('error', (error) => end(whyNotStarted(error, program)));
      this.shell.once('close', (status, signal) => end(reasonOf(status, signal, program)));
    });
    this.heart = setInterval(() => this.shell.stdin.write(`beat ${++this.beats}\n`), beatMilliseconds);
    this.heart.unref();
    this.shell.stdin.write(`${input}${mark}\n`);
  }

  run(argv: readonly string[], input: string | null = null): Promise<Result> {
    return this.ask('run', argv, input ?? '');
  }

  async runApart(argv: readonly string[]): Promise<void> {
    await this.ask('apart', argv);
  }

  log(line: string): void {
    this.ask('apart', ['logger', '-t', 'lvs', '-p', 'user.notice', '--', line]).catch(() => {});
  }

  async facts(programs: readonly string[]): Promise<Facts> {
    return parseFacts((await this.ask('facts', programs)).stdout);
  }

  async lock(holder: Holder): Promise<Holder | null> {
    const { status, stdout, stderr } = await this.ask('lock', holder);
    if (status === 0) return null;
    if (status === 3) throw new AwaitingConfirmation(stdout.trimEnd().split('\n'));
    if (status !== 1) throw new LockUnavailable(stderr.trim());
    const [who = 'somebody', from = '', since = '', doing = ''] = stdout.trim().split('\n');
    return [who, from, since, doing];
  }

  async unlock(): Promise<void> {
    await this.ask('unlock', []);
  }

  async close(): Promise<void> {
    clearInterval(this.heart);
    this.shell.stdin.end();
    await this.ended;
  }

  private ask(verb: string, words: readonly string[], input = ''): Promise<Result> {
    if (this.lost !== null) return Promise.reject(this.lost);
    if (words.some((word) => word.includes('\n'))) throw new TypeError('a word of a command cannot hold a newline');
    const lines = words.map((word) => `${word}\n`).join('');
    this.shell.stdin.write(`${verb} ${words.length} ${Buffer.byteLength(input)}\n${lines}${input}`);
    const asked = performance.now();
    return new Promise((resolve, reject) => {
      const answered = (result: Result) => {
        const now = performance.now();
        const milliseconds = now - Math.max(asked, this.lastAnswer);
        this.lastAnswer = now;
        tellRequest({ router: this.router, verb, words, input, status: result.status, milliseconds });
        resolve(result);
      };
      this.waiting.push({ resolve: answered, reject });
    });
  }

  private end(reason: string): void {
    clearInterval(this.heart);
    this.lost = new SessionLost(this.answers.lastWords() || reason, this.answers.unanswered || reason);
    for (const { reject } of this.waiting.splice(0)) reject(this.lost);
  }
}

function whyNotStarted({ code, message }: NodeJS.ErrnoException, program: string): string {
  return code === 'ENOENT' ? `there is no program ${program}` : message;
}

/** Why a shell ended, where it said nothing itself. Its command line holds the whole agent, and is not shown. */
function reasonOf(status: number | null, signal: NodeJS.Signals | null, program: string): string {
  if (signal !== null) return `the session was ended by ${signal}`;
  return status === 0 || status === null ? 'the session ended' : `${program} ended with status ${status}`;
}
