import { shellCommand } from '../grammar/shell.ts';
import type { Change, Stage } from '../plan/change.ts';
import { sequenceOf } from '../plan/sequence.ts';
import { readableCommand } from './command-line.ts';
import type { Paint } from './paint.ts';

/** One command of a run, for a shell on that router. */
export interface SequenceDocument {
  readonly router: string;
  readonly stage: Stage;
  readonly command: string;
}

export function sequenceDocument(
  routers: readonly { readonly name: string; readonly changes: readonly Change[] }[],
): SequenceDocument[] {
  return sequenceOf(routers).map(({ router, stage, argv, input }) => ({
    router,
    stage,
    command: shellCommand(argv, input),
  }));
}

/** Numbered, with a line between stages; nothing, where there is nothing to do. */
export function renderSequence(sequence: readonly SequenceDocument[], paint: Paint): string {
  const width = String(sequence.length).length;
  const lines = sequence.map(({ router, command }, index) => {
    return `  ${String(index + 1).padStart(width)}  ${paint.strong(`${router}#`)} ${readableCommand(command)}`;
  });
  return lines.length === 0 ? '' : ['In this order:', ...lines].join('\n');
}
