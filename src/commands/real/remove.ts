import { Flags } from '@oclif/core';
import { oneOrAllArguments } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { DrainCommand, timeoutFlag, timeoutOf } from '../../command-line/drain-command.ts';
import { allFlag } from '../../command-line/real-command.ts';
import { requireDrained } from '../../converge/drain-count.ts';
import { withInterrupts } from '../../converge/interrupts.ts';
import { describeEnd, drainDocument, nameOfReals } from '../../output/drain.ts';
import { confirm } from '../../output/prompt.ts';

export default class RealRemove extends DrainCommand {
  static override summary = 'Remove a real server from a virtual server, in the configuration and on the routers.';
  static override description =
    'Its connections end at once, unless --drain lets them finish first, as DRAINING in lvsadm(8) tells. Where time runs out before they have, it stays drained and declared, and the exit status is 1; so it does with Ctrl-C.';
  static override examples = [
    '<%= config.bin %> real remove web 192.168.1.3',
    '<%= config.bin %> real remove web 192.168.1.3 --drain --timeout 10m --yes',
    '<%= config.bin %> real remove --all 192.168.1.3',
  ];
  static override args = oneOrAllArguments;
  static override flags = {
    ...changeFlags,
    all: allFlag,
    drain: Flags.boolean({
      exclusive: ['rollback-after'],
      summary: 'Give it no new connections, and remove it when none remains.',
    }),
    timeout: timeoutFlag('drain'),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RealRemove);
    timeoutOf(flags.timeout);
    const config = this.load(flags);
    const reals = this.named(config, args, flags.all);
    if (!flags.drain || flags['dry-run']) return this.finish(await this.remove(flags, config, reals), flags);
    // One who sits before it is asked before the wait, for they may be gone after it.
    if (!flags.yes)
      await withInterrupts((signal) => confirm(`${nameOfReals(reals)} would be drained and removed`, signal));
    const answered = { ...flags, yes: true };
    const undo = this.undoes(args, flags.all);
    const waited = await withInterrupts((signal) => this.drainAndWait(answered, config, reals, { undo, signal }));
    if (waited.drained.end !== 'empty') return this.finishDrain(waited, flags, '; nothing is removed');
    if (!flags.json) process.stderr.write(`${describeEnd(waited.drained, reals, undo)}\n`);
    const removed = await this.remove(answered, this.load(flags), reals, requireDrained(reals));
    this.finish(removed, flags, drainDocument(waited.drained, reals));
  }
}
