import { beforeEach, describe, expect, it } from 'vitest';
import { none, pairWithKeepalived, small, withShop } from './support/keepalived-pair.ts';
import type { SimulatedPair } from './support/simulated-pair.ts';

const removals = ({ routers }: Awaited<ReturnType<SimulatedPair['preview']>>) =>
  routers.map(({ changes }) =>
    changes.filter(({ kind, action }) => kind === 'address' && action === 'remove').map(({ key }) => key),
  );

describe('a change of keepalived.conf that drops an address', () => {
  let pair: SimulatedPair;
  beforeEach(async () => {
    pair = await pairWithKeepalived();
  });

  it('is the removal of that address, where it is, and it is not said to be left alone', async () => {
    const outcome = await pair.preview(small);
    expect(removals(outcome)).toEqual([['1.2.3.2'], []]);
    expect(outcome.routers.map(({ unmanaged }) => unmanaged.addresses)).toEqual([[], []]);
    const [removal] = outcome.routers[0]?.changes.filter(({ kind }) => kind === 'address') ?? [];
    expect(removal?.commands).toEqual([]);
  });

  it('is asked about', async () => {
    const ask = async (question: string) => {
      throw new Error(question);
    };
    await expect(pair.apply({ ...small, ask: { answered: false, ask } })).rejects.toThrow(/1 address would be removed/);
  });

  it('is that of all of them where keepalived stops', async () => {
    expect(removals(await pair.preview(none))).toEqual([['1.2.3.1', '1.2.3.2', '192.168.1.254'], []]);
  });

  it('is none where nothing is dropped, and where keepalived does not have it', async () => {
    expect(removals(await pair.preview(withShop))).toEqual([[], []]);
    pair.lvs1.kernel.execute('ip addr add 1.2.3.9/32 dev eth0 label eth0:9'.split(' '));
    const outcome = await pair.preview(withShop);
    expect(removals(outcome)).toEqual([[], []]);
    expect(outcome.routers[0]?.unmanaged.addresses).toEqual(['1.2.3.9']);
  });
});
