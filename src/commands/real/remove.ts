import { Flags } from '@oclif/core';
import { oneOrAllArguments } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { DrainCommand, secondsOf, timeoutFlag } from '../../command-line/drain-command.ts';
import { allFlag } from '../../command-line/real-command.ts';
import { withInterrupts } from '../../converge/interrupts.ts';
import { confirm } from '../../output/prompt.ts';

export default class RealRemove extends DrainCommand {
  static override summary = 'Remove a real server from a virtual server, in the configuration and on the routers.';
  static override description =
    'Its connections end at once, unless --drain lets them finish first. Where time runs out before they have, it stays drained and declared, and the exit status is 1.';
  static override examples = [
    '<%= config.bin %> real remove web 192.168.1.3',
    '<%= config.bin %> real remove web 192.168.1.3 --drain --timeout 60 --yes',
    '<%= config.bin %> real remove --all 192.168.1.3',
  ];
  static override args = oneOrAllArguments;
  static override flags = {
    ...changeFlags,
    all: allFlag,
    drain: Flags.boolean({ summary: 'Give it no new connections, and remove it when none remains.' }),
    timeout: timeoutFlag,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RealRemove);
    secondsOf(flags.timeout);
    const config = this.load(flags);
    const reals = this.named(config, args, flags.all);
    if (!flags.drain || flags['dry-run']) return this.finish(await this.remove(flags, config, reals), flags);
    const keys = reals.map(({ server, realKey }) => `${realKey} of ${server.name}`);
    if (!flags.yes)
      await withInterrupts((signal) => confirm(`${keys.join(', ')} would be drained and removed`, signal));
    const answered = { ...flags, yes: true };
    const emptied = await this.drainAndWait(answered, config, reals);
    if (emptied.remaining > 0) return this.finishDrain(emptied, flags);
    this.finish(await this.remove(answered, this.load(flags), reals), flags);
  }
}
