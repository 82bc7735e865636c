import { expect, it } from 'vitest';
import { returnPathNotes } from '../../src/model/return-path.ts';
import { clusterOf, errorOf, figure, figureCluster, SimulatedPair } from '../converge/support/simulated-pair.ts';
import { failover } from './support/failover.ts';

const bare = figure.replace(', nat-router: 192.168.1.254/32, label: "eth1:1"', '');
const lacking = clusterOf(bare);

it('is noted where a pair under masq declares no NAT router address, and only there', () => {
  expect(returnPathNotes(lacking)).toEqual([expect.stringContaining('no NAT router address of IPv4 is declared')]);
  const direct = bare.replace('scheduler: wrr', 'scheduler: wrr\n    forward: direct');
  const single = bare.replace(/^ {2}lvs2:.*\n/m, '');
  const within = bare.replace('scheduler: wrr', 'scheduler: wrr\n    device: eth1');
  for (const text of [figure, direct, single, within]) expect(returnPathNotes(clusterOf(text))).toEqual([]);
  expect(returnPathNotes(figureCluster)).toEqual([]);
});

it('is noted by apply, and a failover is refused that would lose it', async () => {
  const pair = new SimulatedPair();
  const { routers } = await pair.apply({ cluster: lacking });
  expect(routers[0]?.notes).toEqual(returnPathNotes(lacking));
  pair.forget();
  const error = await errorOf(failover(pair, { cluster: lacking }));
  expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
  expect(error.message).toContain('default gateway of the real server 192.168.1.2');
  expect(pair.log).toEqual([]);
  const forced = await failover(pair, { force: true, cluster: lacking });
  expect(forced.routers[1]?.notes).toContain(returnPathNotes(lacking)[0]);
  expect(pair.lvs2.held()).toEqual(['1.2.3.1/32 eth0']);
});
