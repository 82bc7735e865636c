import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boot } from './support/boot.ts';
import { type TestHost, useCluster } from './support/cluster.ts';
import { electedFigure, stopKeepalived } from './support/keepalived.ts';
import { aliases, expectConverged, lvsJson } from './support/lvs.ts';
import { until } from './support/until.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];

describe('a router that cannot load its rules when it boots, under engine: keepalived', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  const routers = [lvs1, lvs2];

  /** As systemd starts it, after lvs-boot. */
  const startKeepalived = (router: TestHost) => router.output('env TMPDIR=/run keepalived </dev/null >/dev/null 2>&1');
  const bootWithout = async (router: TestHost) => {
    await cluster.killRouter(router.name);
    await cluster.restartRouter(router.name);
    await router.output('echo "-A -t 1.2.3.1:81 -s nonsense" >>/etc/lvs/boot.rules');
    expect(await boot(router)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('keepalived is held at FAULT'),
      stderr: expect.stringContaining('lvs-boot: rules:'),
    });
    await startKeepalived(router);
  };

  beforeAll(async () => {
    await cluster.reset(electedFigure);
    await lvs1.output('lvs apply --yes');
    expect(await aliases(lvs1)).toEqual(both);
  });
  afterAll(() => stopKeepalived(routers));

  test('stays out of the election, also when nobody else is left', async () => {
    await bootWithout(lvs1);
    await until('lvs2 to have taken over', async () => (await aliases(lvs2)).length === 2);
    await stopKeepalived([lvs2]);
    await pause(1500);
    expect(await aliases(lvs1)).toEqual([]);
    await startKeepalived(lvs2);
    await until('lvs2 to have them again', async () => (await aliases(lvs2)).length === 2);
    expect(await lvs1.read('/run/lvs-hold')).toBe('1\n');
  });

  test('status says why, and a change of something else does not bring it back', async () => {
    const { status, stdout } = await lvs2.run('lvs status --check');
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringContaining(
        'lvs1: keepalived is held at FAULT, as after a boot that could not load all rules',
      ),
    });
    await lvs2.output('lvs vip set web --scheduler lc');
    expect(await lvs1.read('/run/lvs-hold')).toBe('1\n');
    expect(await aliases(lvs2)).toEqual(both);
  });

  test('is brought back by apply', async () => {
    const { document } = await lvsJson(lvs2, 'apply --yes');
    expect(document.routers[0]?.changes.map(({ key }) => key)).toContain('/run/lvs-hold');
    expect(await lvs1.read('/run/lvs-hold')).toBe('0\n');
    await until('nothing to be wrong', async () => (await lvs2.run('lvs status --check')).status === 0);
    await stopKeepalived([lvs2]);
    await until('lvs1 to take over', async () => (await aliases(lvs1)).length === 2);
  });

  test('neither could: apply brings both back, and the preferred one has the addresses', async () => {
    await Promise.all(routers.map(bootWithout));
    await pause(1500);
    for (const router of routers) expect(await aliases(router)).toEqual([]);
    const { status, document } = await lvsJson(lvs1, 'apply --yes');
    expect({ status, document }).toMatchObject({ status: 0 });
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
    for (const router of routers) expect(await router.read('/run/lvs-hold')).toBe('0\n');
    expect((await client.requests(10)).answered).toBe(10);
    await expectConverged(lvs1);
  });
});
