import { orLost } from './lost.ts';
import { runOrFail, successful } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** SHA-256 of files, by path; those that are not there are left out. */
export async function readDigests(runner: Runner, paths: readonly string[]): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  // Ends with 1 where one is missing, and says so.
  const { stdout } = await runner.run(['sha256sum', '--', ...paths]);
  const lines = stdout.split('\n').map((line) => /^([0-9a-f]{64})[ *]{2}(.+)$/.exec(line));
  return new Map(lines.flatMap((match) => (match?.[1] && match[2] ? [[match[2], match[1]] as const] : [])));
}

/** What stands in a file. Throws `read-failed`. */
export function readContent(runner: Runner, router: string, path: string): Promise<string> {
  return runOrFail(runner, router, ['cat', '--', path]);
}

/** Prints what stands in a file; status 3 says that there is none. A link that leads nowhere cannot be read. */
export const showIfThere = '[ -e "$1" ] || [ -L "$1" ] || exit 3; cat -- "$1"';

/** The same; null: there is none. Throws `read-failed` where it is there and cannot be read. */
export async function readIfThere(runner: Runner, router: string, path: string): Promise<string | null> {
  const result = await orLost(router, 'read-failed', runner.run(['sh', '-c', showIfThere, 'show', path]));
  return result.status === 3 ? null : successful(result, router, ['cat', path]);
}
