import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Running } from '../../src/rehearsal/cluster/process.ts';
import { type TestHost, useCluster } from './support/cluster.ts';
import { stopHalfWay } from './support/half-way.ts';
import { secondsUntilFree } from './support/lock.ts';
import { aliases, type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';
import { holdObjects, pairOf } from './support/pair.ts';
import { readSystemLog, type SystemLog } from './support/system-log.ts';
import { until, untilSays } from './support/until.ts';

const addresses = ['1.2.3.1/32', '192.168.1.254/32'];

/** Everything that a run may change on a router. */
function stateOf(host: TestHost): Promise<string> {
  return host.output(
    'ipvsadm -Sn | sort; ip -o addr | sed "s/ valid_lft.*//" | sort; cat /etc/lvs/lvs.yaml /etc/lvs/boot.rules /etc/lvs/boot.conf; ls /etc/lvs',
  );
}

describe('a run that is to be confirmed', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  const states = () => Promise.all([lvs1, lvs2].map(stateOf));
  let before: string[];
  let log: SystemLog;

  async function install(): Promise<void> {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
    log = await readSystemLog(lvs2);
  }

  /** Types a command and waits until it is carried out, and may be confirmed. */
  async function pending(host: TestHost, words: string): Promise<Running> {
    const running = await host.start(`lvs ${words}`);
    await untilSays(running, 'it will be rolled back automatically');
    return running;
  }

  async function untilAsBefore(): Promise<number> {
    const seconds = await until('all as before', async () => {
      const now = await states();
      return now.every((state, index) => state === before[index]);
    });
    // Only then others may work again.
    await Promise.all([lvs1, lvs2].map(secondsUntilFree));
    return seconds;
  }

  beforeAll(install);
  beforeEach(async () => {
    before = await states();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await install();
  });

  test('a preview shows what each router would do by itself, and nothing is armed', async () => {
    const { status, document } = await lvsJson(lvs1, 'vip set web --scheduler lc --confirm 30 --dry-run');
    expect({ status, wayBack: document.wayBack }).toMatchObject({
      status: 0,
      wayBack: {
        seconds: 30,
        routers: [
          { name: 'lvs1', commands: expect.arrayContaining([expect.stringMatching(/^ipvsadm -E -t 1.2.3.1:80 -s /)]) },
          { name: 'lvs2', commands: expect.arrayContaining([expect.stringMatching(/^ipvsadm -E -t 1.2.3.1:80 -s /)]) },
        ],
      },
    });
    expect(await states()).toEqual(before);
    expect((await lvs1.run('test -e /run/lvs/confirm')).status).toBe(1);
  });

  test('nobody confirms: rules, addresses and files are as before on both, and the file that was edited', async () => {
    const { status, document } = await lvsJson<ErrorDocument>(lvs1, 'vip add 1.2.3.9:80 --name other --confirm 25');
    expect({ status, document }).toMatchObject({
      status: 3,
      document: {
        changed: true,
        applied: false,
        error: {
          code: 'unconfirmed',
          message: 'rolled back: not confirmed within 25 s; everything is as it was before',
        },
      },
    });
    expect(await states()).toEqual(before);
    await log.untilSays('lvs vip add 1.2.3.9:80 --name other --confirm 25 --json: put-back: not confirmed within 25 s');
    expect(await log.lines()).toContainEqual(
      expect.stringMatching(
        /^root \(uid 0\), from \S+: lvs vip add .*: done, and rolled back unless it is confirmed by .*\+tcp:\/\/1\.2\.3\.9:80/,
      ),
    );
    await expectConverged(lvs1);
  });

  test('confirmed from another login: kept, and until then others are refused', async () => {
    const running = await pending(lvs1, 'vip set web --scheduler lc --confirm 60');
    const refused = await lvsJson<ErrorDocument>(lvs2, 'apply --yes');
    expect(refused).toMatchObject({ status: 4, document: { error: { code: 'pending' } } });
    expect(refused.document.error.message).toMatch(
      /^lvs1: a run waits to be confirmed until 20.*Z: root, from lvs1, since 20.*: lvs vip set web --scheduler lc --confirm 60; nothing was run$/,
    );
    expect(refused.document.error.hint).toContain('"lvs confirm"');
    const shown = await lvs2.output('lvs confirm --status');
    expect(shown).toMatch(/^lvs1 waits for a confirmation of lvs vip set web .*\n.*lvs.yaml\nlvs2 waits/);
    expect(await lvs2.output('lvs status')).toContain('unless "lvs confirm" keeps it');
    expect(await lvs2.output('lvs confirm')).toMatch(/lvs1 keeps .*\nlvs2 keeps /);
    expect(await running.finished).toMatchObject({ status: 0, stdout: expect.stringContaining('Done: ') });
    for (const router of [lvs1, lvs2]) expect(await router.output('ipvsadm -Sn')).toContain('-s lc');
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).toContain('scheduler: lc');
    await log.untilSays('lvs confirm: lvs vip set web --scheduler lc --confirm 60: confirmed');
    expect((await lvs2.run('lvs confirm')).status).toBe(4);
    await expectConverged(lvs2);
  });

  test('confirmed by a key, and by no other', async () => {
    const typed = await lvs1.run('script -qec "lvs vip set web --scheduler rr --confirm 60" /dev/null', {
      input: 'x y',
    });
    expect(typed).toMatchObject({ status: 0, stdout: expect.stringContaining('keep it? y: yes') });
    expect(await lvs2.output('ipvsadm -Sn')).toContain('-s rr');
    await expectConverged(lvs2);
  });

  test('Ctrl-C: put back at once, exit status 130', async () => {
    const running = await pending(lvs1, 'vip set web --scheduler wlc --confirm 600');
    await lvs1.output('pkill -INT -f "[r]un.js vip set"');
    expect(await running.finished).toMatchObject({
      status: 130,
      stderr: expect.stringContaining('rolled back: interrupted; everything is as it was before'),
    });
    expect(await states()).toEqual(before);
  });

  test('lvs is killed with -9: both routers put everything back by themselves', async () => {
    const running = await pending(lvs1, 'vip add 1.2.3.9:80 --name other --confirm 25');
    await lvs1.output('pkill -KILL -f "[r]un.js vip add"');
    await running.finished;
    expect(await states()).not.toEqual(before);
    await untilAsBefore();
    expect(await lvs2.output('lvs confirm --status')).toMatch(/lvs1 has rolled back .*\nlvs2 has rolled back /);
    await expectConverged(lvs1);
  });

  test('lvs is killed with -9 half-way: likewise', async () => {
    const halfWay = await stopHalfWay(lvs1, 'ip', '*addr add*');
    const running = await lvs1.start('lvs vip add 1.2.3.9:80 --name other --confirm 25');
    await halfWay.reached(running);
    await lvs1.output('pkill -KILL -f "[r]un.js vip add"');
    await halfWay.resume();
    await running.finished;
    await untilAsBefore();
    await until('the end of it', async () => !(await lvs2.output('lvs confirm --status')).includes('waits'));
    expect(await lvs2.output('lvs confirm --status')).toMatch(/lvs1 has rolled back .*\nlvs2 has rolled back /);
    await expectConverged(lvs1);
  });

  test('the network to a router is cut: it puts everything back by itself, and it is said when', async () => {
    const running = await pending(lvs1, 'vip set web --scheduler wlc --confirm 25');
    await cluster.cutNetwork('lvs2', 'eth1');
    const seconds = await untilAsBefore();
    expect(seconds).toBeLessThan(60);
    const { status, stderr } = await running.finished;
    await cluster.mendNetwork('lvs2', 'eth1');
    expect({ status, stderr }).toEqual({
      status: 5,
      stderr: expect.stringMatching(
        /lvs1: is as it was before\n *lvs2: cannot be reached: it rolls back automatically at 20/,
      ),
    });
    await expectConverged(lvs1);
  });

  test('a failover that nobody confirms goes back under traffic: one holder, and nothing fails', async () => {
    const { old } = await pairOf(cluster, addresses);
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 20, streams: 5 });
    // Without the time that others have to end: it is busy for as long as a machine makes of 40 s and a failover to and fro.
    const running = await old.start('lvs failover --yes --confirm 40');
    const { status, stderr } = await running.finished;
    expect({ status, stderr }).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('rolled back: not confirmed'),
    });
    const [phase] = await traffic.stop();
    expect(phase).toMatchObject({ failed: {}, streams: { open: 5, broken: 0 } });
    expect(await states()).toEqual(before);
    expect((await pairOf(cluster, addresses)).old).toBe(old);
    await expectConverged(old);
  });

  test('a failover is confirmed by the router that has the addresses now', async () => {
    const { old, target } = await pairOf(cluster, addresses);
    const running = await pending(old, 'failover --yes --confirm 60');
    await target.output('lvs confirm');
    expect((await running.finished).status).toBe(0);
    expect((await pairOf(cluster, addresses)).old).toBe(target);
    await expectConverged(target);
  });

  test('lvs is killed with -9 when a failover is carried out: the old router has the addresses again, alone', async () => {
    const { old } = await pairOf(cluster, addresses);
    const running = await pending(old, 'failover --yes --confirm 40');
    await old.output('pkill -KILL -f "[r]un.js failover"');
    await running.finished;
    expect((await pairOf(cluster, addresses)).old).not.toBe(old);
    await untilAsBefore();
    expect((await pairOf(cluster, addresses)).old).toBe(old);
    expect((await client.requests(10)).answered).toBe(10);
    await expectConverged(old);
  });

  test.each([
    ['announces', '*-U*', 'arping'],
    ['has not all addresses yet', '*addr add 1.2.3.1*', 'ip'],
  ])('lvs is killed with -9 half-way through a failover, when the target %s: likewise', async (_, words, program) => {
    const { old, target } = await pairOf(cluster, addresses);
    const halfWay = await stopHalfWay(target, program, words);
    const running = await old.start('lvs failover --yes --confirm 25');
    await halfWay.reached(running);
    await old.output('pkill -KILL -f "[r]un.js failover"');
    await halfWay.resume();
    await running.finished;
    await until('the end of the way back', async () => {
      const shown = await target.output('lvs confirm --status');
      return shown.match(/has rolled back/g)?.length === 2;
    });
    expect(await states()).toEqual(before);
    for (const router of [old, target]) expect(await holdObjects(router)).toEqual([]);
    expect((await client.requests(10)).answered).toBe(10);
    await expectConverged(old);
  });

  test('the old router is gone when a failover is to go back: the target keeps the addresses, and says so', async () => {
    const { old, target } = await pairOf(cluster, addresses);
    const running = await pending(target, 'failover --yes --confirm 40');
    await cluster.killRouter(old.name);
    const { status } = await running.finished;
    expect(status).toBe(5);
    await until(
      'the end of the way back',
      async () => (await target.run('test -e /run/lvs/confirm/failed')).status === 0,
    );
    expect((await aliases(target)).map((held) => held.replace(/ .*/, ''))).toEqual(addresses);
    expect((await client.requests(10)).answered).toBe(10);
    const shown = await target.run('lvs status --check');
    expect(shown).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('no other router answers for the addresses'),
    });
    await cluster.restartRouter(old.name);
  });
});
