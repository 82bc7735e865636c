import { runOrFail } from './run-or-fail.ts';
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
