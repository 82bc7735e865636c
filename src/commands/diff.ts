import { BaseCommand, onFlag, quietFlag } from '../command-line/base-command.ts';
import { preview } from '../converge/converge.ts';
import { installedNote, keepingOf } from '../converge/kept-files.ts';
import { noneReached, roleConflict, unreachableRouters } from '../converge/refusals.ts';
import { exitStatus } from '../model/errors.ts';
import { renderChanges } from '../output/changes.ts';
import { changesDocument } from '../output/document.ts';
import { withoutFirstFiles } from '../plan/files/first-files.ts';
import { everything } from '../plan/scope.ts';

export default class Diff extends BaseCommand {
  static override summary = 'Show what differs between the configuration and the routers, and change nothing.';
  static override description =
    'Compares lvs.yaml with what the kernels of the routers say now, and shows each difference with the commands that "lvs apply" would run. Exits with 1 where there is a difference; files that a first run would keep on a router are none.';
  static override examples = ['<%= config.bin %> diff', '<%= config.bin %> diff --on lvs2 --json'];
  static override flags = { on: onFlag, quiet: quietFlag };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Diff);
    const config = this.load(flags);
    const outcome = await preview({
      cluster: config.cluster,
      on: flags.on ?? null,
      file: null,
      keeping: { ...keepingOf(this.typed, config.file, config.text, config.text), overwrite: false },
      request: () => ({ scope: everything, prune: false }),
      tolerateUnreachable: true,
    });
    const routers = outcome.routers.map((plan) => withoutFirstFiles(plan, installedNote));
    const document = changesDocument({ ...outcome, routers }, config.file);
    const missing = unreachableRouters(outcome.unreachable, outcome.routers);
    this.conclude(document, routers.length === 0 ? noneReached(missing) : missing, flags, (paint) =>
      renderChanges(document, paint),
    );
    const conflict = roleConflict(outcome.routers) !== null;
    if (document.changed || conflict) this.exit(exitStatus.report);
  }
}
