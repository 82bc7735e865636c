import type { RouterPlan } from '../plan/router-plan.ts';
import type { Connections, Unreachable } from './connect.ts';
import type { PendingFile } from './pending-file.ts';
import type { Planned } from './planned.ts';

/** What a run did, or would do. */
export interface Outcome {
  readonly applied: boolean;
  readonly routers: readonly RouterPlan[];
  readonly unreachable: readonly Unreachable[];
  /** The changed configuration file, or null. */
  readonly file: PendingFile | null;
}

export function outcomeOf(
  planned: readonly Planned[],
  { unreachable }: Connections,
  { applied, file }: { applied: boolean; file: PendingFile | null },
): Outcome {
  return { applied, routers: planned.map(({ plan }) => plan), unreachable, file: file?.changed === true ? file : null };
}
