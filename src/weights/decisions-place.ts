/** Where a router's monitor keeps its decisions. Only root can read it, and it is replaced as a whole. */
export const decisionsPlace = '/run/lvs/monitor.json';

/** On this a monitor holds an exclusive lock, flock(2), for as long as it lives. Only root can open it: flock needs no more. */
export const monitorLock = '/run/lvs/monitor.lock';

/** What follows for whoever reads them. */
export function unreadableDecisions(fault: string): string {
  return `${decisionsPlace} cannot be read, so no weight is changed: ${fault}`;
}

/** In bytes. A real server takes about 250: 40,000 of them take 10 MB. */
export const mostDecisions = 64 * 1024 * 1024;
