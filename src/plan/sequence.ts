import { type Change, type Command, type Stage, stages } from './change.ts';
import { commandsInOrder } from './invocations.ts';

/** One command of a run, on one router. */
export interface SequenceStep extends Command {
  readonly stage: Stage;
  readonly router: string;
}

/** Everything that a run does, in the order in which it is done; routers do what one stage has for them side by side. */
export function sequenceOf(
  routers: readonly { readonly name: string; readonly changes: readonly Change[] }[],
): SequenceStep[] {
  return stages.flatMap((stage) =>
    routers.flatMap(({ name, changes }) =>
      commandsInOrder(changes, stage).map((command) => ({ ...command, router: name })),
    ),
  );
}
