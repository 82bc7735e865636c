import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import type { RouterFile } from '../../src/model/state.ts';
import { installFiles } from '../../src/plan/files/install.ts';
import { showIfThere } from '../../src/router/files.ts';
import { showDecisions } from '../../src/router/monitor.ts';
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

/** `sha256sum`, `cat`, `rm -f`, also under `flock -n`, `ln -sfn`, and the scripts that install files, show them and show decisions. */
export function fileProgram(router: Router, argv: readonly string[], stdin: string): Execution {
  const [program, ...words] = argv;
  const { files } = router;
  const paths = words.filter((word) => !word.startsWith('-'));
  const path = paths.at(-1) ?? '';
  if (program === 'sha256sum') {
    const known = files.state();
    const lines = paths.flatMap((each) => (known.has(each) ? [`${known.get(each)?.digest}  ${each}\n`] : []));
    return { status: lines.length === paths.length ? 0 : 1, stdout: lines.join(''), stderr: '' };
  }
  if (program === 'cat' && path === '/proc/net/ip_vs') return printed(procTable(router.ipvs));
  if (program === 'cat') {
    const content = files.read(path);
    return content === undefined ? refused(1, `cat: ${path}: No such file or directory`) : printed(content);
  }
  if (program === 'sh' && words[1] === showDecisions) return decisions(files, path);
  if (program === 'sh' && words[1] === showIfThere) return shown(files, path);
  if (program === 'flock' && files.locked.has(words[1] ?? '')) return { ...succeeded, status: 1 };
  if (program === 'sh' && words[1] !== installFiles) return refused(127, 'sh: not simulated');
  return router.attempt(program === 'sh' ? ['install', ...words.slice(3)] : argv, () => {
    if (program === 'rm' || program === 'flock') files.remove(path);
    if (program === 'ln') files.write(path, files.read(resolve(dirname(path), words[1] ?? '')) ?? '');
    if (program === 'sh') return install(files, words.slice(3), Buffer.from(stdin));
    return succeeded;
  });
}

function shown(files: SimulatedFiles, path: string): Execution {
  if (files.unreadable.has(path)) return refused(1, `cat: ${path}: Input/output error`);
  const content = files.read(path);
  return content === undefined ? { ...succeeded, status: 3 } : printed(content);
}

function decisions(files: SimulatedFiles, path: string): Execution {
  const content = files.read(path);
  if (content === undefined) return { ...succeeded, status: 3 };
  return { ...printed(content), status: files.locked.has(path) ? 1 : 0 };
}

function install(files: SimulatedFiles, words: readonly string[], stdin: Buffer): Execution {
  const sizes = words.filter((_, index) => index % 2 === 1).map(Number);
  const end = sizes.reduce((sum, size) => sum + size, 0);
  if (stdin.subarray(end).toString() !== 'end\n') return refused(1, '');
  let at = 0;
  for (let index = 0; index < words.length; index += 2) {
    const size = Number(words[index + 1]);
    files.write(words[index] ?? '', stdin.subarray(at, at + size).toString());
    at += size;
  }
  return succeeded;
}
