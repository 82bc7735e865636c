import type { Cluster } from '../model/cluster.ts';
import type { Confirming } from './confirming.ts';
import type { Connect, Connections } from './connect.ts';
import type { Keeping } from './kept-files.ts';
import type { PendingFile } from './pending-file.ts';
import type { PlanRequest } from './planned.ts';
import type { Ask } from './question.ts';
import type { WayOn } from './refusals.ts';
import type { SourceFile } from './source-file.ts';
import type { RunStep } from './steps.ts';
import type { Survey } from './survey.ts';

/** What is desired, and how far a run may go. */
export interface Preview {
  readonly cluster: Cluster;
  /** What was desired before an edit of the configuration. */
  readonly former?: Cluster;
  readonly on: string | null;
  /** The virtual servers that this is about, by key; without them all. */
  readonly named?: ReadonlySet<string>;
  /** What to ask of each router, once it is known how they are. Throws where that must not be done. */
  readonly request: (survey: Survey, connections: Connections) => PlanRequest | Promise<PlanRequest>;
  /** The lvs.yaml that this edits: it must not change meanwhile, and is written when all else succeeded. Null: it is not edited. */
  readonly file: PendingFile | null;
  /** The configuration as it was read, if the run does not edit it. */
  readonly source?: SourceFile | null;
  /** Whether a run that leaves files alone is refused with a configuration that is older than the routers' own. */
  readonly needsNewest?: boolean;
  /** What is installed on the routers beside the kernel's state; null: files are left alone. */
  readonly keeping?: (Keeping & { readonly overwrite: boolean }) | null;
  /** Whether what the monitors decided is dropped, for the weights of the configuration. */
  readonly resetsWeights?: boolean;
  /** An unreachable router is left out rather than refused. */
  readonly tolerateUnreachable?: boolean;
  /** What to say about going on where one is refused. */
  readonly wayOn?: WayOn;
  /** The run is rolled back unless it is confirmed; null: it is kept in any case. */
  readonly confirm?: Confirming | null;
  readonly connect?: Connect;
}

export interface Run extends Preview {
  /** The command as it was typed, for the lock. */
  readonly command: string;
  readonly ask: Ask;
  /** Whether to wait until new addresses are announced, as a switch from another router must; `apart` by default. */
  readonly announce?: 'wait' | 'apart';
  /** Told of each step once it is done. */
  readonly onStep?: (step: RunStep) => void;
}
