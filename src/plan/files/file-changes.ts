import type { RouterFile } from '../../model/state.ts';
import type { Change, Command } from '../change.ts';
import { differingLines } from './differing-lines.ts';

type Files = ReadonlyMap<string, RouterFile>;

export function sameFile(a: RouterFile, b: RouterFile): boolean {
  return a.digest === b.digest;
}

/** What writes, replaces and removes the files that are kept on a router. */
export function fileChanges(before: Files, after: Files): Change[] {
  const changes: Change[] = [];
  for (const [path, file] of after) {
    const present = before.get(path);
    if (present !== undefined && sameFile(present, file)) continue;
    changes.push(fileChange(path, present ?? null, file, put(path, file)));
  }
  for (const [path, file] of before) {
    if (!after.has(path)) changes.push(fileChange(path, file, null, inFiles(['rm', '-f', path])));
  }
  return changes;
}

function put(path: string, { content, link }: RouterFile): Command {
  if (link !== null) return inFiles(['ln', '-sfn', link, path]);
  return { ...inFiles(['install', '-D', '-m', '644', '/dev/stdin', path]), input: content ?? '' };
}

function inFiles(argv: readonly string[]): Command {
  return { stage: 'files', argv };
}

function fileChange(path: string, before: RouterFile | null, after: RouterFile | null, command: Command): Change {
  return {
    action: before === null ? 'add' : after === null ? 'remove' : 'change',
    kind: 'file',
    virtualServer: null,
    key: path,
    before: before && fieldsOf(before),
    after: after && fieldsOf(after),
    commands: [command],
    ...(before !== null && after !== null && { diff: differingLines(before.content ?? '', after.content ?? '') }),
  };
}

function fieldsOf({ digest, link }: RouterFile) {
  return { digest, ...(link !== null && { link }) };
}
