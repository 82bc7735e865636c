import type { Cluster } from '../model/cluster.ts';
import type { Desired } from '../plan/desired.ts';
import type { Wanted } from '../router/read.ts';
import { decisionsPlace } from '../weights/decisions-place.ts';
import type { Connections } from './connect.ts';
import { type Keeping, keptPaths, withFiles } from './kept-files.ts';
import { withoutDecisions } from './monitor.ts';
import { everyPart, type Survey, survey } from './survey.ts';

export interface FilesOptions {
  /** The files that are kept on the routers; null: those are no part of it. */
  readonly keeping: Keeping | null;
  readonly former?: Cluster | undefined;
  /** Virtual servers, by key: others are not looked at closely. */
  readonly named?: ReadonlySet<string> | undefined;
  /** Whether what the monitors decided is to go. */
  readonly resetsWeights?: boolean | undefined;
}

/** The survey, with the files that this is about. */
export async function surveyWithFiles(
  cluster: Cluster,
  connections: Connections,
  { keeping, former, named, resetsWeights = false }: FilesOptions,
): Promise<Survey> {
  const kept = keeping === null ? [] : keptPaths(cluster);
  const wantedOf = (desired: Desired) => ({
    ...everyPart(desired),
    rules: named === undefined ? ('whole' as const) : rulesAbout(named, desired),
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

/** Each costs a process on the router. */
const mostNamed = 10;

function rulesAbout(named: ReadonlySet<string>, { virtualServers: declared }: Desired): Wanted['rules'] {
  const found = [...named].flatMap((key) => declared.get(key)?.id ?? []);
  return found.length < named.size || named.size > mostNamed ? 'whole' : { named: found, declared };
}
