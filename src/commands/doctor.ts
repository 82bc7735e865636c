import { Flags } from '@oclif/core';
import { BaseCommand, changeFlags, onFlag, quietFlag } from '../command-line/base-command.ts';
import { doctor } from '../doctor/doctor.ts';
import { count } from '../model/count.ts';
import { exitStatus } from '../model/errors.ts';
import { doctorDocument, isWell, renderDoctor, renderTreatments } from '../output/doctor.ts';
import { paintFor } from '../output/paint.ts';
import { confirm } from '../output/prompt.ts';

export default class Doctor extends BaseCommand {
  static override summary = 'Find out what is wrong with the routers, why it matters, and what fixes it.';
  static override description =
    'Looks at each router, and from there at the other one, the real servers and the networks: kernel, tools, devices, settings, firewalls, clocks, synchronisation, addresses that other machines have. Nothing is changed. Of each finding it says what was found, why it matters, and the command that fixes it; problems come first, then warnings, then notes, which are only worth knowing. Exits with 1 where there is a problem or a warning, a router out of reach included.';
  static override examples = [
    '<%= config.bin %> doctor',
    {
      description: 'Fix what is safe to fix, also for the next boot, without being asked.',
      command: '<%= config.bin %> doctor --fix --yes',
    },
  ];
  static override flags = {
    on: onFlag,
    fix: Flags.boolean({
      summary:
        'Run those commands that do not disturb traffic, and keep what they set in /etc/sysctl.d/60-lvs.conf and /etc/modules-load.d/lvs.conf; they are shown first, and asked about.',
    }),
    yes: changeFlags.yes,
    quiet: quietFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const config = this.load(flags);
    const found = await doctor(config.cluster, {
      on: flags.on ?? null,
      fix: !flags.fix
        ? null
        : {
            doing: this.typed,
            ask: async ({ treatments }, signal) => {
              process.stderr.write(`${renderTreatments(treatments, paintFor(process.stderr, flags.color))}\n`);
              if (flags.yes) return;
              const steps = treatments.reduce((sum, treatment) => sum + treatment.steps.length, 0);
              await confirm(`${count(steps, 'command')} would be run`, signal);
            },
          },
    });
    const document = doctorDocument(found, config.file);
    this.print(document, { ...flags, quiet: flags.quiet && isWell(document) }, (paint) =>
      renderDoctor(document, paint),
    );
    if (!isWell(document)) this.exit(exitStatus.report);
  }
}
