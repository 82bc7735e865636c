import type { Cluster } from '../model/cluster.ts';
import type { Desired } from '../plan/desired.ts';
import { decisionsPlace } from '../weights/decisions-place.ts';
import type { Connections } from './connect.ts';
import { type Keeping, keptPaths, withFiles } from './kept-files.ts';
import { withoutDecisions } from './monitor.ts';
import { everyPart, type Survey, survey } from './survey.ts';

export interface FilesOptions {
  /** The files that are kept on the routers; null: those are no part of it. */
  readonly keeping: Keeping | null;
  readonly former?: Cluster | undefined;
  /** Whether what the monitors decided is to go. */
  readonly resetsWeights?: boolean | undefined;
}

/** The survey, with the files that this is about. */
export async function surveyWithFiles(
  cluster: Cluster,
  connections: Connections,
  { keeping, former, resetsWeights = false }: FilesOptions,
): Promise<Survey> {
  const kept = keeping === null ? [] : keptPaths(cluster);
  const wantedOf = (desired: Desired) => ({
    ...everyPart(desired),
    files: resetsWeights ? [...kept, decisionsPlace] : kept,
    ...(resetsWeights && { monitor: true }),
  });
  const { routers, roles } = await survey(cluster, connections, wantedOf, former);
  const whole =
    keeping === null
      ? routers
      : await Promise.all(routers.map((router) => withFiles(router, cluster, keeping, routers)));
  return { roles, routers: resetsWeights ? whole.map(withoutDecisions) : whole };
}
