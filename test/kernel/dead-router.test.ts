import { beforeAll, describe, expect, test } from 'vitest';
import { watchAddresses, watchMark } from './support/address-watch.ts';
import { useCluster } from './support/cluster.ts';
import { aliases, expectConverged, lvsJson } from './support/lvs.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];

describe('a dead router', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
  });

  test('is waited for, unless forced; and not even then while it still answers for an address', async () => {
    await cluster.stopSshd('lvs1');
    expect(await lvs2.run('lvs failover --yes')).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('lvs1 cannot be reached'),
    });
    expect(await lvs2.run('lvs failover --yes --force --to lvs2')).toMatchObject({
      status: 4,
      stderr: expect.stringMatching(
        /another machine still answers for 1\.2\.3\.1 .*\n(.*\n)*hint: .*connections break at random/,
      ),
    });
    expect(await aliases(lvs2)).toEqual([]);
  });

  test('that still answers is done without where that is accepted, and what it risks is said', async () => {
    const { status, stdout } = await lvs2.run('lvs failover --yes --force --accept-duplicate --to lvs2');
    expect({ status, stdout }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/another machine answers for 1\.2\.3\.1 on eth0 .*connections break at random/),
    });
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual(both);
  });

  test('that comes back holding addresses is a conflict, which a failover ends without a moment in which nobody holds them', async () => {
    await cluster.startSshd('lvs1');
    const shown = await lvs1.run('lvs status --check');
    expect({ status: shown.status, stdout: shown.stdout }).toEqual({
      status: 1,
      stdout: expect.stringMatching(/! lvs1 and lvs2 both have floating addresses: "lvs failover --to ROUTER"/),
    });
    expect((await lvs1.run('lvs failover --yes')).status).toBe(4);
    // It is to come to one that the target has and one that it has not.
    await lvs1.output('ip addr del 192.168.1.254/32 dev eth1');
    const watch = await watchAddresses([lvs1, lvs2]);
    await lvs2.output('lvs failover --yes --to lvs1');
    // The last one came and went while it was watched, which shows that the watch sees such moments.
    expect(await watch.nobodyHeld(['1.2.3.1', '192.168.1.254', watchMark])).toEqual([watchMark]);
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
    expect(await client.requests(10)).toMatchObject({ answered: 10 });
    await expectConverged(lvs1);
  });

  test('for which nobody answers is done without by force', async () => {
    await cluster.killRouter('lvs1');
    await lvs2.output('lvs failover --yes --force --to lvs2');
    expect(await aliases(lvs2)).toEqual(both);
    expect(await client.requests(10)).toMatchObject({ answered: 10 });
  });

  test('that comes back holding nothing is given its rules', async () => {
    await cluster.restartRouter('lvs1');
    const { status, document } = await lvsJson(lvs2, 'apply --yes');
    expect({ status, document }).toMatchObject({ status: 0 });
    expect(document.routers.map(({ name, role }) => `${name} ${role}`)).toEqual(['lvs1 backup', 'lvs2 active']);
    expect(await lvs1.output('ipvsadm -Sn')).toBe(await lvs2.output('ipvsadm -Sn'));
    expect(await aliases(lvs1)).toEqual([]);
  });
});
