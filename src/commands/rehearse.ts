import { Flags } from '@oclif/core';
import { BaseCommand, quietFlag } from '../command-line/base-command.ts';
import { configOrFigure } from '../command-line/load-config.ts';
import { withInterrupts } from '../converge/interrupts.ts';
import { exitStatus, LvsError } from '../model/errors.ts';
import { paintFor } from '../output/paint.ts';
import { rehearsalNarrator } from '../output/rehearsal.ts';
import { renderReport } from '../output/rehearsal-report.ts';
import { type RehearsalOptions, rehearse, rehearseByHand } from '../rehearsal/rehearse.ts';

export default class Rehearse extends BaseCommand {
  static override summary = 'Try the whole cluster in a throwaway kernel: apply, send traffic, fail over, report.';
  static override description =
    'Boots a Linux kernel with IPVS as an ordinary process (user-mode Linux; no root needed), builds the cluster that the configuration describes out of network namespaces, with routers that have a real sshd and stand-ins that answer for the real servers, runs the real lvs commands in it and sends real traffic. This machine is not changed. Without a configuration, the figure of the manual is rehearsed. Exits with 1 when something did not answer.';
  static override examples = [
    '<%= config.bin %> rehearse',
    '<%= config.bin %> rehearse --config new.yaml --json',
    { description: 'Try things by hand, on the active router.', command: '<%= config.bin %> rehearse --shell' },
  ];
  static override flags = {
    figure: Flags.boolean({
      summary: 'The figure of the manual, whatever configuration there is.',
      exclusive: ['config'],
    }),
    quiet: quietFlag,
    shell: Flags.boolean({ summary: 'Leave you at a prompt inside the cluster.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Rehearse);
    const { cluster, text } = configOrFigure(flags.config, flags.figure);
    const options = { root: this.config.root, cluster, configFile: text };
    if (flags.shell) return this.exit(await this.sitInside(options));
    const narrator = rehearsalNarrator(process.stderr, paintFor(process.stderr, flags.color));
    const report = await withInterrupts((signal) => rehearse({ ...options, signal, onEvent: narrator.tell }));
    narrator.end();
    this.print(report, flags, (paint, { width }) => renderReport(report, paint, width));
    if (!report.passed) this.exit(exitStatus.report);
  }

  private sitInside(options: RehearsalOptions): Promise<number> {
    if (process.stdin.isTTY === true) return withInterrupts((signal) => rehearseByHand({ ...options, signal }));
    throw new LvsError('invalid-input', '--shell needs a terminal to sit at', {
      hint: 'without --shell the rehearsal runs by itself',
    });
  }
}
