import { describe, expect, it } from 'vitest';
import type { Message } from './inside.ts';
import { playAll } from './share.ts';

const round = (seed: number) => ({ type: 'round', result: { seed } }) as Message;

/** What is told of seeds, and what each world was to play. */
async function told(
  seeds: readonly number[],
  world: (left: readonly number[], tell: (message: Message) => void) => void,
) {
  const messages: string[] = [];
  const worlds: (readonly number[])[] = [];
  await playAll(
    seeds,
    async (left, tell) => {
      worlds.push(left);
      world(left, tell);
    },
    (message) => messages.push(`${message.type} ${message.type === 'round' ? message.result.seed : message.seed}`),
  );
  return { messages, worlds };
}

/** Plays until one breaks. */
const breakingAt =
  (breaks: (seed: number) => boolean, end: (seed: number, tell: (message: Message) => void) => void) =>
  (left: readonly number[], tell: (message: Message) => void) => {
    for (const seed of left) {
      tell({ type: 'begin', seed });
      if (breaks(seed)) {
        end(seed, tell);
        return;
      }
      tell(round(seed));
    }
  };

describe('seeds of a world that breaks', () => {
  it('are played in a new one, and the round that broke once more', async () => {
    let times = 0;
    const world = breakingAt(
      (seed) => seed === 2 && ++times === 1,
      (seed, tell) => tell({ type: 'broken', seed, message: 'x' }),
    );
    expect(await told([1, 2, 3], world)).toEqual({
      messages: ['round 1', 'again 2', 'round 2', 'round 3'],
      worlds: [
        [1, 2, 3],
        [2, 3],
      ],
    });
  });

  it('are played but for that which breaks each time, also if the world dies without a word', async () => {
    const dying = breakingAt(
      (seed) => seed === 2,
      () => {},
    );
    const { messages, worlds } = await told([1, 2, 3], dying);
    expect(messages).toEqual(['round 1', 'again 2', 'broken 2', 'round 3']);
    expect(worlds.at(-1)).toEqual([3]);
  });

  it('are named if no world can be built', async () => {
    const world = () => {
      throw new Error('Cannot create namespace file');
    };
    const { messages, worlds } = await told([1, 2], world);
    expect(messages).toEqual(['broken 1', 'broken 2']);
    expect(worlds).toHaveLength(3);
  });

  it('are played if a world ends after a round, which was violated', async () => {
    const world = ([seed = 0]: readonly number[], tell: (message: Message) => void) => tell(round(seed));
    expect((await told([1, 2], world)).messages).toEqual(['round 1', 'round 2']);
  });
});
