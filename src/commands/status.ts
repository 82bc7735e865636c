import { Errors, Flags, type Interfaces } from '@oclif/core';
import { optionalVipArgument } from '../command-line/arguments.ts';
import { BaseCommand, type CommonFlags, onFlag, quietFlag } from '../command-line/base-command.ts';
import { selectVirtualServer } from '../config/select.ts';
import { inspect } from '../converge/inspect.ts';
import { keepingOf } from '../converge/kept-files.ts';
import { LvsError } from '../model/errors.ts';
import { renderFaults, renderStatus } from '../output/status.ts';
import { type CheckForm, checkForms, checkLine, checkStatus, unknownStatus } from '../output/status-check.ts';
import { statusDocument } from '../output/status-document.ts';

export default class Status extends BaseCommand {
  static override summary = 'Show the routers and their roles, the virtual and real servers, connections and drift.';
  static override description =
    'The router that has the floating addresses comes first, then what is degraded and what differs from the configuration, then each virtual server with its real servers as the active router\'s kernel has them. Weights are as configured; where the kernel has another, that follows, with the reason that "lvs monitor" had for it. Of a big cluster there is an overview: the virtual servers that need attention, and the busiest. VIP shows one, --all shows all of them.\n\nWith --watch it is drawn again and again, with what monitors and routers do meanwhile, until q or Ctrl-C: s sorts, / filters, d shows and hides the real servers, arrows scroll. The sessions to the routers stay open, one reading follows the other, and the configuration is read again when it changes. With --json, too, each reading is one document on a line of its own.\n\nThe rates are those that the kernel estimates over some seconds.';
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status web',
    {
      description: 'For cron and monitoring: exit with 1 when anything is wrong, and say so in one line first.',
      command: '<%= config.bin %> status --check',
    },
    { description: 'As a plugin of Nagios.', command: '<%= config.bin %> status --check=nagios' },
  ];
  static override args = { vip: optionalVipArgument };
  static override flags = {
    on: onFlag,
    quiet: quietFlag,
    all: Flags.boolean({ summary: 'Show every virtual server of a big cluster.' }),
    stats: Flags.boolean({ summary: 'Show the counters of connections, packets and bytes instead of the rates.' }),
    watch: Flags.boolean({
      char: 'w',
      summary: 'Draw it again and again, and listen to keys.',
      exclusive: ['check', 'quiet', 'verbose'],
    }),
    interval: Flags.string({
      helpValue: 'DURATION',
      dependsOn: ['watch'],
      summary: 'From one reading to the next, 2s without it: seconds, or a number with ms, s, m or h; at least 0.5s.',
    }),
    check: Flags.boolean({
      summary:
        'Exit with 1 when anything is degraded or differs: a real server that is down, drift, a conflict, a router out of reach, no monitor. As --check=nagios exit like a plugin of Nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.',
    }),
  };

  override async run(): Promise<void> {
    const form = this.takeCheckForm();
    if (form !== 'nagios') return this.show(form);
    try {
      return await this.show(form);
    } catch (error) {
      if (error instanceof Errors.ExitError) throw error;
      const [message = ''] = (error as Error).message.split('\n');
      const { line, status } = unknownStatus(message);
      process.stdout.write(`${line}\n`);
      this.exit(status);
    }
  }

  /** `--check` may have a value, which oclif knows of no option that may go without. */
  private takeCheckForm(): CheckForm {
    const index = this.argv.findIndex((word) => word.startsWith('--check='));
    const word = this.argv[index]?.slice('--check='.length);
    if (word === undefined) return 'any';
    const form = checkForms.find((each) => each === word);
    if (form === undefined) {
      throw new LvsError('invalid-input', `--check: "${word}" is not a form of the check`, {
        hint: 'allowed: --check, --check=nagios',
      });
    }
    this.argv = this.argv.with(index, '--check');
    return form;
  }

  private async show(form: CheckForm): Promise<void> {
    const { args, flags } = await this.parse(Status);
    if (flags.watch) return this.watch(args.vip ?? null, flags);
    const config = this.load(flags);
    const only = args.vip === undefined ? null : selectVirtualServer(config.cluster, args.vip);
    const inspection = await inspect(config.cluster, {
      on: flags.on ?? null,
      statistics: flags.stats,
      rates: true,
      keeping: keepingOf(this.typed, config.file, config.text, config.text),
    });
    const document = statusDocument(config.cluster, config.file, inspection, only);
    this.print(document, { ...flags, quiet: false }, (_paint, view) => {
      const first = flags.check && !(flags.quiet && document.faults.length === 0) ? [checkLine(document)] : [];
      const rest = flags.quiet
        ? renderFaults(document, view)
        : [renderStatus(document, view, flags.all || only !== null)];
      return [...first, ...rest].join('\n');
    });
    const status = flags.check ? checkStatus(document, form) : 0;
    if (status !== 0) this.exit(status);
  }

  private async watch(vip: string | null, flags: Interfaces.InferredFlags<typeof Status.flags> & CommonFlags) {
    // Nobody else needs it loaded.
    const { watchStatus } = await import('../command-line/watch-status.ts');
    const { on = null, stats: statistics, interval, json } = flags;
    const load = () => this.load(flags);
    this.exit(
      await watchStatus({ load, typed: this.typed, on, vip, statistics }, { interval, json, paint: this.paint(flags) }),
    );
  }
}
