import { Flags } from '@oclif/core';
import { BaseCommand, onFlag, quietFlag } from '../command-line/base-command.ts';
import { confirmationStatus, confirmPending } from '../converge/confirm.ts';
import { noneReached, unreachableRouters } from '../converge/refusals.ts';
import { exitStatus } from '../model/errors.ts';
import { confirmationDocument, confirmationFaults, renderConfirmation } from '../output/confirmation.ts';

export default class Confirm extends BaseCommand {
  static override summary = 'Keep what a command with --rollback-after has changed.';
  static override description =
    'The routers roll it back automatically when the time is up: see CONFIRMATION in lvsadm(8). The command works on any machine that has the configuration and reaches the routers. If nothing waits, or it is too late, nothing is confirmed and the exit status is 4; so it is if one of the routers that wait cannot be reached, and all of them roll back.';
  static override examples = [
    '<%= config.bin %> confirm',
    {
      description: 'See what waits, and until when, or what became of it.',
      command: '<%= config.bin %> confirm --status',
    },
  ];
  static override flags = {
    on: onFlag,
    quiet: quietFlag,
    status: Flags.boolean({
      summary: 'Confirm nothing, and tell. Exits with 1 if a router could not roll back everything.',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Confirm);
    const { cluster } = this.load(flags);
    const status = await (flags.status ? confirmationStatus : confirmPending)(cluster, { on: flags.on ?? null });
    const document = confirmationDocument(status);
    const missing = status.routers.length === 0 ? noneReached(unreachableRouters(status.unreachable, [])) : null;
    this.conclude(document, missing, flags, (paint) => renderConfirmation(document, paint));
    if (confirmationFaults(document).length > 0) this.exit(exitStatus.report);
  }
}
