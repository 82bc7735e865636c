import type { Facts, Holder, Result, Runner } from './runner.ts';

/** A way to a router that can be made anew when it broke. */
export class RenewableRunner implements Runner {
  private readonly open: () => Runner;
  private runner: Runner;

  constructor(open: () => Runner) {
    this.open = open;
    this.runner = open();
  }

  /** Whether it broke is for the first request to show. */
  async renew(): Promise<void> {
    await this.runner.close();
    this.runner = this.open();
  }

  run(argv: readonly string[], input?: string | null): Promise<Result> {
    return this.runner.run(argv, input);
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
