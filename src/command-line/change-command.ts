import type { Interfaces } from '@oclif/core';
import type { Config } from '../config/config.ts';
import { type Confirming, NotKept } from '../converge/confirming.ts';
import { converge, preview } from '../converge/converge.ts';
import { keepingOf } from '../converge/kept-files.ts';
import type { Outcome } from '../converge/outcome.ts';
import { PendingFile } from '../converge/pending-file.ts';
import type { Ask } from '../converge/question.ts';
import { roleConflict } from '../converge/refusals.ts';
import type { Run } from '../converge/run.ts';
import type { Survey } from '../converge/survey.ts';
import { LvsError } from '../model/errors.ts';
import { renderChanges } from '../output/changes.ts';
import { TerminalConfirmation } from '../output/confirmation-view.ts';
import { type ChangesDocument, changesDocument } from '../output/document.ts';
import { paintFor } from '../output/paint.ts';
import { confirm } from '../output/prompt.ts';
import type { RouterPlan } from '../plan/router-plan.ts';
import type { Scope } from '../plan/scope.ts';
import { BaseCommand, type changeFlags, type commonFlags } from './base-command.ts';
import { rollbackSecondsOf } from './rollback-flag.ts';
import { standardInput } from './standard-input.ts';

export type ChangeFlags = Interfaces.InferredFlags<typeof commonFlags & typeof changeFlags>;

/** What a run did, or would do, and what was refused all the same. */
export interface Changed {
  readonly document: ChangesDocument;
  /** Behind the document. */
  readonly routers: readonly RouterPlan[];
  readonly refusal: LvsError | null;
}

/** A command that brings routers, and perhaps the configuration, to what is declared. */
export abstract class ChangeCommand extends BaseCommand {
  /** Converges the objects of `scope` to `edited`, and then puts that in place of `config`. */
  protected async change(
    flags: ChangeFlags,
    config: Config,
    edited: Config,
    { scope, removes = false, require }: { scope: Scope; removes?: boolean; require?: (survey: Survey) => void },
  ): Promise<Changed> {
    requireFile(config);
    const file = new PendingFile(config.file, config.text, edited.text, removes);
    const request = (survey: Survey) => {
      require?.(survey);
      return { scope, prune: false };
    };
    return this.converge(flags, edited, { former: config.cluster, file, request, ...namedIn(scope) });
  }

  /** A conflict of roles keeps the addresses from converging: it is refused, with exit status 4. */
  protected async converge(
    flags: ChangeFlags,
    config: Config,
    { settlesRoles = false, ...run }: Pick<Run, 'request'> & Partial<Run> & { settlesRoles?: boolean },
  ): Promise<Changed> {
    const whole = {
      file: null,
      source: run.file ? null : { file: config.file, text: config.text },
      keeping: this.keeping(flags, config, run.file ?? null),
      cluster: config.cluster,
      command: this.typed,
      on: flags.on ?? null,
      ask: this.ask(flags, config),
      confirm: confirming(flags),
      ...run,
    };
    const { outcome, refusal } = await (flags['dry-run'] ? kept(preview(whole)) : keptOrNot(converge(whole)));
    const document = changesDocument(outcome, config.file);
    const conflict = flags['dry-run'] || settlesRoles ? null : roleConflict(outcome.routers);
    return { document, routers: outcome.routers, refusal: refusal ?? conflict };
  }

  /** Prints what was done or would be, and `more` beside it in JSON. Exits with the refusal's status where there is one. */
  protected finish({ document, refusal }: Changed, flags: ChangeFlags, more: object = {}): void {
    this.conclude({ ...document, ...more }, refusal, flags, (paint) => renderChanges(document, paint));
  }

  /** A run that edits the file installs it as it will be. */
  private keeping(flags: ChangeFlags, { file, text }: Config, edited: PendingFile | null): NonNullable<Run['keeping']> {
    return { ...keepingOf(this.typed, file, edited?.before ?? text, text), overwrite: flags.overwrite };
  }

  private ask(flags: ChangeFlags, config: Config): Ask {
    return {
      answered: flags.yes,
      ask: async (question, outcome, signal) => {
        const document = changesDocument(outcome, config.file);
        process.stderr.write(`${renderChanges(document, paintFor(process.stderr, flags.color))}\n`);
        await confirm(question, signal);
      },
    };
  }
}

function namedIn(scope: Scope): Pick<Run, 'named'> {
  return scope.everything ? {} : { named: new Set([...scope.virtualServers, ...scope.realServers.keys()]) };
}

function confirming(flags: ChangeFlags): Confirming | null {
  const seconds = rollbackSecondsOf(flags['rollback-after']);
  return seconds === null ? null : { seconds, view: new TerminalConfirmation() };
}

interface Ended {
  readonly outcome: Outcome;
  readonly refusal: LvsError | null;
}

async function kept(run: Promise<Outcome>): Promise<Ended> {
  return { outcome: await run, refusal: null };
}

/** What was carried out and is not kept is told of as well. */
async function keptOrNot(run: Promise<Outcome>): Promise<Ended> {
  try {
    return await kept(run);
  } catch (error) {
    if (error instanceof NotKept) return { outcome: error.outcome, refusal: error };
    throw error;
  }
}

/** Standard input cannot be edited. Throws `invalid-input`. */
function requireFile({ file }: Config): void {
  if (file !== standardInput) return;
  throw new LvsError('invalid-input', 'a configuration from standard input cannot be edited', {
    hint: 'name a file with --config, or edit the input and use "lvs apply"',
  });
}
