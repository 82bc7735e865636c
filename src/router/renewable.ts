import type { Facts, Holder, Hurry, Result, Runner } from './runner.ts';

/** A session that can be opened anew when it broke, also by another way where there are several. */
export class RenewableRunner implements Runner {
  private ways: readonly (() => Runner)[];
  private runner: Runner;
  private until = Number.POSITIVE_INFINITY;

  /** @param others further ways to the same router, tried in order */
  constructor(open: () => Runner, ...others: readonly (() => Runner)[]) {
    this.ways = [open, ...others];
    this.runner = open();
  }

  get hasOtherWays(): boolean {
    return this.ways.length > 1;
  }

  /** From here on by the next way. */
  async renewElsewhere(): Promise<void> {
    this.ways = [...this.ways.slice(1), ...this.ways.slice(0, 1)];
    await this.renew();
  }

  /** Whether it broke is for the first request to show. */
  async renew(): Promise<void> {
    await this.runner.close();
    const [open] = this.ways;
    if (open !== undefined) this.runner = open();
    const all = (this.until - performance.now()) / 1000;
    if (Number.isFinite(all)) this.runner.hurry({ current: all, all });
  }

  hurry(hurry: Hurry): void {
    this.until = Math.min(this.until, performance.now() + hurry.all * 1000);
    this.runner.hurry(hurry);
  }

  run(argv: readonly string[], input?: string | null, waits?: number): Promise<Result> {
    return this.runner.run(argv, input, waits);
  }

  runApart(argv: readonly string[]): Promise<void> {
    return this.runner.runApart(argv);
  }

  log(line: string): void {
    this.runner.log(line);
  }

  facts(programs: readonly string[]): Promise<Facts> {
    return this.runner.facts(programs);
  }

  lock(holder: Holder): Promise<Holder | null> {
    return this.runner.lock(holder);
  }

  unlock(): Promise<void> {
    return this.runner.unlock();
  }

  close(): Promise<void> {
    return this.runner.close();
  }
}
