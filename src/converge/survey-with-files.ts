import type { Cluster } from '../model/cluster.ts';
import type { Desired } from '../plan/desired.ts';
import type { Connections } from './connect.ts';
import { type Keeping, keptPaths, withFiles } from './kept-files.ts';
import { everyPart, type Survey, survey } from './survey.ts';

/** The survey, with the files that are kept on the routers; null: those are no part of it. */
export async function surveyWithFiles(
  cluster: Cluster,
  connections: Connections,
  keeping: Keeping | null,
  former?: Cluster,
): Promise<Survey> {
  if (keeping === null) return survey(cluster, connections, everyPart, former);
  const wantedOf = (desired: Desired) => ({ ...everyPart(desired), files: keptPaths(cluster) });
  const { routers, roles } = await survey(cluster, connections, wantedOf, former);
  return { roles, routers: await Promise.all(routers.map((router) => withFiles(router, cluster, keeping, routers))) };
}
