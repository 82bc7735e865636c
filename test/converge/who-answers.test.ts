import { describe, expect, it } from 'vitest';
import type { Planned } from '../../src/converge/planned.ts';
import { wayBacks } from '../../src/converge/way-back.ts';
import { failoverRequest } from '../../src/failover/failover.ts';
import { convergedPair, figureCluster } from './support/simulated-pair.ts';

/** What each router would do by itself if a failover from lvs1 to lvs2 was not confirmed. */
async function stepsOfFailover() {
  const pair = await convergedPair();
  let planned: readonly Planned[] = [];
  await pair.apply({
    onStep: (step) => {
      if (step.type === 'verified') planned = step.planned;
    },
    request: (survey, connections) =>
      failoverRequest(figureCluster, survey, connections, { to: null, force: false, acceptDuplicate: false }),
  });
  const macs = planned.map(({ devices }) => [...devices.values()].flatMap(({ mac }) => mac ?? []));
  const steps = wayBacks(planned, null).map((way) =>
    way.steps.flatMap((step) => (step.verb === 'at' ? [] : [[step.verb, ...step.argv]])),
  );
  return { macs, steps };
}

describe('a failover that is not confirmed', () => {
  it('is rolled back by two routers that know each other by their MAC addresses', async () => {
    const { macs, steps } = await stepsOfFailover();
    const deciding = steps.map((each) => each.find((words) => words.includes('decide')) ?? []);
    expect(deciding.map(([verb, , , , , mode, answer]) => [verb, mode, answer])).toEqual([
      ['run', 'returner', macs[1]?.join('|')],
      ['guard', 'giver', macs[0]?.join('|')],
    ]);
    expect(macs[1]).toHaveLength(2);
    expect(deciding[0]).toEqual(
      expect.arrayContaining(['del addr del 1.2.3.1/32 dev eth0', 'ask -b -w 2 -s 1.2.3.11 -I eth0 1.2.3.1']),
    );
  });

  it('the old router looks last whether the other one has released them', async () => {
    const [old = []] = (await stepsOfFailover()).steps;
    expect(old.at(-1)).toContain('returner');
  });
});
