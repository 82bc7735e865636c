import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/router/runner.ts';
import { refused, succeeded } from '../simulated/execution.ts';
import { clusterOf, convergedPair, errorOf, figure, type SimulatedPair } from './support/simulated-pair.ts';
import { SimulatedRunner } from './support/simulated-runner.ts';

const changed = clusterOf(figure.replace('weight: 2', 'weight: 3'));
const seconds = 2;

/** A router whose watcher is killed as soon as it waits. */
class Unwatched extends SimulatedRunner {
  canRevive = true;
  revivals = 0;
  private endsAt = Number.POSITIVE_INFINITY;

  override async run(argv: readonly string[], input: string | null = null): Promise<Result> {
    switch (argv[3]) {
      case 'arm':
        this.endsAt = performance.now() + seconds * 1000;
        return succeeded;
      case 'look':
        return { ...succeeded, stdout: this.look() };
      case 'revive':
        this.revivals += 1;
        return this.canRevive ? succeeded : refused(1, '');
      default:
        return super.run(argv, input);
    }
  }

  private look(): string {
    if (!this.canRevive || this.revivals === 0) return 'state armed\nunwatched\nleft 100\n';
    return performance.now() < this.endsAt ? 'state armed\nleft 100\n' : 'state put-back\n';
  }
}

async function unconfirmed(pair: SimulatedPair, canRevive: boolean) {
  const runners: Unwatched[] = [];
  const said: string[] = [];
  const begun = performance.now();
  const view = { begin: () => {}, show: () => {}, say: (text: string) => said.push(text), end: () => {} };
  const error = await errorOf(
    pair.apply({
      cluster: changed,
      confirm: { seconds, view },
      connect: (router) => {
        const runner = new Unwatched(router?.name === 'lvs1' ? pair.lvs1 : pair.lvs2);
        runner.canRevive = canRevive || router?.name === 'lvs2';
        runners.push(runner);
        return runner;
      },
    }),
  );
  return { error, said, runners, took: performance.now() - begun };
}

describe('a router whose process that would roll back was killed', () => {
  it('is given another one, which is told, and rolls back in time', async () => {
    const { error, said, runners } = await unconfirmed(await convergedPair(), true);
    expect(error).toMatchObject({ code: 'unconfirmed', exitStatus: 3 });
    expect(said.sort()).toEqual(
      ['lvs1', 'lvs2'].map((name) => `${name}: the process that would roll back was gone; another one was started`),
    );
    expect(runners.map(({ revivals }) => revivals)).toEqual([1, 1]);
  });

  it('is named when it cannot have another one, soon after the time is up', async () => {
    const { error, said, runners, took } = await unconfirmed(await convergedPair(), false);
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.details).toEqual([
      {
        router: 'lvs1',
        message: 'keeps the changes: the process that rolls back is gone, and cannot be started again',
      },
      { router: 'lvs2', message: 'is as it was before' },
    ]);
    expect(said).toHaveLength(1);
    expect(runners[0]?.revivals).toBe(3);
    // Far from the time that a rollback may take: no test must depend on a busy machine.
    expect(took).toBeLessThan(60_000);
  });
});
