/**
 * Seconds in which keepalived has elected somebody: a backup takes over when it has heard nothing for three intervals between
 * advertisements, and then, by its priority, for up to one more; when a master gives up, it waits for that one only.
 */
export function longestElection(advertInterval: number): number {
  return 4 * advertInterval;
}
