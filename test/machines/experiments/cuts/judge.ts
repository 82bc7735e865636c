import { createHash } from 'node:crypto';
import type { Changing, Sign } from './commands.ts';

export const folders = ['/etc/lvs', '/etc/keepalived'];
const yaml = '/etc/lvs/lvs.yaml';
const note = '/etc/lvs/lvs.yaml.installed';
const rules = '/etc/lvs/boot.rules';
const conf = '/etc/keepalived/keepalived.conf';

/** What the files of a router say of a change. */
export interface Kept {
  /** Files that are missing, empty or torn. */
  readonly broken: readonly string[];
  /** Temporary files that are still there. */
  readonly left: readonly string[];
  /** Per file in which the change shows: the new one or the old. */
  readonly versions: ReadonlyMap<string, 'new' | 'old'>;
}

/** @param before the files as they were before the command, of the same router */
export function judge(change: Changing, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Kept {
  const broken = [...before.keys()]
    .filter((path) => !isTemporary(path))
    .flatMap((path) => {
      const text = after.get(path);
      if (text === undefined) return [`${path} is missing`];
      if (text === '' && before.get(path) !== '') return [`${path} is empty`];
      return text === before.get(path) ? [] : tornIn(path, text);
    });
  const left = [...after.keys()].filter((path) => isTemporary(path) && !before.has(path));
  const signs: [string, Sign | null][] = [
    [yaml, change.yaml],
    [rules, change.rules],
    [conf, change.engine === 'keepalived' ? change.conf : null],
  ];
  const versions = new Map(
    signs.flatMap(([path, sign]) => {
      const text = after.get(path);
      return sign === null || text === undefined ? [] : [[path, sign(text) ? 'new' : 'old'] as const];
    }),
  );
  return { broken, left, versions };
}

/** A file that was changed: whether it is whole. */
function tornIn(path: string, text: string): string[] {
  if (!text.endsWith('\n')) return [`${path} is cut off`];
  if (text.includes('\0')) return [`${path} has holes`];
  if (
    path === rules &&
    !text
      .split('\n')
      .slice(0, -1)
      .every((line) => /^-[Aa] \S.*$/.test(line))
  )
    return [`${path} has lines that are none of ipvsadm`];
  const digest = /[0-9a-f]{64}/.exec(text.split('\n')[0] ?? '')?.[0];
  const rest = text.slice(text.indexOf('\n') + 1);
  return path === conf && digest !== undefined && sha256(rest) !== digest
    ? [`${path} is not what its digest says`]
    : [];
}

/** Whether the record beside lvs.yaml is of this lvs.yaml. */
export function isRecorded(files: ReadonlyMap<string, string>): boolean {
  return (files.get(note) ?? '').includes(sha256(files.get(yaml) ?? ''));
}

export function isSame(kept: Kept, version: 'new' | 'old'): boolean {
  return [...kept.versions.values()].every((each) => each === version);
}

function isTemporary(path: string): boolean {
  return /(\.new|\.lvs-new|\.tmp|~)$/.test(path) || /\/\.[^/]*$/.test(path);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
