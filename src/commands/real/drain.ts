import { Flags } from '@oclif/core';
import { oneOrAllArguments } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { DrainCommand, secondsOf, timeoutFlag } from '../../command-line/drain-command.ts';
import { allFlag } from '../../command-line/real-command.ts';

export default class RealDrain extends DrainCommand {
  static override summary = 'Give a real server no new connections, and keep it so.';
  static override description =
    'Its weight becomes 0 in the kernel and its configured weight stays in the configuration. With --wait the command ends when its connections have; exit status 1 says that time ran out first, and that it is drained still.';
  static override examples = [
    '<%= config.bin %> real drain web 192.168.1.2',
    '<%= config.bin %> real drain web 192.168.1.2 --wait --timeout 60',
    { description: 'One machine, wherever it serves.', command: '<%= config.bin %> real drain --all 192.168.1.2' },
  ];
  static override args = oneOrAllArguments;
  static override flags = {
    ...changeFlags,
    all: allFlag,
    wait: Flags.boolean({ summary: 'Wait until no connection remains.' }),
    timeout: timeoutFlag,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RealDrain);
    secondsOf(flags.timeout);
    const config = this.load(flags);
    const reals = this.named(config, args, flags.all);
    if (!flags.wait || flags['dry-run']) {
      return this.finish(await this.set(flags, config, reals, { state: 'drain' }), flags);
    }
    this.finishDrain(await this.drainAndWait(flags, config, reals), flags);
  }
}
