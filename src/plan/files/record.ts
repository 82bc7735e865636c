/**
 * The record beside an installed lvs.yaml: who installed it, from where, when and by which command; its digest; its revision, and
 * the digests of those that it replaced, the last one first. By it copies that disagree can be told apart. A line each; the
 * second one is for sha256sum(1), to which the others are comments.
 */
export interface InstalledRecord {
  /** The words about its installation, with the time in them. */
  readonly by: string;
  readonly digest: string;
  /** Counted from 1; 0: written before revisions were counted. */
  readonly revision: number;
  readonly replaced: readonly string[];
}

/** As many are remembered; who comes with an older one than these is not known to. */
const mostReplaced = 50;

export function renderRecord({ by, digest, revision, replaced }: InstalledRecord, path: string): string {
  return [
    `# ${by}`,
    `${digest}  ${path}`,
    `# revision ${revision}`,
    ...replaced.slice(0, mostReplaced).map((former) => `# replaced ${former}`),
    '',
  ].join('\n');
}

/** Null where it is none. */
export function parseRecord(text: string): InstalledRecord | null {
  const digest = /^([0-9a-f]{64}) /m.exec(text)?.[1];
  if (digest === undefined) return null;
  return {
    by: /^# (.*)$/m.exec(text)?.[1] ?? 'installed by an unknown user',
    digest,
    revision: Number(/^# revision (\d+)$/m.exec(text)?.[1] ?? 0),
    replaced: [...text.matchAll(/^# replaced ([0-9a-f]{64})$/gm)].map(([, former = '']) => former),
  };
}

/** The next one, upon all that are known. */
export function nextRecord(by: string, digest: string, known: readonly InstalledRecord[]): InstalledRecord {
  const newest = newestOf(known);
  const others = known.filter((record) => record !== newest).map((record) => record.digest);
  const replaced = new Set([...(newest === null ? [] : [newest.digest, ...newest.replaced]), ...others]);
  return { by, digest, revision: (newest?.revision ?? 0) + 1, replaced: [...replaced].slice(0, mostReplaced) };
}

export function newestOf(records: readonly InstalledRecord[]): InstalledRecord | null {
  return records.reduce<InstalledRecord | null>((newest, record) => {
    if (newest === null || record.revision > newest.revision) return record;
    return record.revision === newest.revision && timeOf(record) > timeOf(newest) ? record : newest;
  }, null);
}

/** Whether the second one was installed upon the first, perhaps with others in between. */
export function isBehind(record: InstalledRecord, other: InstalledRecord): boolean {
  if (record.digest === other.digest) return false;
  if (record.revision < other.revision && other.replaced.includes(record.digest)) return true;
  return record.revision === 0 && timeOf(record) < timeOf(other);
}

/** Whether each of them holds a change that the other one lacks. */
export function isApart(record: InstalledRecord, other: InstalledRecord): boolean {
  return record.digest !== other.digest && !isBehind(record, other) && !isBehind(other, record);
}

/** Milliseconds; not a number where it is not told. */
export function timeOf({ by }: InstalledRecord): number {
  return Date.parse(/\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(by)?.[0] ?? '');
}
