import { oneLine } from '../grammar/one-line.ts';
import type { Result, Runner } from './runner.ts';

/** More at a time would be a load. */
const mostProcesses = 64;

/** One command: its number, its status, and what it wrote on standard error, in one line. What it prints is not of interest. */
const one = oneLine`
set -f; number=$1; shift;
said=$("$@" 2>&1 >/dev/null </dev/null); status=$?;
set -- $said; printf '%s\\n' "$number $status $*"`;

/**
 * Runs commands that take their time side by side, where a session runs one after the other. Returns how each ended, in their
 * order, without what it printed; null where that is not known. Rejects with a SessionLost.
 * @param commands words without blanks, quotes and backslashes
 */
export async function runSideBySide(
  runner: Runner,
  commands: readonly (readonly string[])[],
): Promise<(Omit<Result, 'stdout'> | null)[]> {
  if (commands.length === 0) return [];
  const lines = commands.map((argv, number) => `${[number, ...argv].join(' ')}\n`).join('');
  const argv = ['xargs', '-P', String(mostProcesses), '-L', '1', 'sh', '-c', one, 'one'];
  const { stdout } = await runner.run(argv, lines);
  const ended = new Map(
    stdout.split('\n').map((line) => {
      const [number = '', status, ...said] = line.split(' ');
      return [number, { status: Number(status), stderr: said.join(' ') }];
    }),
  );
  return commands.map((_, number) => ended.get(String(number)) ?? null);
}
