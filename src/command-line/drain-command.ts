import { Flags } from '@oclif/core';
import type { Config } from '../config/config.ts';
import type { NamedReal } from '../config/select.ts';
import { waitUntilDrained } from '../converge/drain.ts';
import { exitStatus, LvsError } from '../model/errors.ts';
import type { Changed, ChangeFlags } from './change-command.ts';
import { RealCommand } from './real-command.ts';

export const timeoutFlag = Flags.string({
  helpValue: 'SECONDS',
  default: '300',
  summary: 'How long to wait for connections to end.',
});

interface Drained {
  readonly drained: Changed;
  /** Connections. */
  readonly remaining: number;
}

type DrainFlags = ChangeFlags & { readonly timeout: string };

/** A command that empties real servers. */
export abstract class DrainCommand extends RealCommand {
  /** Shows on a terminal how many connections remain. Returns that number at the end of the time, 0 when all have ended. */
  private async waitFor(config: Config, reals: readonly NamedReal[], flags: DrainFlags): Promise<number> {
    const terminal = process.stderr.isTTY === true;
    const remaining = await waitUntilDrained(config.cluster, {
      reals,
      on: flags.on ?? null,
      timeout: secondsOf(flags.timeout),
      progress: (number) => {
        if (terminal) process.stderr.write(`\r\u001b[K${describe(number)}`);
      },
    });
    process.stderr.write(`${terminal ? '\r\u001b[K' : ''}${describe(remaining)}\n`);
    return remaining;
  }

  /** Drains and waits. People see what was changed before the wait; the one document for programs is the caller's to print. */
  protected async drainAndWait(flags: DrainFlags, config: Config, reals: readonly NamedReal[]): Promise<Drained> {
    const drained = await this.set(flags, config, reals, { state: 'drain' });
    if (!flags.json || drained.refusal !== null) this.finish(drained, flags);
    return { drained, remaining: await this.waitFor(config, reals, flags) };
  }

  /** The document of a drain, where it was not shown before. Exits with 1 where connections remain. */
  protected finishDrain({ drained, remaining }: Drained, flags: DrainFlags): void {
    if (flags.json) this.finish(drained, flags, { remaining });
    if (remaining > 0) this.exit(exitStatus.report);
  }
}

export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (/^(0|[1-9]\d*)(\.\d+)?$/.test(text) && seconds <= 86_400) return seconds;
  throw new LvsError('invalid-input', `--timeout: found "${text}"; allowed: a number of seconds from 0 to 86400`);
}

function describe(remaining: number): string {
  if (remaining === 0) return 'drained: no connection remains';
  return `draining: ${remaining} ${remaining === 1 ? 'connection remains' : 'connections remain'}`;
}
