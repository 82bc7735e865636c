import { createHash } from 'node:crypto';
import { incomplete } from '../grammar/lines.ts';
import { LvsError } from '../model/errors.ts';
import { orLost } from './lost.ts';
import { runOrFail, successful } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** SHA-256 of files, by path; those that are not there are left out. */
export async function readDigests(runner: Runner, paths: readonly string[]): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map();
  const { stdout, stderr } = await runner.run(['sha256sum', '--', ...paths]);
  const lines = stdout.split('\n').map((line) => /^([0-9a-f]{64})[ *]{2}(.+)$/.exec(line));
  const digests = new Map(lines.flatMap((match) => (match?.[1] && match[2] ? [[match[2], match[1]] as const] : [])));
  // It says of each file that is missing that it is: what it says nothing of was not looked at.
  const complaints = stderr.split('\n');
  const about = (path: string) => complaints.filter((line) => line.includes(`${path}:`) || line.includes(`'${path}'`));
  const isMissing = (path: string) => about(path).some((line) => /no such file|not a directory/i.test(line));
  const unanswered = paths.find((path) => !digests.has(path) && !isMissing(path));
  if (unanswered === undefined) return digests;
  const said = about(unanswered)[0];
  if (said === undefined) throw incomplete('sha256sum', `nothing about ${unanswered}`);
  throw new LvsError('read-failed', said.trim(), { hint: 'see who may read that file there' });
}

/** What stands in a file whose digest is known. Throws `read-failed`, also if it is not what the digest was made of. */
export async function readContent(runner: Runner, router: string, path: string, digest: string): Promise<string> {
  const content = await runOrFail(runner, router, ['cat', '--', path]);
  if (createHash('sha256').update(content).digest('hex') === digest) return content;
  throw new LvsError('read-failed', `${router}: cat ${path}: the answer was cut off, or the file has just changed`, {
    details: [{ router, message: `${path} is not what sha256sum has read` }],
    hint: 'run the command again',
  });
}

/** Prints what stands in a file; status 3 says that there is none. A link that leads nowhere cannot be read. */
export const showIfThere = '[ -e "$1" ] || [ -L "$1" ] || exit 3; cat -- "$1"';

/** The same; null: there is none. Throws `read-failed` where it is there and cannot be read. */
export async function readIfThere(runner: Runner, router: string, path: string): Promise<string | null> {
  const result = await orLost(router, 'read-failed', runner.run(['sh', '-c', showIfThere, 'show', path]));
  return result.status === 3 ? null : successful(result, router, ['cat', path]);
}
