import { Command, Flags, type Interfaces } from '@oclif/core';
import type { Config } from '../config/config.ts';
import type { LvsError } from '../model/errors.ts';
import { type Paint, paintFor } from '../output/paint.ts';
import { print } from '../output/print.ts';
import { tellOfRequests, tellOfWaiting } from '../output/verbose.ts';
import { type View, viewFor } from '../output/view.ts';
import { loadConfig } from './load-config.ts';
import { commonGroup } from './manifest.ts';
import { errorDocument, reportError } from './report-error.ts';

/** What every command understands. */
export const commonFlags = {
  config: Flags.string({
    char: 'c',
    helpValue: 'FILE',
    summary: 'The configuration; by default $LVS_CONFIG, ./lvs.yaml or /etc/lvs/lvs.yaml.',
    helpGroup: commonGroup,
  }),
  json: Flags.boolean({ summary: 'Print one JSON document instead of text.', helpGroup: commonGroup }),
  color: Flags.boolean({
    allowNo: true,
    default: true,
    summary: 'Colour by meaning; never where the output is no terminal, or with NO_COLOR.',
    helpGroup: commonGroup,
  }),
  verbose: Flags.boolean({
    char: 'v',
    summary: 'Tell on standard error of each command on a router, with its time.',
    helpGroup: commonGroup,
  }),
};

/** For commands whose exit status says what scripts want to know. */
export const quietFlag = Flags.boolean({
  char: 'q',
  summary: 'Print nothing where all is well: errors, questions and the exit status remain.',
  helpGroup: commonGroup,
});

export const onFlag = Flags.string({
  helpValue: 'ROUTER',
  summary: 'Only this router, and enable no address that it does not hold already.',
  helpGroup: commonGroup,
});

/** What commands that change something understand as well. */
export const changeFlags = {
  'dry-run': Flags.boolean({
    char: 'n',
    summary: 'Show the differences and the commands, and do nothing.',
    helpGroup: commonGroup,
  }),
  yes: Flags.boolean({ char: 'y', summary: 'Answer every question with yes.', helpGroup: commonGroup }),
  on: onFlag,
  quiet: quietFlag,
  'rollback-after': Flags.string({
    // Its name before.
    aliases: ['confirm'],
    helpValue: 'SECONDS',
    summary:
      'Roll back automatically after SECONDS unless confirmed, by a key or by "lvs confirm" from another login: see CONFIRMATION in lvsadm(8). --confirm is another name for it.',
    helpGroup: commonGroup,
  }),
  overwrite: Flags.boolean({
    summary: 'Replace a copy of the configuration that another user edited on a router.',
    helpGroup: commonGroup,
  }),
};

export type CommonFlags = Interfaces.InferredFlags<typeof commonFlags> & {
  readonly quiet?: boolean;
  readonly 'dry-run'?: boolean;
};

/** What oclif makes of a command's flags or arguments. */
type Words = Record<string, unknown>;

/** What a document looks like for people. */
export type Human = (paint: Paint, view: View) => string;

/** A command of ours: it parses, calls and renders. */
export abstract class BaseCommand extends Command {
  static override baseFlags = commonFlags;

  protected load(flags: CommonFlags): Config {
    return loadConfig(flags.config);
  }

  protected paint(flags: CommonFlags): Paint {
    return paintFor(process.stdout, flags.color);
  }

  protected print(document: object, flags: CommonFlags, human: Human): void {
    // A preview is there to be seen.
    if (flags.quiet === true && flags['dry-run'] !== true && !flags.json) return;
    const paint = this.paint(flags);
    print(document, () => human(paint, viewFor(process.stdout, paint)), flags.json);
  }

  protected override async parse<F extends Words, B extends Words, A extends Words>(
    options?: Interfaces.Input<F, B, A>,
    words?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, words);
    const { verbose, color, quiet, watch }: Words = parsed.flags;
    // Not onto a screen that is drawn.
    if (quiet !== true && watch !== true) tellOfWaiting(process.stderr);
    if (verbose === true) tellOfRequests(process.stderr, paintFor(process.stderr, color !== false));
    return parsed;
  }

  /** Prints what was found or done; where something was refused all the same, that too, and exits with its status. */
  protected conclude(document: object, refusal: LvsError | null, flags: CommonFlags, human: Human): void {
    // If nothing was read, the error says it all.
    if (refusal?.code === 'read-failed' && !flags.json) throw refusal;
    const whole = refusal === null ? document : { ...document, ...errorDocument(refusal) };
    this.print(whole, flags, human);
    if (refusal === null) return;
    if (!flags.json) reportError(refusal, []);
    this.exit(refusal.exitStatus);
  }

  /** The command as it was typed, for those who find its lock. */
  protected get typed(): string {
    return ['lvs', ...(this.id ?? '').split(':'), ...this.argv].join(' ');
  }
}
