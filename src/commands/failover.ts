import { Flags } from '@oclif/core';
import { changeFlags } from '../command-line/base-command.ts';
import { ChangeCommand, type Changed } from '../command-line/change-command.ts';
import { failoverRequest, withForce } from '../failover/failover.ts';
import { requirePair } from '../failover/roles.ts';
import { renderChanges } from '../output/changes.ts';
import { paintFor } from '../output/paint.ts';
import { runNarrator } from '../output/run-steps.ts';
import { renderSequence, sequenceDocument } from '../output/sequence.ts';

const { on: _, overwrite: __, ...failoverFlags } = changeFlags;

export default class Failover extends ChangeCommand {
  static override summary = 'Move all floating addresses to the other router.';
  static override description =
    'Makes before it breaks: when both routers are found ready, the target enables every floating address and announces it on both networks; then the other router disables them, and the target announces again for some seconds. Where sync is declared, and the old router has tc and the kernel modules for it, new TCP connections wait there for about 0.15 s, until no handshake is half-way through and the addresses have left it; it then passes on to the target what still comes to it, while the target announces them. Where keepalived elects (engine: keepalived), the old router is put at fault for a moment, so that keepalived removes its addresses by itself and the target becomes master. Each router arms a lease before the first step, by which it ends the run by itself should that die (SAFETY in lvsadm(8)), and ends it after the verification: that costs a failover two to three more exchanges with the routers, and nothing while the addresses move. Each step is told on standard error; --dry-run shows them in their order. What fails half-way is undone, and the old router keeps serving; under keepalived, where the target is master already, it keeps the addresses, which the message says, and the exit status is 5. A target that is active already has nothing to do.';
  static override examples = [
    {
      description: 'See every step, then switch.',
      command: '<%= config.bin %> failover --dry-run\n<%= config.bin %> failover',
    },
    { description: 'Make lvs1 active, whichever is now.', command: '<%= config.bin %> failover --to lvs1 --yes' },
    { description: 'Take over from a router that is dead.', command: '<%= config.bin %> failover --to lvs2 --force' },
  ];
  static override flags = {
    ...failoverFlags,
    to: Flags.string({
      helpValue: 'ROUTER',
      summary: 'The router that is to be active; by default the one that is not.',
    }),
    force: Flags.boolean({
      summary:
        'Go on without a router that cannot be reached, unless it still answers on the wire, and although connections of the old router would break. If that router runs again with the addresses (it was suspended, or its network was cut), the new one releases them within 15 s. It listens for a day, and any answer counts, because the MAC addresses of a router that does not answer are not known.',
    }),
    'accept-duplicate': Flags.boolean({
      dependsOn: ['force'],
      summary: 'With --force: go on even though another machine answers for an address.',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Failover);
    const config = this.load(flags);
    const { to = null, force, 'accept-duplicate': acceptDuplicate } = flags;
    requirePair(config.cluster, to);
    const changed = await this.converge({ ...flags, on: undefined, overwrite: false }, config, {
      settlesRoles: true,
      keeping: null,
      needsNewest: !force,
      announce: 'wait',
      tolerateUnreachable: force,
      wayOn: withForce,
      request: (survey, connections) =>
        failoverRequest(config.cluster, survey, connections, { to, force, acceptDuplicate }),
      ...(flags.json || flags.quiet
        ? {}
        : { onStep: runNarrator(process.stderr, paintFor(process.stderr, flags.color)) }),
    });
    if (flags['dry-run']) this.showSequence(changed, flags);
    else this.finish(changed, { ...flags, on: undefined, overwrite: false });
  }

  /** A preview says in which order both routers come to what. */
  private showSequence({ document, routers, refusal }: Changed, flags: Parameters<typeof this.conclude>[2]): void {
    const sequence = sequenceDocument(routers);
    this.conclude({ ...document, sequence }, refusal, flags, (paint) =>
      [renderChanges(document, paint), renderSequence(sequence, paint)].filter((part) => part !== '').join('\n'),
    );
  }
}
