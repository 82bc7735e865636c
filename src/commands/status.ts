import { Flags } from '@oclif/core';
import { BaseCommand, onFlag } from '../command-line/base-command.ts';
import { inspect } from '../converge/inspect.ts';
import { keepingOf } from '../converge/kept-files.ts';
import { exitStatus } from '../model/errors.ts';
import { renderStatus } from '../output/status.ts';
import { statusDocument } from '../output/status-document.ts';

export default class Status extends BaseCommand {
  static override summary = 'Show the routers and their roles, the virtual and real servers, connections and drift.';
  static override description =
    'What is wrong comes first, then who holds the floating addresses, then each virtual server with its real servers as the active router\'s kernel has them. Weights are as configured; where the kernel has another, that follows, with the reason that "lvs monitor" had for it.';
  static override examples = [
    '<%= config.bin %> status',
    {
      description: 'For cron and monitoring: exit with 1 when anything is wrong.',
      command: '<%= config.bin %> status --check',
    },
  ];
  static override flags = {
    on: onFlag,
    stats: Flags.boolean({ summary: 'Show the counters of connections, packets and bytes, too.' }),
    check: Flags.boolean({
      summary: 'Exit with 1 when anything is wrong: drift, a conflict, a router out of reach, no monitor.',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    const config = this.load(flags);
    const inspection = await inspect(config.cluster, {
      on: flags.on ?? null,
      statistics: flags.stats,
      keeping: keepingOf(this.typed, config.file, config.text, config.text),
    });
    const document = statusDocument(config.cluster, config.file, inspection);
    this.print(document, flags, (paint) => renderStatus(document, paint));
    if (flags.check && document.faults.length > 0) this.exit(exitStatus.report);
  }
}
