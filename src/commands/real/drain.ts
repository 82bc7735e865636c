import { Flags } from '@oclif/core';
import { oneOrAllArguments } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { DrainCommand, timeoutFlag, timeoutOf } from '../../command-line/drain-command.ts';
import { allFlag } from '../../command-line/real-command.ts';
import { withInterrupts } from '../../converge/interrupts.ts';

export default class RealDrain extends DrainCommand {
  static override summary = 'Give a real server no new connections, and keep it so.';
  static override description =
    'Its weight becomes 0 in the kernel and its configured weight stays in the configuration. With --wait the command follows its connections on the active router, also where that becomes another one meanwhile, and ends when they have; exit status 1 says that time ran out first, and that it is drained still. Ctrl-C ends the wait, and leaves it drained. What counts as a connection is told under DRAINING in lvsadm(8).';
  static override examples = [
    '<%= config.bin %> real drain web 192.168.1.2',
    '<%= config.bin %> real drain web 192.168.1.2 --wait --timeout 10m',
    { description: 'One machine, wherever it serves.', command: '<%= config.bin %> real drain --all 192.168.1.2' },
  ];
  static override args = oneOrAllArguments;
  static override flags = {
    ...changeFlags,
    all: allFlag,
    wait: Flags.boolean({ exclusive: ['rollback-after'], summary: 'Wait until no connection remains.' }),
    timeout: timeoutFlag('wait'),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RealDrain);
    timeoutOf(flags.timeout);
    const config = this.load(flags);
    const reals = this.named(config, args, flags.all);
    if (!flags.wait || flags['dry-run']) {
      return this.finish(await this.set(flags, config, reals, { state: 'drain' }), flags);
    }
    const undo = this.undoes(args, flags.all);
    const waited = await withInterrupts((signal) => this.drainAndWait(flags, config, reals, { undo, signal }));
    this.finishDrain(waited, flags);
  }
}
