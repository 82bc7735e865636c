import type { Cluster } from '../model/cluster.ts';
import type { Desired } from '../plan/desired.ts';
import type { Wanted } from '../router/read.ts';
import { decisionsPlace } from '../weights/decisions-place.ts';
import type { Connections } from './connect.ts';
import { digestOf } from './digests.ts';
import { installedConfig, newerThan } from './installed-copies.ts';
import { installedNote, type Keeping, keptPaths, readCopies, recordOf, withFiles } from './kept-files.ts';
import { withoutDecisions } from './monitor.ts';
import type { SourceFile } from './source-file.ts';
import { everyPart, type Survey, type Surveyed, survey } from './survey.ts';

export interface FilesOptions {
  /** The files that are kept on the routers; null: those are no part of it. */
  readonly keeping: Keeping | null;
  /** A configuration that is not installed, but must not be older than what is; null: it may be. */
  readonly compared?: SourceFile | null;
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
  { keeping, compared = null, former, named, resetsWeights = false }: FilesOptions,
): Promise<Survey> {
  const kept = keeping !== null ? keptPaths(cluster) : compared !== null ? [installedNote, installedConfig] : [];
  const wantedOf = (desired: Desired) => ({
    ...everyPart(desired),
    rules: named === undefined ? ('whole' as const) : rulesAbout(named, desired),
    files: resetsWeights ? [...kept, decisionsPlace] : kept,
    ...(resetsWeights && { monitor: true }),
  });
  const { routers, roles } = await survey(cluster, connections, wantedOf, former);
  const whole =
    keeping !== null
      ? await withAllFiles(routers, { cluster, former: former ?? cluster }, keeping)
      : compared !== null
        ? await withNewer(routers, compared)
        : routers;
  return { roles, routers: resetsWeights ? whole.map(withoutDecisions) : whole };
}

async function withAllFiles(
  routers: readonly Surveyed[],
  clusters: { readonly cluster: Cluster; readonly former: Cluster },
  keeping: Keeping,
): Promise<Surveyed[]> {
  const copies = await readCopies(routers, keeping.file);
  const digests = { digest: digestOf(keeping.text), before: keeping.before === null ? null : digestOf(keeping.before) };
  const newer = newerThan({ file: keeping.file, ...digests }, copies);
  const installed = { keeping, record: recordOf(copies, keeping), copies };
  const whole = await Promise.all(routers.map((router) => withFiles(router, clusters, installed, routers)));
  return whole.map((router, index) => (index === 0 ? { ...router, newer } : router));
}

/** No file is replaced, so that an older one has no purpose here: addresses that it does not know would stay behind. */
async function withNewer(routers: readonly Surveyed[], { file, text }: SourceFile): Promise<readonly Surveyed[]> {
  const newer = newerThan({ file, digest: digestOf(text), before: null }, await readCopies(routers, file));
  if (newer === null) return routers;
  return routers.map((router, index) => (index === 0 ? { ...router, newer: { ...newer, refused: true } } : router));
}

/** Each costs a process on the router. */
const mostNamed = 10;

function rulesAbout(named: ReadonlySet<string>, { virtualServers: declared }: Desired): Wanted['rules'] {
  const found = [...named].flatMap((key) => declared.get(key)?.id ?? []);
  return found.length < named.size || named.size > mostNamed ? 'whole' : { named: found, declared };
}
