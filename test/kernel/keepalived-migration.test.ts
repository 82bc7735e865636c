import { describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { useCluster } from './support/cluster.ts';
import { electedFigure, stopKeepalived } from './support/keepalived.ts';
import { aliases, expectConverged } from './support/lvs.ts';

/** Elections take their time: more than ten seconds. */
const elected = electedFigure.replace('advert-interval: 0.1', 'advert-interval: 3.5');

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];

describe('from engine: manual to keepalived', () => {
  const cluster = useCluster();
  const { lvs1, lvs2 } = cluster;

  test('under traffic, on whichever router is active: nothing fails, and the addresses stay where they are', async () => {
    await cluster.reset(figureFile);
    await lvs1.output('lvs apply --yes');
    await lvs1.output('lvs failover --to lvs2 --yes');
    expect(elected).toContain('advert-interval: 3.5');
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 50, streams: 10 });
    await lvs1.write('/etc/lvs/lvs.yaml', elected);
    await lvs1.output('lvs apply --yes --overwrite');
    const [phase] = await traffic.stop();
    expect(phase).toMatchObject({ failed: {}, streams: { open: 10, broken: 0 } });
    expect(await aliases(lvs2)).toEqual(both);
    expect(await aliases(lvs1)).toEqual([]);
    expect((await lvs1.run('lvs status --check')).stdout).toContain('keepalived: MASTER');
    expect(await lvs2.output('ip addr show dev lo')).not.toContain('1.2.3.1');
    await expectConverged(lvs1);
    await stopKeepalived([lvs1, lvs2]);
  });
});
