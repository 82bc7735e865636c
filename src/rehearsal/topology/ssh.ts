import { parseSshDestination } from '../../config/words/ssh-destination.ts';

interface Destination {
  readonly user: string;
  readonly host: string;
  readonly port: number;
}

/** The parts of a router's ssh destinations as lvs.yaml has them; without a user it is root. */
export function sshOf(destinations: readonly string[]): Destination[] {
  return destinations.map((destination) => {
    const parsed = parseSshDestination(destination);
    if (!('value' in parsed)) throw new TypeError(`"${destination}" is not an ssh destination`);
    const user = /^(?:ssh:\/\/)?([^@]+)@/.exec(destination)?.[1] ?? 'root';
    return { user, ...parsed.value };
  });
}
