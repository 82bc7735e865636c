import type { Command } from '../change.ts';
import type { Invocation } from '../invocations.ts';

/**
 * Writes files from one stream: all of them beside their places first, so that a disk that is full, or a stream that does not
 * come to its last line, has changed nothing; then each into its place at once. Arguments are path and bytes, in turn.
 */
export const installFiles = [
  'umask 022',
  `write() { [ -d "\${1%/*}" ] || mkdir -p "\${1%/*}" || return; head -c "$2" >"$1.lvs-new"; }`,
  'place() { mv -f "$1.lvs-new" "$1"; }',
  'clean() { rm -f "$1.lvs-new"; }',
  'each() { step=$1; shift; while [ $# -gt 0 ]; do "$step" "$1" "$2" || return 1; shift 2; done; }',
  'each write "$@" && read -r last && [ "$last" = end ] && each place "$@" && exit',
  'each clean "$@"',
  'exit 1',
].join('; ');

/** The process that writes these files. */
export function installation(files: readonly { readonly path: string; readonly text: string }[]): Invocation {
  const words = files.flatMap(({ path, text }) => [path, String(bytesOf(text))]);
  return {
    argv: ['sh', '-c', installFiles, 'install', ...words],
    input: [...files.map(({ text }) => text), 'end\n'].join(''),
  };
}

/** One process for all files that a stage writes; links and removals follow. */
export function installations(commands: readonly Command[]): Invocation[] {
  const written = commands.filter(({ input }) => input !== undefined);
  const others = commands.filter(({ input }) => input === undefined);
  const files = written.map(({ argv, input = '' }) => ({ path: argv.at(-1) ?? '', text: input }));
  return [...(files.length === 0 ? [] : [installation(files)]), ...others.map(({ argv }) => ({ argv, input: null }))];
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
