import { expect, inject, test } from 'vitest';
import { attachCluster } from '../../src/rehearsal/cluster/cluster-builder.ts';
import { switchToAndFro } from '../bench/failover/to-and-fro.ts';

/** `npm run bench -- to-and-fro` does fifty. */
const switches = 4;

test('failing over to and fro under load fails nothing, breaks nothing, and leaves nothing behind', async () => {
  const { traffic, left } = await switchToAndFro(attachCluster(inject('clusterPlan')), switches, () => {});
  expect({ failed: traffic.failed, broken: traffic.streams.broken, left }).toEqual({ failed: {}, broken: 0, left: {} });
  expect(traffic.answered).toBeGreaterThan(switches * 100);
});
