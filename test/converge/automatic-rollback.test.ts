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
  /** Whether its ipvsadm does nothing in the rollback, and says nothing of it. */
  dropsRules = false;
  revivals = 0;
  private edits = '';
  private endsAt = Number.POSITIVE_INFINITY;

  override async run(argv: readonly string[], input: string | null = null): Promise<Result> {
    switch (argv[3]) {
      case 'arm':
        this.endsAt = performance.now() + seconds * 1000;
        this.edits = (await super.run(['ipvsadm', '-Sn'])).stdout.replaceAll(/^-A.*\n/gm, '').replaceAll(/^-a/gm, '-e');
        return succeeded;
      case 'look':
        return { ...succeeded, stdout: await this.look() };
      case 'revive':
        this.revivals += 1;
        return this.canRevive ? succeeded : refused(1, '');
      default:
        return super.run(argv, input);
    }
  }

  private async look(): Promise<string> {
    if (!this.canRevive || this.revivals === 0) return 'state armed\nunwatched\nleft 100\n';
    if (performance.now() < this.endsAt) return 'state armed\nleft 100\n';
    if (!this.dropsRules) await super.run(['ipvsadm', '-R'], this.edits);
    return 'state put-back\n';
  }
}

async function unconfirmed(pair: SimulatedPair, { canRevive = true, dropsRules = false } = {}) {
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
        runner.dropsRules = dropsRules && router?.name === 'lvs1';
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
    const { error, said, runners } = await unconfirmed(await convergedPair());
    expect(error).toMatchObject({ code: 'unconfirmed', exitStatus: 3 });
    expect(said.sort()).toEqual(
      ['lvs1', 'lvs2'].map((name) => `${name}: the process that would roll back was gone; another one was started`),
    );
    expect(runners.map(({ revivals }) => revivals)).toEqual([1, 1]);
  });

  it('is named when it cannot have another one, soon after the time is up', async () => {
    const { error, said, runners, took } = await unconfirmed(await convergedPair(), { canRevive: false });
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

it('a router that says that it rolled back is read, and named if it did not', async () => {
  const pair = await convergedPair();
  const { error } = await unconfirmed(pair, { dropsRules: true });
  expect(error).toMatchObject({
    code: 'not-put-back',
    exitStatus: 5,
    message: `rolled back: not confirmed within ${seconds} s; not everything is as it was before`,
    hint: 'look at "lvs diff", and run "lvs apply"',
  });
  expect(error.details).toEqual([
    { message: 'lvs1 has 1.2.3.1, 192.168.1.254 and 1 virtual server' },
    { router: 'lvs1', message: 'real-server 192.168.1.2:80 differs' },
    { message: 'lvs2 has no floating address and 1 virtual server' },
  ]);
});

/** A router that does not come to the end of its rollback; one that is told to begin may not answer either. */
class Endless extends SimulatedRunner {
  answersFire = true;

  override async run(argv: readonly string[], input: string | null = null): Promise<Result> {
    switch (argv[3]) {
      case 'arm':
        return succeeded;
      case 'look':
        return { ...succeeded, stdout: 'state firing\n' };
      case 'fire':
        return this.answersFire ? succeeded : new Promise(() => {});
      default:
        return super.run(argv, input);
    }
  }
}

it('Ctrl-C while the change waits ends the run also if no router comes to the end of its rollback, or one does not answer', async () => {
  const pair = await convergedPair();
  const view = { begin: () => void setImmediate(() => process.emit('SIGINT')), show() {}, say() {}, end() {} };
  const error = await errorOf(
    pair.apply({
      cluster: changed,
      // Far more than the time-out of this test.
      confirm: { seconds: 3600, view },
      connect: (router) => {
        const runner = new Endless(router?.name === 'lvs1' ? pair.lvs1 : pair.lvs2);
        runner.answersFire = router?.name === 'lvs1';
        return runner;
      },
    }),
  );
  expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
  expect(error.message).toBe('interrupted; not everything is known to be rolled back');
  expect(error.details).toEqual(['lvs1', 'lvs2'].map((router) => ({ router, message: 'has not ended to roll back' })));
}, 120_000);
