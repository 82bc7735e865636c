import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { RouterFile } from '../../src/model/state.ts';
import { installFiles } from '../../src/plan/files/install.ts';
import { showIfThere } from '../../src/router/files.ts';
import { showDecisions, shown as shownDecisions } from '../../src/router/monitor.ts';
import { type Execution, printed, refused, succeeded } from './execution.ts';
import { procTable } from './ipvsadm-output.ts';
import type { Router } from './router.ts';

/** A router's files, as far as lvs keeps any there. */
export class SimulatedFiles {
  readonly #contents = new Map<string, string>();
  /** Files on which some process holds an exclusive lock. */
  readonly locked = new Set<string>();
  /** Files that are there, and that nobody can read. */
  readonly unreadable = new Set<string>();

  read(path: string): string | undefined {
    return this.#contents.get(path);
  }

  write(path: string, content: string): void {
    this.#contents.set(path, content);
  }

  remove(path: string): void {
    this.#contents.delete(path);
  }

  state(): Map<string, RouterFile> {
    const entries = [...this.#contents].map(([path, content]) => [path, fileOf(content)] as const);
    return new Map(entries);
  }
}

function fileOf(content: string): RouterFile {
  return { digest: createHash('sha256').update(content).digest('hex'), content: null, link: null };
}

/** `sha256sum`, `cat`, `rm -f`, also under `flock -n`, and the scripts that install files, show them and show decisions. */
export function fileProgram(router: Router, argv: readonly string[], stdin: string): Execution {
  const [program, ...words] = argv;
  const { files } = router;
  const paths = words.filter((word) => !word.startsWith('-'));
  const path = paths.at(-1) ?? '';
  if (program === 'sha256sum') {
    const known = files.state();
    const lines = paths.flatMap((each) => (known.has(each) ? [`${known.get(each)?.digest}  ${each}\n`] : []));
    const missing = paths.filter((each) => !known.has(each));
    const stderr = missing.map((each) => `sha256sum: ${each}: No such file or directory\n`).join('');
    return { status: missing.length === 0 ? 0 : 1, stdout: lines.join(''), stderr };
  }
  if (program === 'cat' && path === '/proc/net/ip_vs') return printed(procTable(router.ipvs));
  if (program === 'cat') {
    const content = files.read(path);
    return content === undefined ? refused(1, `cat: ${path}: No such file or directory`) : printed(content);
  }
  if (program === 'sh' && words[1] === showDecisions) return decisions(files, words.slice(3));
  if (program === 'sh' && words[1] === showIfThere) return shown(files, path);
  if (program === 'flock' && files.locked.has(words[1] ?? '')) return { ...succeeded, status: 1 };
  if (program === 'sh' && words[1] !== installFiles) return refused(127, 'sh: not simulated');
  if (program === 'sh') return installEach(router, words.slice(3), Buffer.from(stdin));
  return router.attempt(argv, () => {
    if (program === 'rm' || program === 'flock') files.remove(path);
    return succeeded;
  });
}

function shown(files: SimulatedFiles, path: string): Execution {
  if (files.unreadable.has(path)) return refused(1, `cat: ${path}: Input/output error`);
  const content = files.read(path);
  return content === undefined ? { ...succeeded, status: 3 } : printed(content);
}

function decisions(files: SimulatedFiles, [path = '', lock = '']: readonly string[]): Execution {
  const content = files.read(path);
  const lives = files.locked.has(lock) ? 1 : 0;
  if (files.unreadable.has(path)) return refused(shownDecisions.fault + lives, `${path} is not a regular file of root`);
  if (content === undefined) return { ...succeeded, status: shownDecisions.nothing + lives };
  return { ...printed(content), status: shownDecisions.content + lives };
}

/** The files are written first, all of them at once, then links are made, and what goes is removed. */
function installEach(router: Router, words: readonly string[], stdin: Buffer): Execution {
  const entries = words.flatMap((path, index) =>
    index % 3 === 0 ? [{ path, kind: words[index + 1] ?? '', value: words[index + 2] ?? '' }] : [],
  );
  const written = entries.filter(({ kind }) => /^\d+$/.test(kind));
  const names = written.flatMap(({ path, value }) => [path, value]);
  const install = () => router.attempt(['install', ...names], () => write(router.files, written, stdin));
  const changes = [
    ...(written.length === 0 ? [] : [install]),
    ...entries.flatMap(({ path, kind, value }) => {
      if (kind === 'link')
        return [() => router.attempt(['ln', '-sfn', value, path], () => link(router.files, path, value))];
      return kind === 'gone' ? [() => router.attempt(['rm', '-f', path], () => gone(router.files, path))] : [];
    }),
  ];
  for (const change of changes) {
    const execution = change();
    if (execution.status !== 0) return execution;
  }
  return succeeded;
}

function write(files: SimulatedFiles, entries: readonly { path: string; value: string }[], stdin: Buffer): Execution {
  const end = entries.reduce((sum, { value }) => sum + Number(value), 0);
  if (stdin.subarray(end).toString() !== 'end\n') return refused(1, '');
  let at = 0;
  for (const { path, value } of entries) {
    files.write(path, stdin.subarray(at, at + Number(value)).toString());
    at += Number(value);
  }
  return succeeded;
}

function link(files: SimulatedFiles, path: string, target: string): Execution {
  files.write(path, files.read(resolve(dirname(path), target)) ?? '');
  return succeeded;
}

function gone(files: SimulatedFiles, path: string): Execution {
  files.remove(path);
  return succeeded;
}
