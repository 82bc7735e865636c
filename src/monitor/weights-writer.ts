import { execute } from '../converge/execute.ts';
import { ourselves } from '../converge/lock.ts';
import { trace } from '../converge/system-log.ts';
import type { Router } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { monitorCommand } from '../model/monitor-command.ts';
import { type WantedWeight, weightChanges } from '../plan/weight-changes.ts';
import { agentCommand } from '../router/connection.ts';
import { RenewableRunner } from '../router/renewable.ts';
import { readRules } from '../router/rules.ts';
import { understood } from '../router/run-or-fail.ts';
import type { Runner } from '../router/runner.ts';
import { Session } from '../router/session.ts';

/** What came of an attempt to have the kernel's weights as they were decided. */
export type Written =
  | { readonly outcome: 'done' }
  /** Somebody else is at work: to be tried again. */
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'failed'; readonly reason: string };

/** The way from decisions to the kernel of this machine: one shell, and one `ipvsadm -R` for all that changes at a time. */
export class WeightsWriter {
  private readonly runner: RenewableRunner;
  private readonly name: string;

  constructor(router: Router | null, name: string, open: () => Runner = () => new Session(agentCommand(router, true))) {
    this.name = name;
    this.runner = new RenewableRunner(open);
  }

  /**
   * Compares with what the kernel says now, under the lock that all who change something hold.
   * @param wanted asked for when the lock is there; null: there is reason to begin anew
   */
  async write(wanted: () => readonly WantedWeight[] | null): Promise<Written> {
    try {
      return await this.writeLocked(wanted);
    } catch (error) {
      await this.runner.renew().catch(() => {});
      return { outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Throws `read-failed`. */
  rules() {
    return understood(this.name, () => readRules(this.runner, this.name, 'whole'));
  }

  async close(): Promise<void> {
    await this.runner.close();
  }

  private async writeLocked(wanted: () => readonly WantedWeight[] | null): Promise<Written> {
    const { runner, name } = this;
    if ((await runner.lock(ourselves(monitorCommand))) !== null) return { outcome: 'busy' };
    try {
      const weights = wanted();
      if (weights === null) return { outcome: 'busy' };
      const changes = weightChanges(await this.rules(), weights);
      if (changes.length === 0) return { outcome: 'done' };
      await execute([{ name, runner, changes }], { signal: new AbortController().signal });
      const missing = weightChanges(await this.rules(), weights);
      if (missing.length > 0) {
        const keys = missing.map(({ virtualServer, key }) => `${virtualServer} -> ${key}`);
        throw new LvsError('command-failed', `did not take: ${keys.join(', ')}`);
      }
      trace([{ runner, changes }], monitorCommand, 'done');
      return { outcome: 'done' };
    } finally {
      await runner.unlock().catch(() => {});
    }
  }
}
