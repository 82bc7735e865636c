import { Flags } from '@oclif/core';
import type { Config } from '../config/config.ts';
import type { NamedReal } from '../config/select.ts';
import { parseDuration } from '../config/words/duration.ts';
import { type Drained, waitUntilDrained } from '../converge/drain.ts';
import { exitStatus, LvsError } from '../model/errors.ts';
import { describeEnd, drainDocument, nameOfReals } from '../output/drain.ts';
import { DrainProgress } from '../output/drain-progress.ts';
import type { Changed, ChangeFlags } from './change-command.ts';
import { RealCommand } from './real-command.ts';

const usualSeconds = 300;
const mostSeconds = 86_400;

/** @param dependsOn the flag without which there is no wait */
export function timeoutFlag(dependsOn: string) {
  return Flags.string({
    helpValue: 'DURATION',
    dependsOn: [dependsOn],
    summary:
      'How long to wait for connections to end, 5m without it: seconds, or a number with s, m or h; none: as long as it takes.',
  });
}

export type DrainFlags = ChangeFlags & { readonly timeout: string | undefined };

/** What was waited for. */
export interface Waited {
  readonly changed: Changed;
  readonly drained: Drained;
  readonly reals: readonly NamedReal[];
  /** The command that brings them back. */
  readonly undo: string;
}

/** A command that empties real servers. */
export abstract class DrainCommand extends RealCommand {
  /**
   * Drains and waits. People see what was changed before the wait; the one document for programs is the caller's to print. Once
   * they are drained a signal ends the wait alone.
   */
  protected async drainAndWait(
    flags: DrainFlags,
    config: Config,
    reals: readonly NamedReal[],
    { undo, signal }: { undo: string; signal: AbortSignal },
  ): Promise<Waited> {
    const changed = await this.set(flags, config, reals, { state: 'drain' });
    if (!flags.json || changed.refusal !== null) this.finish(changed, flags);
    const progress = flags.json || flags.quiet ? null : new DrainProgress(process.stderr, nameOfReals(reals));
    try {
      const drained = await waitUntilDrained(config.cluster, {
        reals,
        on: flags.on ?? null,
        timeout: timeoutOf(flags.timeout),
        signal,
        tell: (step) => progress?.show(step),
      });
      return { changed, drained, reals, undo };
    } finally {
      progress?.end();
    }
  }

  /** Says how the wait ended, and exits with what that means; `more` is said of it as well. */
  protected finishDrain({ changed, drained, reals, undo }: Waited, flags: DrainFlags, more = ''): void {
    const message = `${describeEnd(drained, reals, undo)}${more}`;
    const interrupted = drained.end === 'interrupted' ? new LvsError('interrupted', message) : null;
    if (flags.json) {
      const document = { ...changed.document, ...drainDocument(drained, reals) };
      this.conclude(document, interrupted, flags, () => '');
    } else if (interrupted !== null) throw interrupted;
    else if (!flags.quiet || drained.end !== 'empty') process.stderr.write(`${message}\n`);
    if (drained.end !== 'empty') this.exit(exitStatus.report);
  }
}

/** Seconds; null: no limit. Throws `invalid-input`. */
export function timeoutOf(text: string | undefined): number | null {
  if (text === undefined) return usualSeconds;
  if (text === 'none') return null;
  const seconds = parseDuration(text);
  if (seconds !== null && seconds <= mostSeconds) return seconds;
  throw new LvsError(
    'invalid-input',
    `--timeout: found "${text}"; allowed: seconds, or a number with ms, s, m or h, up to 24h; or none`,
  );
}
