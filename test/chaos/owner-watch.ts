import { createInterface } from 'node:readline';
import { type Running, start } from '../../src/rehearsal/cluster/process.ts';
import { type Ownership, parseMonitorLine } from './owners.ts';
import { routerNames } from './world.ts';

/** Notes when routers come to have addresses, and cease to. */
export class OwnerWatch {
  readonly #events: Ownership[] = [];
  readonly #watching: Running[];

  constructor() {
    this.#watching = routerNames.map((router) => {
      const running = start(['ip', '-n', router, '-o', 'monitor', 'address'], { input: '' });
      createInterface({ input: running.stdout }).on('line', (line) => {
        const found = parseMonitorLine(line);
        if (found !== null) this.#events.push({ at: performance.now(), router, ...found });
      });
      return running;
    });
  }

  /** What came since it was asked last. */
  take(): Ownership[] {
    return this.#events.splice(0);
  }

  async close(): Promise<void> {
    for (const running of this.#watching) running.kill();
    await Promise.allSettled(this.#watching.map(({ finished }) => finished));
  }
}
