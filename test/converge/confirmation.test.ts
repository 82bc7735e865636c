import { describe, expect, it } from 'vitest';
import type { Confirming } from '../../src/converge/confirming.ts';
import { stages } from '../../src/plan/change.ts';
import { invocations } from '../../src/plan/invocations.ts';
import { AwaitingConfirmation } from '../../src/router/runner.ts';
import { clusterOf, convergedPair, errorOf, figure, type SimulatedPair } from './support/simulated-pair.ts';
import { SimulatedRunner } from './support/simulated-runner.ts';

/** The figure with one more virtual server and other weights: something to add, to change and to remove. */
const changed = clusterOf(
  `${figure
    .replace('      - 192.168.1.3\n', '      - { address: 192.168.1.3, weight: 5 }\n      - 192.168.1.4\n')
    .replace('weight: 2', 'weight: 3')}  dns:\n    address: udp://1.2.3.2:53\n    real-servers: [192.168.1.2]\n`,
);

const view = { begin: () => {}, show: () => {}, say: () => {}, end: () => {} };
const confirm: Confirming = { seconds: 30, view };

function everythingOf({ routers }: SimulatedPair) {
  return routers.map((router) => ({ rules: router.rules(), held: router.held() }));
}

describe('the way back', () => {
  it('is shown by a preview, and leads from what a run makes to what was there', async () => {
    const pair = await convergedPair();
    const before = everythingOf(pair);
    const { wayBack } = await pair.preview({ cluster: changed, confirm });
    expect(wayBack?.seconds).toBe(30);
    await pair.apply({ cluster: changed });
    expect(everythingOf(pair)).not.toEqual(before);
    for (const { name, changes } of wayBack?.routers ?? []) {
      const kernel = pair.routers.find((router) => router.name === name)?.kernel;
      for (const stage of stages) {
        for (const { argv, input } of invocations(changes, stage)) kernel?.execute(argv, input ?? '');
      }
    }
    expect(everythingOf(pair)).toEqual(before);
  });

  it('is not there where nothing is to be confirmed', async () => {
    const pair = await convergedPair();
    expect((await pair.preview({ cluster: changed })).wayBack).toBeNull();
  });

  it('is refused where a router could not take part in it', async () => {
    const pair = await convergedPair();
    pair.lvs2.reachable = false;
    const error = await errorOf(pair.apply({ cluster: changed, confirm, tolerateUnreachable: true }));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toBe('lvs2 cannot be reached, and could not take part in the rollback; nothing was run');
  });

  it('is prepared before anything is run: where that fails, nothing is', async () => {
    const pair = await convergedPair();
    const before = everythingOf(pair);
    const error = await errorOf(pair.apply({ cluster: changed, confirm }));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toMatch(/^lvs1: the way back cannot be prepared: .*; nothing was run$/);
    expect(everythingOf(pair)).toEqual(before);
    expect(pair.log).toEqual([]);
    expect(pair.routers.map(({ lock }) => lock)).toEqual([null, null]);
  });

  it('needs no preparation where nothing is to be changed', async () => {
    const pair = await convergedPair();
    expect(await pair.apply({ confirm })).toMatchObject({ applied: true });
  });
});

it('a lock that cannot be had for a run is to be confirmed is told of as such', async () => {
  const pair = await convergedPair();
  const about = ['ann', 'desk', 'noon', 'lvs apply --confirm 60', '12:01', '60', 'lvs1 lvs2'];
  class Waiting extends SimulatedRunner {
    override async lock(): Promise<null> {
      throw new AwaitingConfirmation(about);
    }
  }
  const error = await errorOf(pair.apply({ connect: () => new Waiting(pair.lvs1) }));
  expect(error).toMatchObject({ code: 'pending', exitStatus: 4 });
  expect(error.message).toBe(
    'lvs1: a run waits to be confirmed until 12:01: ann, from desk, since noon: lvs apply --confirm 60; nothing was run',
  );
});
