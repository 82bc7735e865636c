import type { Message } from './inside.ts';

/** How often in a row no world can be built before that is given up. */
const mostBuilds = 3;

/**
 * Plays seeds one after the other. A world that broke, or died, takes no seed with it: it is removed whole, and what is left is played in a
 * new one; a round that broke is played once more there.
 * @param playIn plays seeds in a new world, as many as it can, until nothing of it is left
 * @returns when each seed was told of
 */
export async function playAll(
  seeds: readonly number[],
  playIn: (seeds: readonly number[], told: (message: Message) => void) => Promise<void>,
  told: (message: Message) => void,
  signal?: AbortSignal,
): Promise<void> {
  let left = [...seeds];
  let builds = 0;
  const again = new Set<number>();
  while (left.length > 0 && signal?.aborted !== true) {
    const before = left.length;
    const { begun, failure } = await played(left, playIn, (message) => {
      left = left.filter((seed) => seed !== message.result.seed);
      told(message);
    });
    const message = failure ?? 'the world ended without a word';
    if (left.length < before) builds = 0;
    if (begun !== null && again.has(begun)) {
      left = left.filter((seed) => seed !== begun);
      told({ type: 'broken', seed: begun, message });
    } else if (begun !== null) {
      again.add(begun);
      told({ type: 'again', seed: begun, message });
    } else if (left.length === before && ++builds === mostBuilds) {
      for (const seed of left) told({ type: 'broken', seed, message });
      return;
    }
  }
}

/** The seed that was not played to its end, and why. */
async function played(
  seeds: readonly number[],
  playIn: (seeds: readonly number[], told: (message: Message) => void) => Promise<void>,
  ended: (message: Message & { type: 'round' }) => void,
): Promise<{ readonly begun: number | null; readonly failure: string | null }> {
  let begun: number | null = null;
  let failure: string | null = null;
  const told = (message: Message) => {
    if (message.type === 'begin') begun = message.seed;
    if (message.type === 'broken') failure = message.message;
    if (message.type !== 'round') return;
    begun = null;
    ended(message);
  };
  await playIn(seeds, told).catch((error: unknown) => {
    failure ??= error instanceof Error ? error.message : String(error);
  });
  return { begun, failure };
}
