import type { RouterFile } from '../../model/state.ts';
import { decisionsPlace, monitorLock } from '../../weights/decisions-place.ts';
import type { Change, Command } from '../change.ts';
import { electionPlaces } from '../election/places.ts';
import { bootPlaces } from './boot-files.ts';
import { differingLines } from './differing-lines.ts';

type Files = ReadonlyMap<string, RouterFile>;

export function sameFile(a: RouterFile, b: RouterFile): boolean {
  return a.digest === b.digest && a.running === b.running;
}

/** What else a change of a file brings with it. */
export type Consequences = (path: string, before: RouterFile | undefined, after: RouterFile | undefined) => Command[];

/** What writes, replaces and removes the files that are kept on a router. */
export function fileChanges(before: Files, after: Files, consequences: Consequences = () => []): Change[] {
  const changes: Change[] = [];
  for (const [path, file] of after) {
    const present = before.get(path);
    if (present !== undefined && sameFile(present, file)) continue;
    // What keepalived watches is written by whoever knows when: see the consequences.
    const written = present?.digest === file.digest || path === electionPlaces.hold ? [] : put(path, file);
    changes.push(fileChange(path, present ?? null, file, [...written, ...consequences(path, present, file)]));
  }
  for (const [path, file] of before) {
    if (after.has(path)) continue;
    const commands = [...consequences(path, file, undefined), removal(path)];
    changes.push(fileChange(path, file, null, commands));
  }
  return changes;
}

/** See install.ts for how they are carried out. */
function put(path: string, { content, link }: RouterFile): Command[] {
  if (link !== null) {
    const directory = path.slice(0, path.lastIndexOf('/'));
    return [inFiles(['mkdir', '-p', directory]), inFiles(['ln', '-sfn', link, path])];
  }
  const mode = path === bootPlaces.script ? '755' : '644';
  return [{ ...inFiles(['install', '-D', '-m', mode, '/dev/stdin', path]), input: content ?? '' }];
}

/** A monitor that has begun to live meanwhile holds the lock, and keeps its file. */
function removal(path: string): Command {
  if (path !== decisionsPlace) return inFiles(['rm', '-f', path]);
  return { stage: 'forget', argv: ['flock', '-n', monitorLock, 'rm', '-f', path] };
}

function inFiles(argv: readonly string[]): Command {
  return { stage: 'files', argv };
}

function fileChange(
  path: string,
  before: RouterFile | null,
  after: RouterFile | null,
  commands: readonly Command[],
): Change {
  return {
    action: before === null ? 'add' : after === null ? 'remove' : 'change',
    kind: 'file',
    virtualServer: null,
    key: path,
    before: before && fieldsOf(before),
    after: after && fieldsOf(after),
    commands,
    ...(before !== null &&
      after !== null &&
      before.digest !== after.digest && { diff: differingLines(before.content ?? '', after.content ?? '') }),
  };
}

function fieldsOf({ digest, link, running }: RouterFile) {
  return { digest, ...(link !== null && { link }), ...(running !== undefined && { running }) };
}
