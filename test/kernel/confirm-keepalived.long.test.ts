import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestHost, useCluster } from './support/cluster.ts';
import { electedFigure, stopKeepalived } from './support/keepalived.ts';
import { aliases, type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';
import { until, untilSays } from './support/until.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];

/** Everything that a run may change on a router. */
function stateOf(host: TestHost): Promise<string> {
  return host.output(
    'ipvsadm -Sn | sort; ip -o addr | sed "s/ valid_lft.*//" | sort; cat /etc/lvs/lvs.yaml /etc/keepalived/keepalived.conf /run/lvs-hold',
  );
}

describe('a run that is to be confirmed, under keepalived', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  const routers = [lvs1, lvs2];
  const states = () => Promise.all(routers.map(stateOf));

  async function election(): Promise<string[]> {
    const { document } = await lvsJson<{ routers: { election: string }[] }>(lvs1, 'status');
    return document.routers.map((router) => router.election);
  }

  async function untilPutBack(): Promise<void> {
    await until('the end of the way back', async () => {
      const found = await Promise.all(
        routers.map((router) => router.run('test -e /run/lvs/confirm/put-back -o -e /run/lvs/confirm/failed')),
      );
      return found.every(({ status }) => status === 0);
    });
    expect(await lvs2.output('lvs confirm --status')).toMatch(/lvs1 has rolled back .*\nlvs2 has rolled back /);
  }

  beforeAll(async () => {
    await cluster.reset(electedFigure);
    const refused = await lvsJson<ErrorDocument>(lvs1, 'apply --yes --confirm 60');
    expect(refused).toMatchObject({ status: 4, document: { error: { code: 'refused' } } });
    await lvs1.output('lvs apply --yes');
    for (const router of routers) await router.write('/run/lvs-hold', '0\n');
  });
  afterAll(() => stopKeepalived(routers));

  test.each([
    ['virtual server', 'lvs vip add 1.2.3.9:80 --name other --confirm 25'],
    ['failover', 'lvs failover --yes --confirm 40'],
  ])(
    'a %s that nobody confirms goes back under traffic: configurations, addresses, and who is master',
    async (_, line) => {
      const before = await states();
      const traffic = await cluster.startTraffic({ connectionsPerSecond: 20, streams: 5 });
      const { status, stderr } = await lvs1.run(line);
      expect({ status, stderr }).toMatchObject({
        status: 3,
        stderr: expect.stringContaining('rolled back: not confirmed'),
      });
      const [phase] = await traffic.stop();
      expect(phase).toMatchObject({ failed: {}, streams: { open: 5, broken: 0 } });
      expect(await states()).toEqual(before);
      expect(await election()).toEqual(['MASTER', 'BACKUP']);
      await expectConverged(lvs1);
    },
  );

  test('lvs is killed with -9 when a failover is carried out: the old router is master again, alone', async () => {
    const running = await lvs2.start('lvs failover --yes --confirm 40');
    await untilSays(running, 'it will be rolled back automatically');
    expect(await Promise.all(routers.map(aliases))).toEqual([[], both]);
    await lvs2.output('pkill -KILL -f "[r]un.js failover"');
    await running.finished;
    await untilPutBack();
    expect(await Promise.all(routers.map(aliases))).toEqual([both, []]);
    expect(await election()).toEqual(['MASTER', 'BACKUP']);
    expect((await client.requests(10)).answered).toBe(10);
    await expectConverged(lvs1);
  });
});
