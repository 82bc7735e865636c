import type { Cluster } from './cluster.ts';
import { returnPathNotes } from './return-path.ts';

/** What is worth knowing of a cluster as it is declared, and no mistake: the kernel takes all of it. */
export function notesOn(cluster: Cluster): string[] {
  return [...returnPathNotes(cluster), ...lostAnswers(cluster)];
}

function lostAnswers({ virtualServers }: Cluster): string[] {
  return virtualServers
    .filter(({ onePacket, realServers }) => onePacket && realServers.some(({ forward }) => forward === 'masq'))
    .map(
      ({ name }) =>
        `${name}: one-packet with masq loses the answers to UDP, which come with the real server's address; use forward: direct or tunnel, or no one-packet`,
    );
}
