import { beforeAll, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { useCluster } from './support/cluster.ts';
import { aliases, expectConverged } from './support/lvs.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];

/** The figure with two ways to each router: the private network first, then the public one. */
const twoWays = figureFile.replace(/root@192\.168\.1\.(1[12])/g, '[root@192.168.1.$1, root@1.2.3.$1]');

describe('routers with an ssh destination on each network', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset(twoWays);
    for (const router of [lvs1, lvs2])
      await router.output(
        String.raw`sed -i -E 's/192\.168\.1\.(1[12])/192.168.1.\1,1.2.3.\1/g' /etc/ssh/ssh_known_hosts`,
      );
    await lvs1.output('lvs apply --yes');
  });

  test('if the private network of the active router is cut, a failover is an ordinary one', async () => {
    expect(await aliases(lvs1)).toEqual(both);
    await cluster.cutNetwork('lvs1', 'eth1');
    const { status, stderr } = await lvs2.run('lvs failover --yes --to lvs2');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(await aliases(lvs1)).toEqual([]);
    expect(await aliases(lvs2)).toEqual(both);
    expect(await client.requests(10)).toMatchObject({ answered: 10 });
  });

  test('as long as it is cut, everything goes on by the other network', async () => {
    await expectConverged(lvs2);
    await cluster.mendNetwork('lvs1', 'eth1');
    await lvs2.output('lvs failover --yes --to lvs1');
    expect(await aliases(lvs1)).toEqual(both);
  });
});
