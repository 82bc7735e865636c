import type { Interfaces } from '@oclif/core';
import type { Half } from '../failover/local/halves.ts';
import { previewHalf, runHalf } from '../failover/local/run.ts';
import { renderChanges } from '../output/changes.ts';
import { changesDocument } from '../output/document.ts';
import { BaseCommand, changeFlags, type commonFlags } from './base-command.ts';

const { on: _, overwrite: __, 'rollback-after': ___, ...localFlags } = changeFlags;

export { localFlags };

/** One half of a failover, on this machine and for other programs: nothing is asked. */
export abstract class LocalHalfCommand extends BaseCommand {
  /** @param nothing what to say where there is nothing to do. */
  protected async carryOut(
    half: Half,
    nothing: string,
    flags: Interfaces.InferredFlags<typeof commonFlags & typeof localFlags>,
  ): Promise<void> {
    const config = this.load(flags);
    const outcome = await (flags['dry-run'] ? previewHalf : runHalf)(config.cluster, half);
    const document = changesDocument(outcome, config.file);
    this.print(document, flags, (paint) => renderChanges(document, paint, nothing));
  }
}
