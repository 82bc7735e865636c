import { realpathSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Detail, LvsError } from '../model/errors.ts';
import type { EditedFile } from '../plan/rollback/steps.ts';
import { arm, disarm, fire, type Pending } from '../router/pending.ts';
import type { Holder } from '../router/runner.ts';
import type { ConfirmationView } from './confirming.ts';
import { digestOf } from './digests.ts';
import { keepEverywhere, lastMoment } from './keep-everywhere.ts';
import { Look } from './look.ts';
import { lostWords } from './lost-words.ts';
import type { PendingFile } from './pending-file.ts';
import type { Planned } from './planned.ts';
import { afterRollback } from './rolled-back.ts';
import { fileHere } from './unconfirmed-change.ts';
import { wayBacks } from './way-back.ts';

/** Milliseconds between two looks at what was seen of the routers. */
const betweenSteps = 100;

/** Milliseconds after the deadline in which a rollback must have begun, and those in which it must have ended: others must be heard. */
const latestBegin = 15_000;
const longestRollback = 120_000;
/** The same for a router that cannot be reached. */
const patience = 5000;
/** And for all after an interruption: in which they are told, and in which they must have ended. */
const afterInterruption = { told: 2000, ended: 6500 };

/** The way back, armed on every router. */
export class ArmedRun {
  readonly pending: Pending;
  private readonly routers: readonly Planned[];
  private readonly deadline: number;

  private constructor(routers: readonly Planned[], pending: Pending, begun: number) {
    this.routers = routers;
    this.pending = pending;
    this.deadline = begun + pending.seconds * 1000;
  }

  /** Arms it on all of the routers, or on none. Throws `refused`. */
  static async arm(
    planned: readonly Planned[],
    seconds: number,
    { holder, file }: { holder: Holder; file: PendingFile | null },
  ): Promise<ArmedRun> {
    const begun = performance.now();
    const pending: Pending = {
      holder,
      until: new Date(Date.now() + seconds * 1000).toISOString(),
      seconds,
      routers: planned.map(({ name }) => name),
      file: file?.changed === true ? fileHere(file.file) : null,
    };
    const ways = wayBacks(planned, editedFile(file));
    const armed = new ArmedRun(planned, pending, begun);
    const failures = await Promise.all(
      ways.map(async ({ router, steps, changes }) => {
        const rules = changes.some(({ kind }) => kind === 'virtual-server' || kind === 'real-server');
        const paths = changes.filter(({ kind }) => kind === 'file').map(({ key }) => key);
        const failed = await arm(router.runner, { pending, steps, rules, paths }).catch(lostWords);
        return failed === null ? [] : [{ router: router.name, message: failed }];
      }),
    );
    const [first] = failures.flat();
    if (first === undefined) return armed;
    await armed.disarm();
    throw new LvsError(
      'refused',
      `${first.router}: the way back cannot be prepared: ${first.message}; nothing was run`,
      {
        details: failures.flat(),
      },
    );
  }

  /** Whether nobody could confirm any more. */
  get isLate(): boolean {
    return performance.now() > this.deadline - lastMoment * 1000;
  }

  /** Everything is as it was before. */
  async disarm(): Promise<void> {
    await Promise.allSettled(this.routers.map(({ runner }) => disarm(runner)));
  }

  /** What routers do by themselves that nobody has put back: a line each. */
  byThemselves(): Detail[] {
    return this.routers.map(({ name }) => ({
      router: name,
      message: `rolls back automatically at ${this.pending.until}`,
    }));
  }

  /**
   * Waits until it is confirmed, here or elsewhere. No lock is held.
   * @param requireKeepable throws where it must not be confirmed from here
   * @throws LvsError `unconfirmed` or `interrupted` where everything went back, `not-put-back` where that is not known
   */
  async decided(view: ConfirmationView, signal: AbortSignal, requireKeepable: () => void): Promise<void> {
    const over = new AbortController();
    const onRevival = (name: string) =>
      view.say(`${name}: the process that would roll back was gone; another one was started`);
    const looks = this.routers.map((router) => new Look(router, onRevival));
    const looking = looks.map((look) => look.run(over.signal));
    let decision: 'keep' | 'back' | null = null;
    let reason: 'late' | 'interrupted' | 'asked' = 'late';
    let latest = Number.POSITIVE_INFINITY;
    view.begin(this.pending, (decided) => {
      decision ??= decided;
    });
    try {
      for (;;) {
        if (signal.aborted) latest = Math.min(latest, performance.now() + afterInterruption.ended);
        if (reason === 'late' && (signal.aborted || decision === 'back')) {
          reason = signal.aborted ? 'interrupted' : 'asked';
          await this.fireAll(looks, reason);
        } else if (decision === 'keep') {
          decision = null;
          const obstacle = await this.keepAll(requireKeepable);
          if (obstacle === null) return;
          view.say(obstacle);
        }
        const end = this.endOf(looks, reason, latest);
        if (end === 'confirmed') return;
        if (end !== null) throw end.code === 'not-put-back' ? end : await afterRollback(end, this.routers);
        view.show(Math.max(0, (this.deadline - performance.now()) / 1000));
        await pause(betweenSteps);
      }
    } finally {
      view.end();
      over.abort();
      await Promise.race([Promise.allSettled(looking), pause(1000)]);
    }
  }

