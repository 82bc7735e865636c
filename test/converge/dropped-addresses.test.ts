import { beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/converge/converge.ts';
import { electionPlaces } from '../../src/plan/election/places.ts';
import { clusterOf, figure, SimulatedPair } from './support/simulated-pair.ts';

const small = figure.replace('public:', 'failover: { engine: keepalived }\npublic:');
const withShop = `${small}  shop:
    address: tcp://1.2.3.2:80
    scheduler: wrr
    real-servers: [192.168.1.4]
`;
const none = small.slice(0, small.indexOf('private:'));

const by = 'installed by ann, from desk, now: lvs apply';
const run = (text: string): Partial<Run> => ({
  cluster: clusterOf(text),
  keeping: { file: 'lvs.yaml', before: text, text, by, overwrite: false },
});

/** With both virtual servers, and the addresses where keepalived put them. */
async function pairWithKeepalived(): Promise<SimulatedPair> {
  const pair = new SimulatedPair();
  const { routers } = await pair.preview(run(withShop));
  for (const { kernel, name } of pair.routers) {
    const plan = routers.find((router) => router.name === name);
    kernel.files.write(electionPlaces.config, plan?.target.files.get(electionPlaces.config)?.content ?? '');
  }
  for (const words of ['1.2.3.1/32 dev eth0 label eth0:1', '1.2.3.2/32 dev eth0 label eth0:2']) {
    pair.lvs1.kernel.execute(`ip addr add ${words}`.split(' '));
  }
  pair.lvs1.kernel.execute('ip addr add 192.168.1.254/32 dev eth1 label eth1:1'.split(' '));
  return pair;
}

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
    const outcome = await pair.preview(run(small));
    expect(removals(outcome)).toEqual([['1.2.3.2'], []]);
    expect(outcome.routers.map(({ unmanaged }) => unmanaged.addresses)).toEqual([[], []]);
    const [removal] = outcome.routers[0]?.changes.filter(({ kind }) => kind === 'address') ?? [];
    expect(removal?.commands).toEqual([]);
  });

  it('is asked about', async () => {
    const ask = async (question: string) => {
      throw new Error(question);
    };
    await expect(pair.apply({ ...run(small), ask: { answered: false, ask } })).rejects.toThrow(
      /1 address would be removed/,
    );
  });

  it('is that of all of them where keepalived stops', async () => {
    expect(removals(await pair.preview(run(none)))).toEqual([['1.2.3.1', '1.2.3.2', '192.168.1.254'], []]);
  });

  it('is none where nothing is dropped, and where keepalived does not have it', async () => {
    expect(removals(await pair.preview(run(withShop)))).toEqual([[], []]);
    pair.lvs1.kernel.execute('ip addr add 1.2.3.9/32 dev eth0 label eth0:9'.split(' '));
    const outcome = await pair.preview(run(withShop));
    expect(removals(outcome)).toEqual([[], []]);
    expect(outcome.routers[0]?.unmanaged.addresses).toEqual(['1.2.3.9']);
  });
});
