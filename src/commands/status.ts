import { Flags } from '@oclif/core';
import { optionalVipArgument } from '../command-line/arguments.ts';
import { BaseCommand, onFlag, quietFlag } from '../command-line/base-command.ts';
import { selectVirtualServer } from '../config/select.ts';
import { inspect } from '../converge/inspect.ts';
import { keepingOf } from '../converge/kept-files.ts';
import { exitStatus } from '../model/errors.ts';
import { renderFaults, renderStatus } from '../output/status.ts';
import { checkLine } from '../output/status-check.ts';
import { statusDocument } from '../output/status-document.ts';

export default class Status extends BaseCommand {
  static override summary = 'Show the routers and their roles, the virtual and real servers, connections and drift.';
  static override description =
    'Who holds the floating addresses comes first, then what is degraded and what differs from the configuration, then each virtual server with its real servers as the active router\'s kernel has them. Weights are as configured; where the kernel has another, that follows, with the reason that "lvs monitor" had for it. Of a big cluster there is an overview: the virtual servers that need somebody, and the busiest. VIP shows one, --all shows all of them.\n\nThe rates are those that the kernel estimates over some seconds.';
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status web',
    {
      description: 'For cron and monitoring: exit with 1 when anything is wrong, and say so in one line first.',
      command: '<%= config.bin %> status --check',
    },
  ];
  static override args = { vip: optionalVipArgument };
  static override flags = {
    on: onFlag,
    quiet: quietFlag,
    all: Flags.boolean({ summary: 'Show every virtual server of a big cluster.' }),
    stats: Flags.boolean({ summary: 'Show the counters of connections, packets and bytes instead of the rates.' }),
    check: Flags.boolean({
      summary:
        'Exit with 1 when anything is degraded or differs: a real server that is down, drift, a conflict, a router out of reach, no monitor.',
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Status);
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
    if (flags.check && document.faults.length > 0) this.exit(exitStatus.report);
  }
}
