import type { Command } from '../change.ts';
import type { Invocation } from '../invocations.ts';

/**
 * Writes, links and removes files, whose contents come from one stream. All of them are written beside their places first and
 * synced, so that a disk that is full, or a stream that does not come to its last line, has changed nothing; then each gets its
 * place at once, and the directories are synced: what was renamed is durable only then. Of a new directory its parents are
 * synced, too. Arguments are path, mode and bytes, in turn; `link` and the target for a link; `gone` and `-` for what goes.
 *
 * A sync(1) that takes no arguments syncs everything. A file system that cannot sync a directory by itself is synced whole.
 */
export const installFiles = [
  'umask 022; made=',
  `within() { [ -d "\${1%/*}" ] || { made=yes; mkdir -p "\${1%/*}"; }; }`,
  `write() { case $2 in gone) ;; link) within "$1" && ln -sfn "$3" "$1.lvs-new";; *) within "$1" && head -c "$3" >"$1.lvs-new" && chmod "$2" "$1.lvs-new";; esac; }`,
  'place() { case $2 in gone) rm -f "$1";; *) mv -f "$1.lvs-new" "$1";; esac; }',
  'clean() { rm -f "$1.lvs-new"; }',
  'each() { step=$1; shift; while [ $# -gt 0 ]; do "$step" "$1" "$2" "$3" || return 1; shift 3; done; }',
  'contents() { left=$#; while [ $left -gt 0 ]; do path=$1 kind=$2 left=$((left - 3)); shift 3; case $kind in link|gone) ;; *) set -- "$@" "$path.lvs-new";; esac; done; [ $# -eq 0 ] || sync "$@"; }',
  `directories() { left=$#; while [ $left -gt 0 ]; do path=\${1%/*} left=$((left - 3)); shift 3; set -- "$@" "$path/"; while [ -n "$made$path" ] && [ -n "$path" ]; do path=\${path%/*}; [ -z "$made" ] || set -- "$@" "$path/"; done; done; sync "$@" 2>/dev/null || sync; }`,
  'each write "$@" && read -r last && [ "$last" = end ] && contents "$@" && each place "$@" && directories "$@" && exit',
  'each clean "$@"',
  'exit 1',
].join('; ');

/** A file with its content, a link with where it leads, or one that goes (null). */
export interface Installed {
  readonly path: string;
  readonly text?: string | null;
  /** As in chmod(1); of a file. */
  readonly mode?: string;
  readonly link?: string;
}

/** The process that writes these files. */
export function installation(files: readonly Installed[]): Invocation {
  return {
    argv: ['sh', '-c', installFiles, 'install', ...files.flatMap(wordsOf)],
    input: [...files.map(({ text }) => text ?? ''), 'end\n'].join(''),
  };
}

function wordsOf({ path, text, mode = '644', link }: Installed): string[] {
  if (link !== undefined) return [path, 'link', link];
  return text == null ? [path, 'gone', '-'] : [path, mode, String(bytesOf(text))];
}

/** One process for all files that a stage writes, links and removes; other commands follow. */
export function installations(commands: readonly Command[]): Invocation[] {
  const files: Installed[] = [];
  const others: Invocation[] = [];
  for (const command of commands) {
    const installed = installedBy(command);
    if (installed === null) others.push({ argv: command.argv, input: command.input ?? null });
    else if (installed !== 'directory') files.push(installed);
  }
  return [...(files.length === 0 ? [] : [installation(files)]), ...others];
}

/** What one of the commands of file-changes.ts makes; null: it is another command. */
function installedBy({ argv, input }: Command): Installed | 'directory' | null {
  const [program, ...words] = argv;
  const path = words.at(-1) ?? '';
  switch (program) {
    case 'install':
      return { path, text: input ?? '', mode: words[words.indexOf('-m') + 1] ?? '' };
    case 'ln':
      return { path, link: words.at(-2) ?? '' };
    case 'rm':
      return { path, text: null };
    case 'mkdir':
      return 'directory';
    default:
      return null;
  }
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
