import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/model/cluster.ts';
import { virtualServerScope } from '../../src/plan/server-scope.ts';
import { failover } from '../failover/support/failover.ts';
import { clusterOf, errorOf, SimulatedPair } from './support/simulated-pair.ts';

const routers = 'routers: { lvs1: { ssh: root@192.168.1.11 }, lvs2: { ssh: root@192.168.1.12 } }';
const before = clusterOf(`${routers}
public: { device: eth0 }
virtual-servers:
  fw: { address: "fwmark:7", floating: [1.2.3.5], real-servers: [] }
`);

function serverOf({ virtualServers: [server] }: Cluster) {
  if (server === undefined) throw new Error('there is no virtual server');
  return server;
}

/** Converges as an edit of the only virtual server does. */
function edit(pair: SimulatedPair, former: Cluster, cluster: Cluster) {
  const servers = [former, cluster].filter(({ virtualServers }) => virtualServers.length > 0).map(serverOf);
  const scope = virtualServerScope(cluster, servers);
  return pair.apply({ cluster, former, request: () => ({ scope, prune: false }) });
}

/** The second router is active. */
async function pairBefore() {
  const pair = new SimulatedPair();
  pair.lvs2.kernel.execute('ip addr add 1.2.3.5/32 dev eth0 label eth0:1'.split(' '));
  await pair.apply({ cluster: before });
  pair.forget();
  return pair;
}

const withAddress = (address: string): Cluster => ({
  ...before,
  virtualServers: [{ ...serverOf(before), floating: [address] }],
});

describe('an edit of the only address', () => {
  it('leaves the active role where it is', async () => {
    const pair = await pairBefore();
    const { routers } = await edit(pair, before, withAddress('1.2.3.6'));
    expect(routers.map(({ role }) => role)).toEqual(['backup', 'active']);
    expect(pair.routers.map((router) => router.held())).toEqual([[], ['1.2.3.6/32 eth0']]);
  });

  it('as well where that is withdrawn', async () => {
    const pair = await pairBefore();
    const { routers } = await edit(pair, before, { ...before, virtualServers: [] });
    expect(routers.map(({ role }) => role)).toEqual(['backup', 'active']);
    expect(pair.lvs2.held()).toEqual([]);
  });
});

describe('while both routers hold the address', () => {
  async function pairInConflict() {
    const pair = await pairBefore();
    pair.lvs1.kernel.execute('ip addr add 1.2.3.5/32 dev eth0 label eth0:1'.split(' '));
    pair.forget();
    return pair;
  }
  const disabled = { ...before, virtualServers: [{ ...serverOf(before), enabled: false }] };

  it.each([
    ['removed', { ...before, virtualServers: [] }],
    ['disabled', disabled],
    ['given another', withAddress('1.2.3.6')],
  ])('its virtual server is not %s', async (_, cluster) => {
    const pair = await pairInConflict();
    expect(await errorOf(edit(pair, before, cluster))).toMatchObject({
      code: 'role-conflict',
      exitStatus: 4,
      message: expect.stringContaining('1.2.3.5 cannot be withdrawn; nothing was run'),
      hint: expect.stringContaining('"lvs failover --to lvs1"'),
    });
    expect(pair.log).toEqual([]);
  });

  it('its virtual server can be changed in other ways', async () => {
    const pair = await pairInConflict();
    await edit(pair, before, { ...before, virtualServers: [{ ...serverOf(before), scheduler: 'rr' }] });
    expect(pair.lvs1.rules()).toEqual(['-A -f 7 -s rr']);
  });

  it('the rules of a disabled one stay as long as its address', async () => {
    const pair = await pairInConflict();
    const { routers } = await pair.apply({ cluster: disabled });
    expect(routers.map(({ role }) => role)).toEqual(['conflict', 'conflict']);
    expect(pair.log).toEqual([]);
    await failover(pair, { to: 'lvs1', cluster: disabled });
    expect(pair.routers.map((router) => router.held())).toEqual([[], []]);
    await pair.apply({ cluster: disabled });
    expect(pair.routers.map((router) => router.rules())).toEqual([[], []]);
  });
});
