import { endLease, listenOn } from '../../../src/plan/lease/scripts.ts';
import {
  type Facts,
  type Holder,
  type Hurry,
  type Result,
  type Runner,
  SessionLost,
  TimedOut,
} from '../../../src/router/runner.ts';
import { refused, succeeded } from '../../simulated/execution.ts';
import type { SimulatedRouter } from './simulated-router.ts';

/** A session to a simulated router: what the agent does on a real one. */
export class SimulatedRunner implements Runner {
  private readonly router: SimulatedRouter;
  private ended: SessionLost | null = null;
  private giveUp: (() => void) | null = null;

  constructor(router: SimulatedRouter) {
    this.router = router;
  }

  async run(argv: readonly string[], input: string | null = null): Promise<Result> {
    this.requireSession();
    this.router.onCommand(argv);
    const leased = this.leased(argv, input);
    if (leased !== null) return leased;
    if (this.router.hangsAt(argv, input ?? '')) await this.hang(argv);
    const result = this.router.kernel.execute(argv, input ?? '');
    if (result.stderr.includes('Broken pipe')) this.lose(result.stderr.trim());
    return result;
  }

  /** What concerns the lease of a run; null: nothing of the command does. */
  private leased(argv: readonly string[], input: string | null): Result | null {
    const ends = [endLease, listenOn].find((end) => end.join(' ') === argv.join(' '));
    if (argv[3] === 'arm-lease') this.router.lease = input;
    else if (ends === undefined) return null;
    else if (this.router.leaseRanOut || this.router.lease === null) return refused(1, 'mv: cannot stat');
    else {
      this.router.lease = null;
      this.router.listensOn = ends === listenOn;
    }
    return succeeded;
  }

  async runApart(argv: readonly string[]): Promise<void> {
    this.requireSession();
    this.router.apart.push(argv);
  }

  log(line: string): void {
    if (this.ended === null) this.router.logged.push(line);
  }

  async facts(): Promise<Facts> {
    if (!this.router.reachable) this.lose('ssh: connect to host: Connection timed out');
    this.requireSession();
    return this.router.facts;
  }

  async lock(holder: Holder): Promise<Holder | null> {
    this.requireSession();
    const { lock } = this.router;
    if (lock !== null && lock.session !== this) return lock.holder;
    this.router.lock = { session: this, holder };
    this.router.locked += 1;
    return null;
  }

  async unlock(): Promise<void> {
    this.requireSession();
    this.release();
  }

  /** Nobody waits in a test. */
  hurry({ current }: Hurry): void {
    if (Number.isFinite(current)) this.giveUp?.();
  }

  async close(): Promise<void> {
    this.ended ??= new SessionLost('the session ended');
    this.release();
  }

  private async hang(argv: readonly string[]): Promise<never> {
    await new Promise<void>((resolve) => {
      this.giveUp = resolve;
    });
    this.ended = new TimedOut(`${argv.join(' ')} has not ended within 3 s`);
    this.release();
    throw this.ended;
  }

  private requireSession(): void {
    if (this.ended !== null) throw this.ended;
  }

  private lose(reason: string): never {
    this.ended ??= new SessionLost(reason);
    this.release();
    throw this.ended;
  }

  private release(): void {
    if (this.router.lock?.session === this) this.router.lock = null;
  }
}
