import { Flags } from '@oclif/core';
import { changeFlags } from '../command-line/base-command.ts';
import { ChangeCommand } from '../command-line/change-command.ts';
import { everything } from '../plan/scope.ts';

export default class Apply extends ChangeCommand {
  static override summary = 'Bring the routers to what the configuration declares.';
  static override description =
    'Compares lvs.yaml with what the kernels of the routers say now and runs the fewest commands that remove the difference: what is right is not touched. Afterwards everything is read again; if something could not be applied, everything is rolled back. What is unmanaged (not in lvs.yaml) is shown and left unchanged.\n\nWhere "lvs monitor" has decided about a weight, also if it has ended since, that is what is right, unless the real server is drained.';
  static override examples = [
    {
      description: 'See what would be done, then do it.',
      command: '<%= config.bin %> apply --dry-run\n<%= config.bin %> apply',
    },
    { description: 'Remove what is unmanaged, too.', command: '<%= config.bin %> apply --prune --yes' },
    {
      description: 'Roll back automatically unless I confirm within 60 s.',
      command: '<%= config.bin %> apply --rollback-after 60',
    },
    { description: 'Converge one router while the other is away.', command: '<%= config.bin %> apply --on lvs1' },
  ];
  static override flags = {
    ...changeFlags,
    prune: Flags.boolean({
      summary:
        'Remove unmanaged virtual servers, labelled /32 aliases on the floating devices, and sync daemons without "sync:".',
    }),
    'reset-weights': Flags.boolean({
      summary:
        'Go back to the weights of the configuration, whatever the monitors decided, and drop that. No monitor may run.',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Apply);
    const { prune, 'reset-weights': resetsWeights } = flags;
    const request = () => ({ scope: everything, prune });
    this.finish(await this.converge(flags, this.load(flags), { request, resetsWeights }), flags);
  }
}
