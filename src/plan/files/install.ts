import type { Command } from '../change.ts';
import type { Invocation } from '../invocations.ts';

/**
 * Writes files from one stream: all of them beside their places first, so that a disk that is full has changed nothing, then
 * each into its place at once. Arguments are path and bytes, in turn.
 */
export const installFiles = [
  'umask 022',
  `write() { [ -d "\${1%/*}" ] || mkdir -p "\${1%/*}" || return; head -c "$2" >"$1.lvs-new" && [ "$(wc -c <"$1.lvs-new")" -eq "$2" ]; }`,
  'place() { mv -f "$1.lvs-new" "$1"; }',
  'clean() { rm -f "$1.lvs-new"; }',
  'each() { step=$1; shift; while [ $# -gt 0 ]; do "$step" "$1" "$2" || return 1; shift 2; done; }',
  'each write "$@" && each place "$@" && exit',
  'each clean "$@"',
  'exit 1',
].join('; ');

/** One process for all files that a stage writes; links and removals follow. */
export function installations(commands: readonly Command[]): Invocation[] {
  const written = commands.filter(({ input }) => input !== undefined);
  const others = commands.filter(({ input }) => input === undefined);
  return [...install(written), ...others.map(({ argv }) => ({ argv, input: null }))];
}

function install(written: readonly Command[]): Invocation[] {
  if (written.length === 0) return [];
  const words = written.flatMap(({ argv, input = '' }) => [argv.at(-1) ?? '', String(bytesOf(input))]);
  return [
    {
      argv: ['sh', '-c', installFiles, 'install', ...words],
      input: written.map(({ input = '' }) => input).join(''),
    },
  ];
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
