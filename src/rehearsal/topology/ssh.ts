import { parseSshDestination } from '../../config/words/ssh-destination.ts';

/** The parts of an ssh destination as lvs.yaml has it; without a user it is root. */
export function sshOf(destination: string): { user: string; host: string; port: number } {
  const parsed = parseSshDestination(destination);
  if (!('value' in parsed)) throw new TypeError(`"${destination}" is not an ssh destination`);
  const user = /^(?:ssh:\/\/)?([^@]+)@/.exec(destination)?.[1] ?? 'root';
  return { user, ...parsed.value };
}
