import { describe, expect, it } from 'vitest';
import { virtualServerScope } from '../../src/plan/server-scope.ts';
import { failover } from '../failover/support/failover.ts';
import { pairWithKeepalived, small } from './support/keepalived-pair.ts';
import { clusterOf, convergedPair, errorOf, figure, figureCluster, SimulatedPair } from './support/simulated-pair.ts';

/** A virtual server at lvs1's own address. */
const onOwn = clusterOf(figure.replace('tcp://1.2.3.1:80', 'tcp://1.2.3.11:80'));
const without = { ...onOwn, virtualServers: [] };

const addressCommands = ({ log }: SimulatedPair) => log.filter((line) => line.includes('ip addr'));

/** Converges as "lvs vip remove web" does. */
function remove(pair: SimulatedPair, former = onOwn) {
  const cluster = { ...former, virtualServers: [] };
  const scope = virtualServerScope(cluster, former.virtualServers);
  return pair.apply({ cluster, former, request: () => ({ scope, prune: false }) });
}

const stays = (address: string) =>
  `${address} on eth0 stays as it is: it is the router's own, or a route depends on it`;

describe("the router's own address", () => {
  it('is left by the removal of a virtual server there, which says so', async () => {
    const pair = new SimulatedPair();
    await pair.apply({ cluster: onOwn });
    pair.forget();
    const outcome = await remove(pair);
    expect(addressCommands(pair)).toEqual([]);
    expect(pair.lvs1.rules()).toEqual([]);
    expect(outcome.routers[0]?.notes).toContain(stays('1.2.3.11/24'));
    expect(pair.lvs1.kernel.state().addresses).toContainEqual(
      expect.objectContaining({ address: '1.2.3.11', prefix: 24 }),
    );
  });

  it('is not replaced by an alias when a virtual server is declared there, nor when that is disabled', async () => {
    const pair = new SimulatedPair();
    await pair.apply({ cluster: onOwn });
    await pair.apply({
      cluster: { ...onOwn, virtualServers: onOwn.virtualServers.map((s) => ({ ...s, enabled: false })) },
    });
    await pair.apply({ cluster: without, prune: true });
    expect(addressCommands(pair).filter((line) => line.includes('1.2.3.11'))).toEqual([]);
  });

  it('is no address that a failover moves', async () => {
    const pair = new SimulatedPair();
    await pair.apply({ cluster: onOwn });
    pair.forget();
    const error = await errorOf(failover(pair, { to: 'lvs2', cluster: onOwn }));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toContain("1.2.3.11/24 on eth0 is the router's own address");
    expect(pair.log).toEqual([]);
  });
});

const bySource = { dst: 'default', gateway: '1.2.3.254', dev: 'eth0', prefsrc: '1.2.3.1' };

describe('an address that a route depends on', () => {
  it('as its source is left by a removal, which says so', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.routes.push(bySource);
    const outcome = await remove(pair, figureCluster);
    expect(addressCommands(pair)).toEqual([]);
    expect(outcome.routers[0]?.notes).toContain(stays('1.2.3.1/32'));
  });

  it('as the way to its gateway is left when what nobody declared is pruned', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.execute('ip addr add 9.9.9.1/32 dev eth0 label eth0:9'.split(' '));
    pair.lvs1.kernel.execute('ip addr add 9.9.8.1/32 dev eth0 label eth0:8'.split(' '));
    pair.lvs1.kernel.routes.push({ gateway: '9.9.9.1', dev: 'eth0', protocol: 'static' });
    pair.forget();
    const outcome = await pair.apply({ prune: true });
    expect(addressCommands(pair)).toEqual(['lvs1: ip addr del 9.9.8.1/32 dev eth0']);
    expect(outcome.routers[0]?.notes).toContain(stays('9.9.9.1/32'));
  });

  it('refuses a failover, which moves all addresses or none, and leaves everything as it is', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.routes.push(bySource);
    const error = await errorOf(failover(pair, { to: 'lvs2' }));
    expect(error).toMatchObject({
      code: 'refused',
      exitStatus: 4,
      hint: expect.stringContaining('ip route show dev eth0'),
    });
    expect(error.message).toBe('lvs1: a route depends on 1.2.3.1/32 on eth0, which would be removed; nothing was run');
    expect(pair.log).toEqual([]);
  });

  it('is no matter to a failover if it is the route of another router', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.routes.push(bySource);
    await failover(pair, { to: 'lvs2' });
    expect(pair.lvs1.held()).toEqual([]);
  });

  it('refuses a change of keepalived.conf that drops it', async () => {
    const pair = await pairWithKeepalived();
    pair.lvs1.kernel.routes.push({ ...bySource, prefsrc: '1.2.3.2' });
    pair.forget();
    const error = await errorOf(pair.apply(small));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toContain('lvs1: a route depends on 1.2.3.2/32 on eth0');
    expect(pair.log).toEqual([]);
  });

  it("goes where the route is the kernel's own, or another address leads there as well", async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.routes.push(
      { dev: 'eth0', prefsrc: '1.2.3.1', protocol: 'kernel' },
      { gateway: '1.2.3.1', dev: 'eth0', protocol: 'static' },
    );
    await remove(pair, figureCluster);
    expect(addressCommands(pair)).toEqual(['lvs1: ip addr del 1.2.3.1/32 dev eth0']);
  });
});
