import { clusterOf } from '../config/config.ts';
import { type Mistake, messageOf, type Path } from '../config/mistake.ts';
import { monitoringKeys } from '../config/schema/monitoring.ts';
import type { Cluster } from '../model/cluster.ts';
import { keyOfRealServer } from '../model/identity.ts';
import { addressText, documentOf } from './document.ts';
import type { Imported, ImportedVirtualServer } from './imported.ts';
import { Warnings } from './warnings.ts';

/** What an import leads to: something that lvs.yaml takes, and what it does not. */
export interface Settled {
  readonly imported: Imported;
  readonly cluster: Cluster;
}

/**
 * Leaves out what lvs.yaml refuses, each with a warning that gives its reason: other programs accept what the kernel does not,
 * and what lvs does not. As little as possible goes: a setting before its virtual server.
 */
export function settle(imported: Imported): Settled {
  const warnings = new Warnings(imported.warnings);
  let rest = imported;
  for (let rounds = mostRounds; ; rounds -= 1) {
    const found = clusterOf(documentOf(rest));
    if ('cluster' in found) {
      return { imported: { ...rest, warnings: warnings.all }, cluster: found.cluster };
    }
    const before = rest;
    for (const mistake of nextOf(found.mistakes)) rest = without(rest, mistake, warnings);
    if (rest === before || rounds === 0) {
      const [first] = found.mistakes;
      throw new Error(`an import cannot be settled: ${first && messageOf(first, first.path.join('.'))}`);
    }
  }
}

/**
 * Those that are looked at together: the others may have been their doing, and are looked for again. Of real servers the last
 * ones come first, so that places stay what they are.
 */
function nextOf(mistakes: readonly Mistake[]): Mistake[] {
  const least = Math.min(...new Set(mistakes.map(({ path }) => weightOf(path))));
  const once = new Map(mistakes.map((mistake) => [mistake.path.slice(0, 4).join('\n'), mistake]));
  const next = [...once.values()].filter(({ path }) => weightOf(path) === least);
  return next.sort((a, b) => Number(b.path[3] ?? 0) - Number(a.path[3] ?? 0) || 0);
}

/** More rounds than there are kinds of parts, and parts of parts. */
const mostRounds = 200;

/** Settings go first, real servers next, virtual servers last. */
function weightOf(path: Path): number {
  if (path[0] !== 'virtual-servers') return 0;
  if (path[2] === 'real-servers') return 2;
  return isSetting(path[2]) ? 1 : 3;
}

type Setting = keyof typeof defaults | keyof typeof monitoringKeys;

/** Settings that a virtual server can be without, and what it then has. */
const defaults = {
  label: { label: null },
  netmask: { netmask: null },
  flags: { flags: [] },
  'persistence-engine': { persistenceEngine: null },
  'one-packet': { onePacket: false },
} as const satisfies Record<string, Partial<ImportedVirtualServer>>;

function isSetting(key: Path[number] | undefined): key is Setting {
  return typeof key === 'string' && (key in defaults || key in monitoringKeys);
}

function without(imported: Imported, mistake: Mistake, warnings: Warnings): Imported {
  const [section, name] = mistake.path;
  if (section === 'virtual-servers') return withoutPart(imported, mistake, warnings);
  const means = `left out: ${messageOf(mistake, '')}`;
  if (section === 'routers') {
    const router = imported.routers.find((candidate) => candidate.name === name);
    warnings.add(router?.place ?? null, `router ${name}`, means);
    return { ...imported, routers: imported.routers.filter((candidate) => candidate !== router) };
  }
  if (section === undefined || !(section in imported.sections)) return imported;
  warnings.add(null, String(section), means);
  const sections = Object.fromEntries(Object.entries(imported.sections).filter(([key]) => key !== section));
  return { ...imported, sections };
}

function withoutPart(imported: Imported, mistake: Mistake, warnings: Warnings): Imported {
  const [, name, key, index] = mistake.path;
  // Of two with one triplet the later one is at fault.
  const at = imported.virtualServers.findIndex((candidate) => candidate.name === name);
  const server = imported.virtualServers[at];
  if (server === undefined) return imported;
  const means = `left out: ${messageOf(mistake, '')}`;
  const replaced = (...by: ImportedVirtualServer[]) => ({
    ...imported,
    virtualServers: imported.virtualServers.toSpliced(at, 1, ...by),
  });
  if (key === 'real-servers' && typeof index === 'number') {
    const real = server.realServers[index];
    if (real === undefined) return imported;
    warnings.add(real.place ?? server.place, `${name}: real server ${keyOfRealServer(real)}`, means);
    return replaced({ ...server, realServers: server.realServers.toSpliced(index, 1) });
  }
  if (isSetting(key)) {
    warnings.add(server.place, `${name}: ${[key, index].filter((part) => part !== undefined).join('.')}`, means);
    return replaced(withoutSetting(server, key, index));
  }
  warnings.add(server.place, `virtual server ${name} (${addressText(server.id)})`, means);
  return replaced();
}

/** Without its kind nothing is left of a check. */
const kinds: readonly unknown[] = ['tcp', 'http', 'https', 'exec', 'dns'];

/** Of a check only the option that is at fault goes, where it is one. */
function withoutSetting(
  server: ImportedVirtualServer,
  key: Setting,
  part: Path[number] | undefined,
): ImportedVirtualServer {
  if (key in defaults) return { ...server, ...defaults[key as keyof typeof defaults] };
  const { [key as keyof ImportedVirtualServer['monitoring']]: value, ...others } = server.monitoring;
  if (typeof part !== 'string' || kinds.includes(part) || typeof value !== 'object' || !(part in value))
    return { ...server, monitoring: others };
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== part));
  return { ...server, monitoring: { ...server.monitoring, [key]: rest } };
}
