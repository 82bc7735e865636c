import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestHost, useCluster } from './support/cluster.ts';
import { electedFigure as elected, stopKeepalived } from './support/keepalived.ts';
import { aliases, type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';
import { until } from './support/until.ts';

const both = ['1.2.3.1/32 eth0:1', '192.168.1.254/32 eth1:1'];
const config = '/etc/keepalived/keepalived.conf';

/** What keepalived says of itself, and how often it became master. */
async function election(router: TestHost): Promise<{ state: number; masterships: number }> {
  const script =
    'rm -f /run/keepalived.json; kill -s 36 "$(cat /run/keepalived.pid)"; sleep 0.3; cat /run/keepalived.json';
  const [instance] = JSON.parse(await router.output(script));
  return { state: instance.data.state, masterships: instance.stats.become_master };
}

const [backup, master] = [1, 2];

const promptControl = 'kill -HUP "$(cat /run/keepalived.pid)"';

/** A keepalived that is silent for a second when it is to reload, ten times as long as it may be. */
const slowControl = `
children=$(pgrep -P "$(cat /run/keepalived.pid)")
kill -STOP $children
${promptControl}
{ sleep 1; kill -CONT $children; } </dev/null >/dev/null 2>&1 &
`;

describe('engine: keepalived', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  const routers = [lvs1, lvs2];

  beforeAll(async () => {
    expect(elected).toContain('engine: keepalived');
    await cluster.reset(elected);
  });
  afterAll(() => stopKeepalived(routers));

  test('apply from nothing: the preferred router has the addresses, and apply again runs nothing', async () => {
    const { status, document } = await lvsJson(lvs1, 'apply --yes');
    expect({ status, document }).toMatchObject({ status: 0 });
    const addresses = document.routers.flatMap(({ changes }) => changes.filter(({ kind }) => kind === 'address'));
    expect(addresses.map(({ action, commands }) => ({ action, commands }))).toEqual([
      { action: 'add', commands: [] },
      { action: 'add', commands: [] },
    ]);
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
    await expectConverged(lvs1);
    await expectConverged(lvs2);
    expect((await client.requests(10)).answered).toBe(10);
    expect([await election(lvs1), await election(lvs2)]).toEqual([
      { state: master, masterships: 1 },
      { state: backup, masterships: 0 },
    ]);
  });

  test('virtual servers come and go under traffic, and the master stays', async () => {
    await lvs1.output('mkdir -p /etc/keepalived/conf.d');
    await lvs1.write('/etc/keepalived/conf.d/mine.conf', '# a fragment of my own\n');
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 50, streams: 10 });
    await lvs1.output('lvs vip add 1.2.3.9:80 --name other');
    await lvs1.output('lvs real add other 192.168.1.2');
    expect(await aliases(lvs1)).toEqual([...both, '1.2.3.9/32 eth0:2'].sort());
    expect((await client.requests(5, { address: '1.2.3.9' })).answered).toBe(5);
    await lvs2.output('lvs --version');
    await lvs1.output('lvs vip remove other --yes');
    expect(await aliases(lvs1)).toEqual(both);
    const [phase] = await traffic.stop();
    expect(phase).toMatchObject({ failed: {}, streams: { open: 10, broken: 0 } });
    expect([await election(lvs1), await election(lvs2)]).toEqual([
      { state: master, masterships: 1 },
      { state: backup, masterships: 0 },
    ]);
    expect(await lvs1.read('/etc/keepalived/conf.d/mine.conf')).toBe('# a fragment of my own\n');
    await expectConverged(lvs1);
  });

  test('an alias that was made by hand keeps its label, and virtual servers come all the same', async () => {
    await lvs1.output('ip addr add 1.2.3.77/32 dev eth0 label eth0:2');
    await lvs1.output('lvs vip add 1.2.3.9:80 --name other');
    expect(await aliases(lvs1)).toEqual([...both, '1.2.3.77/32 eth0:2', '1.2.3.9/32 eth0:3'].sort());
    await expectConverged(lvs1);
    await lvs1.output('lvs vip remove other --yes');
    await lvs1.output('ip addr del 1.2.3.77/32 dev eth0');
    await expectConverged(lvs1);
  });

  test('a master that takes long to reload is not taken for dead', async () => {
    await lvs1.write('/etc/keepalived/control', slowControl);
    await lvs2.write('/etc/keepalived/control', promptControl);
    const slow = elected.replace(
      'advert-interval: 0.1',
      'advert-interval: 0.1, control: [sh, /etc/keepalived/control]',
    );
    expect(slow).toContain('control:');
    await lvs1.write('/etc/lvs/lvs.yaml', slow);
    const begun = Date.now();
    await lvs1.output('lvs vip add 1.2.3.9:80 --name other');
    expect(Date.now() - begun).toBeGreaterThan(1000);
    await lvs1.output('lvs vip remove other --yes');
    expect(await aliases(lvs1)).toEqual(both);
    expect([await election(lvs1), await election(lvs2)]).toEqual([
      { state: master, masterships: 1 },
      { state: backup, masterships: 0 },
    ]);
    for (const router of routers) expect(await router.read('/run/lvs-hold')).toBe('0\n');
    await lvs1.write('/etc/lvs/lvs.yaml', elected);
    await lvs1.output('lvs apply --yes');
    await expectConverged(lvs1);
  });

  test('failover there and back under traffic: one holder, no request fails, no stream breaks', async () => {
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 50, streams: 10 });
    await lvs1.output('lvs failover --yes');
    expect(await aliases(lvs1)).toEqual([]);
    expect(await aliases(lvs2)).toEqual(both);
    expect([(await election(lvs1)).state, (await election(lvs2)).state]).toEqual([backup, master]);
    await traffic.mark('back');
    await lvs1.output('lvs failover --yes');
    expect(await aliases(lvs1)).toEqual(both);
    expect(await aliases(lvs2)).toEqual([]);
    const phases = await traffic.stop();
    for (const phase of phases) expect(phase).toMatchObject({ failed: {}, streams: { open: 10, broken: 0 } });
    for (const router of routers) expect(await router.read('/run/lvs-hold')).toBe('0\n');
    await expectConverged(lvs1);
  });

  test('status shows the election beside the kernel, and what is wrong with it', async () => {
    const { document } = await lvsJson<{ routers: { election: string }[]; faults: string[] }>(lvs1, 'status --check');
    expect(document).toMatchObject({ routers: [{ election: 'MASTER' }, { election: 'BACKUP' }], faults: [] });
    const askedAtOnce = await Promise.all([lvs1, lvs2, lvs1, lvs2].map((router) => router.output('lvs status')));
    for (const said of askedAtOnce) expect(said).toMatch(/keepalived: MASTER.*keepalived: BACKUP/s);
    await lvs2.output('pkill -TERM -o -x keepalived');
    await until('the end of keepalived', async () => (await lvs2.run('pgrep -x keepalived')).status === 1);
    const stopped = await lvs1.run('lvs status --check');
    expect(stopped).toMatchObject({ status: 1, stdout: expect.stringContaining('lvs2 does not run keepalived') });
    const refused = await lvs1.run('lvs failover --yes');
    expect(refused).toMatchObject({ status: 4, stderr: expect.stringContaining('keepalived does not run') });
    await lvs1.output('lvs apply --yes');
    expect((await lvs1.run('lvs status --check')).status).toBe(0);
    expect((await election(lvs2)).state).toBe(backup);
    await expectConverged(lvs1);
  });

  test('an address that somebody deletes is back by itself', async () => {
    await lvs1.output('ip addr del 1.2.3.1/32 dev eth0');
    await until('one holder', async () => {
      const held = await Promise.all(routers.map(aliases));
      return held.some((all) => all.length === 2) && held.some((all) => all.length === 0);
    });
    await expectConverged(lvs1);
    await lvs1.output('lvs failover --to lvs1 --yes');
  });

  test('a configuration that is not as lvs wrote it is refused, and one that keepalived refuses is not installed', async () => {
    const ours = await lvs2.read(config);
    await lvs2.write(config, `${ours}# mine\n`);
    const edited = await lvsJson<ErrorDocument>(lvs1, 'apply --yes');
    expect(edited).toMatchObject({ status: 4, document: { error: { code: 'stale' } } });
    await lvs2.write(config, 'global_defs {\n}\n');
    const theirs = await lvsJson<ErrorDocument>(lvs1, 'apply --yes');
    expect(theirs).toMatchObject({ status: 4, document: { error: { code: 'rival' } } });
    await lvs2.write(config, ours);
    await expectConverged(lvs1);
    await lvs2.output('mkdir -p /etc/keepalived/conf.d');
    await lvs2.write('/etc/keepalived/conf.d/bad.conf', 'nonsense {\n}\n');
    const bad = await lvsJson<ErrorDocument>(lvs1, 'vip add 1.2.3.9:80 --name other');
    await lvs2.output('rm /etc/keepalived/conf.d/bad.conf');
    expect(bad).toMatchObject({ status: 4, document: { error: { code: 'refused' } } });
    expect(bad.document.error.message).toContain('nonsense');
    await expectConverged(lvs1);
  });

  test('the master is cut off: the other takes over in time, and later both live without conflict', async () => {
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 50, streams: 10 });
    await Promise.all(['eth0', 'eth1'].map((device) => cluster.cutNetwork('lvs1', device)));
    await until('the addresses on lvs2', async () => (await aliases(lvs2)).length === 2);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const [phase] = await traffic.stop();
    expect(phase?.streams).toMatchObject({ open: 10, broken: 0 });
    expect(phase?.streams.longestGap).toBeLessThan(1000);
    await Promise.all(['eth0', 'eth1'].map((device) => cluster.mendNetwork('lvs1', device)));
    await until('one holder', async () => {
      const held = await Promise.all(routers.map(aliases));
      return held.some((all) => all.length === 2) && held.some((all) => all.length === 0);
    });
    await expectConverged(lvs1);
    expect((await client.requests(10)).answered).toBe(10);
  });

  test('the dead router need not be forced: keepalived has taken over', async () => {
    await cluster.killRouter('lvs1');
    await until('the addresses on lvs2', async () => (await aliases(lvs2)).length === 2);
    const { status, document } = await lvsJson(lvs2, 'failover --to lvs2 --force --yes');
    expect({ status, changed: document.changed }).toEqual({ status: 0, changed: false });
    await cluster.restartRouter('lvs1');
    await lvs2.output('lvs apply --yes');
    expect(await aliases(lvs2)).toEqual(both);
    await expectConverged(lvs2);
  });
});
