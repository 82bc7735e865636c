import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/model/cluster.ts';
import { clusterOf, errorOf, figure, SimulatedPair } from './support/simulated-pair.ts';

const six = clusterOf(`${figure}  six: { address: "tcp://[2001:db8::1]:80" }\n`);

async function convergedPair(cluster: Cluster): Promise<SimulatedPair> {
  const pair = new SimulatedPair();
  await pair.apply({ cluster });
  pair.forget();
  return pair;
}

/** Neighbours on the network: another machine answers pings, or none. */
function withNeighbour(pair: SimulatedPair, answers: boolean): void {
  const { kernel } = pair.lvs1;
  const execute = kernel.execute.bind(kernel);
  kernel.execute = (argv, stdin) => {
    if (argv[0] === 'ip' && argv[1] === 'neigh') return { status: 0, stdout: '', stderr: '' };
    if (argv.includes('ping')) return { status: answers ? 0 : 1, stdout: '', stderr: '' };
    return execute(argv, stdin);
  };
}

async function spoiltPair(because: 'dadfailed' | 'tentative' = 'dadfailed'): Promise<SimulatedPair> {
  const pair = await convergedPair(six);
  pair.lvs1.kernel.spoil('eth0', '2001:db8::1', because);
  return pair;
}

describe('an address that the kernel does not use', () => {
  it('is not there: diff shows it, and apply adds it anew', async () => {
    const pair = await spoiltPair();
    withNeighbour(pair, false);
    const { routers } = await pair.preview({ cluster: six });
    const changes = routers.flatMap((router) => router.changes);
    expect(changes).toMatchObject([
      { action: 'change', kind: 'address', key: '2001:db8::1', before: { state: 'dadfailed' } },
    ]);
    pair.forget();
    await pair.apply({ cluster: six });
    expect(pair.log).toEqual([
      'lvs1: ip addr del 2001:db8::1/128 dev eth0',
      expect.stringContaining('lvs1: ip addr add 2001:db8::1/128 dev eth0'),
    ]);
    pair.forget();
    await pair.apply({ cluster: six });
    expect(pair.log).toEqual([]);
  });

  it('is not added anew while another machine answers for it', async () => {
    const pair = await spoiltPair();
    withNeighbour(pair, true);
    pair.forget();
    expect(await errorOf(pair.apply({ cluster: six }))).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(pair.log).toEqual([]);
  });

  it('makes no router the owner of it', async () => {
    const pair = await spoiltPair('tentative');
    for (const line of ['1.2.3.1/32 dev eth0', '192.168.1.254/32 dev eth1'])
      pair.lvs1.kernel.execute(['ip', 'addr', 'del', ...line.split(' ')]);
    pair.lvs2.kernel.execute(['ip', 'addr', 'add', '1.2.3.1/32', 'dev', 'eth0']);
    const { routers } = await pair.preview({ cluster: six });
    expect(routers.map(({ role }) => role)).toEqual(['backup', 'active']);
  });
});

describe('a backup that is a real server, with the address on its loopback device', () => {
  const direct = clusterOf(figure.replace('- 192.168.1.3', '- { address: 192.168.1.12, forward: direct }'));

  it('is a backup, and keeps the address there', async () => {
    const pair = await convergedPair(direct);
    pair.lvs2.kernel.execute(['ip', 'addr', 'add', '1.2.3.1/32', 'dev', 'lo']);
    pair.forget();
    const { routers } = await pair.apply({ cluster: direct });
    expect(routers.map(({ role }) => role)).toEqual(['active', 'backup']);
    expect(pair.log).toEqual([]);
  });

  it('is left with it when the virtual server goes', async () => {
    const pair = await convergedPair(direct);
    pair.lvs2.kernel.execute(['ip', 'addr', 'add', '1.2.3.1/32', 'dev', 'lo']);
    const disabled = clusterOf(figure.replace('scheduler: wrr', 'scheduler: wrr\n    state: disabled'));
    await pair.apply({ cluster: disabled });
    expect(pair.lvs1.held()).toEqual(['192.168.1.254/32 eth1']);
    expect(pair.lvs2.kernel.state().addresses).toContainEqual(
      expect.objectContaining({ address: '1.2.3.1', device: 'lo' }),
    );
  });
});