  /** Routers go back together: where one cannot be told, all wait for their time. */
  private async fireAll(looks: readonly Look[], reason: string): Promise<void> {
    if (looks.some(({ isLost }) => isLost)) {
      throw new LvsError('not-put-back', `${reason}; a router cannot be reached to be told`, {
        details: this.byThemselves(),
        hint: 'the routers roll back automatically; "lvs confirm --status" shows what became of it',
      });
    }
    const firing = Promise.allSettled(this.routers.map(({ runner }) => fire(runner, reason)));
    await Promise.race([firing, pause(afterInterruption.told)]);
  }

  /** Null: all is kept. Otherwise why it is not. */
  private async keepAll(requireKeepable: () => void): Promise<string | null> {
    try {
      requireKeepable();
      await keepEverywhere(this.routers);
      return null;
    } catch (error) {
      if (!(error instanceof LvsError) || error.code === 'not-put-back') throw error;
      return error.message;
    }
  }

  /** @param latest by when it ends, whatever the routers do */
  private endOf(
    looks: readonly Look[],
    reason: 'late' | 'interrupted' | 'asked',
    latest: number,
  ): LvsError | 'confirmed' | null {
    const now = performance.now();
    const lost = looks.filter(({ isLost }) => isLost);
    const seen = looks.filter(({ isLost }) => !isLost);
    const until = this.deadline + (seen.some(({ state }) => state === 'going-back') ? longestRollback : latestBegin);
    if (seen.some(isAwaited(now >= this.deadline)) && now < Math.min(until, latest)) return null;
    if (lost.length > 0 && now < Math.min(this.deadline + patience, latest)) return null;
    if (lost.length === 0 && seen.every(({ state }) => state === 'confirmed')) return 'confirmed';
    const details = looks.map((look) => this.detailOf(look));
    const words = {
      late: `not confirmed within ${this.pending.seconds} s`,
      interrupted: 'interrupted',
      asked: 'not confirmed',
    }[reason];
    if (lost.length === 0 && seen.every(({ state }) => state === 'put-back')) {
      const code = reason === 'interrupted' ? 'interrupted' : 'unconfirmed';
      return new LvsError(code, `rolled back: ${words}; everything is as it was before`, { details });
    }
    return new LvsError('not-put-back', `${words}; not everything is known to be rolled back`, {
      details,
      hint: 'look at "lvs confirm --status", "lvs status" and "lvs diff" when the routers answer',
    });
  }

  private detailOf({ name, isLost, isUnwatched, state, report }: Look): Detail {
    if (isLost) {
      const message = `cannot be reached: it rolls back automatically at ${this.pending.until}, unless it was confirmed there`;
      return { router: name, message };
    }
    const more = report.length === 0 ? '' : `: ${report.join('; ')}`;
    if (isUnwatched) {
      const what = state === 'pending' ? 'keeps the changes' : 'has rolled back a part of the changes';
      return { router: name, message: `${what}: the process that rolls back is gone, and cannot be started again` };
    }
    const words = {
      'put-back': 'is as it was before',
      failed: `could not roll back everything${more}`,
      confirmed: 'was confirmed, and keeps it',
      pending: 'has not begun to roll back',
      'going-back': 'has not ended to roll back',
      none: 'knows nothing of it any more',
    }[state];
    return { router: name, message: words };
  }
}

/** Whether something is to come from a router. */
function isAwaited(isOver: boolean): (look: Look) => boolean {
  return ({ isOpen, isUnwatched }) => isOpen && !(isUnwatched && isOver);
}

/** What a run makes of lvs.yaml; null: nothing, or it is a new one. */
export function editedFile(file: PendingFile | null): EditedFile | null {
  if (file === null || file.changed !== true || file.before === null) return null;
  return { path: realpathSync(file.file), before: file.before, afterDigest: digestOf(file.after) };
}
