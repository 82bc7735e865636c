/**
 * How long to wait until the next reading begins, in milliseconds: the intervals count from beginning to beginning, but a router
 * on which a reading takes long gets half of that to rest.
 * @param interval seconds
 * @param took milliseconds
 */
export function restOf(interval: number, took: number): number {
  return Math.max(interval * 1000 - took, took / 2);
}
