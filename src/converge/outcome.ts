import type { Change } from '../plan/change.ts';
import type { RouterPlan } from '../plan/router-plan.ts';
import type { Connections, Unreachable } from './connect.ts';
import type { PendingFile } from './pending-file.ts';
import type { Planned } from './planned.ts';
import { wayBacks } from './way-back.ts';

/** What a run did, or would do. */
export interface Outcome {
  readonly applied: boolean;
  readonly routers: readonly RouterPlan[];
  readonly unreachable: readonly Unreachable[];
  /** The changed configuration file, or null. */
  readonly file: PendingFile | null;
  /** What the routers would do by themselves where nobody confirms; null: nothing is to be confirmed. */
  readonly wayBack: { readonly seconds: number; readonly routers: readonly WayBackPlan[] } | null;
}

export interface WayBackPlan {
  readonly name: string;
  readonly changes: readonly Change[];
}

export function outcomeOf(
  planned: readonly Planned[],
  { unreachable }: Connections,
  {
    applied,
    file,
    confirmSeconds = null,
  }: { applied: boolean; file: PendingFile | null; confirmSeconds?: number | null },
): Outcome {
  const wayBack = (seconds: number) => ({
    seconds,
    routers: wayBacks(planned, null).map(({ router, changes }) => ({ name: router.name, changes })),
  });
  return {
    applied,
    routers: planned.map(({ plan }) => plan),
    unreachable,
    file: file?.changed === true ? file : null,
    wayBack: confirmSeconds === null ? null : wayBack(confirmSeconds),
  };
}
