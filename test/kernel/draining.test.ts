import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChangesDocument } from '../../src/output/document.ts';
import type { DrainDocument } from '../../src/output/drain.ts';
import type { StatusDocument } from '../../src/output/status-document.ts';
import type { Finished, Running } from '../../src/rehearsal/cluster/process.ts';
import { useCluster } from './support/cluster.ts';
import { type Held, holdConnections } from './support/held.ts';
import { type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';
import { replaceProgram } from './support/stand-in-program.ts';
import { until, untilSays } from './support/until.ts';

type Document = ChangesDocument & DrainDocument;

const first = '192.168.1.2';

describe('a real server that is emptied', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;
  let held: Held[] = [];

  beforeAll(async () => {
    await cluster.reset();
    await lvs1.output('lvs apply --yes');
  });

  beforeEach(async () => {
    held = [];
  });

  afterEach(async () => {
    await Promise.all(held.map((each) => each.close()));
    await lvs1.run(`lvs real enable --all ${first}`);
  });

  /** Active connections of the first real server, as the active router has them. */
  async function activeConnections(): Promise<number> {
    const { document } = await lvsJson<StatusDocument>(lvs1, 'status');
    return document.virtualServers[0]?.realServers[0]?.activeConnections ?? Number.NaN;
  }

  /** What a wait came to; where it goes on although it should not, what the routers still have is told. */
  async function ended(waiting: Running): Promise<Finished> {
    const late = new AbortController();
    const stuck = pause(60_000, null, { signal: late.signal }).then(async () => {
      const tables = await Promise.all([lvs1, lvs2].map((router) => router.run('ipvsadm -Lnc')));
      throw new Error(`it still waits:\n${tables.map(({ stdout }) => stdout).join('')}`);
    });
    try {
      return await Promise.race([waiting.finished, stuck]);
    } finally {
      stuck.catch(() => {});
      late.abort();
    }
  }

  async function expectWeight(weight: number): Promise<void> {
    for (const router of [lvs1, lvs2])
      expect(await router.output('ipvsadm -Sn')).toContain(`-r ${first}:80 -m -w ${weight}\n`);
  }

  test('gets nothing new on either router, and the wait ends when its connections have: no client notices', async () => {
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 20, streams: 0 });
    held = await holdConnections(client, 6);
    const waiting = await lvs1.start(`lvs real drain web ${first} --wait`);
    await untilSays(waiting, 'draining');
    await expectWeight(0);
    await traffic.mark('drained');
    const alive = await Promise.all(held.map((each) => each.isAlive()));
    await Promise.all(held.splice(0, 3).map((each) => each.close()));
    const fewer = await activeConnections();
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await Promise.all(held.splice(0).map((each) => each.close()));
    const { status, stderr } = await ended(waiting);
    const phases = await traffic.stop();
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^drained: no connection remains/m),
    });
    const counts = [...stderr.matchAll(/ on lvs1: (\d+|no) connections? remain/g)].map(([, count]) => Number(count));
    expect(counts.length).toBeGreaterThan(1);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts.at(-1)).toBe(fewer);
    expect(alive).toEqual([true, true, true, true, true, true]);
    expect(phases.map(({ failed }) => failed)).toEqual([{}, {}]);
    expect(phases[1]?.shares).toEqual({ '192.168.1.3:80': phases[1]?.answered });
    await expectConverged(lvs1);
  });

  test('comes back with its weight', async () => {
    await lvs1.output(`lvs real drain web ${first}`);
    expect((await client.requests(12)).shares).toEqual({ '192.168.1.3:80': 12 });
    await lvs1.output(`lvs real enable web ${first}`);
    await expectWeight(2);
    expect((await client.requests(12)).shares).toEqual({ '192.168.1.2:80': 8, '192.168.1.3:80': 4 });
  });

  test('when time is up it stays drained, and one document says what remains', async () => {
    held = await holdConnections(client, 3);
    const active = await activeConnections();
    const { status, document, stderr } = await lvsJson<Document>(lvs1, `real drain web ${first} --wait --timeout 1.5s`);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(active).toBeGreaterThan(0);
    expect(document).toMatchObject({
      applied: true,
      drained: true,
      timedOut: true,
      remaining: active,
      templates: 0,
      router: 'lvs1',
      realServers: [{ virtualServer: 'tcp://1.2.3.1:80', key: '192.168.1.2:80', remaining: active }],
    });
    await expectWeight(0);
  });

  test('Ctrl-C ends the wait at once, and it stays drained', async () => {
    held = await holdConnections(client, 3);
    const active = await activeConnections();
    const waiting = await lvs1.start(`script -qec "lvs real drain web ${first} --wait --timeout none" /dev/null`);
    await untilSays(waiting, `[--------------------] ${active} connections remain`);
    const begin = performance.now();
    waiting.stdin.write('\u0003');
    const { status, stdout } = await ended(waiting);
    expect(performance.now() - begin).toBeLessThan(5000);
    expect({ status, stdout }).toEqual({
      status: 130,
      stdout: expect.stringContaining(
        `lvs: interrupted: ${first}:80 of web stays drained; ${active} connections remain`,
      ),
    });
    expect(stdout).toContain(`bring it back with "lvs real enable web ${first}"`);
    await expectWeight(0);
  });

  test('a signal ends the wait under --json with the document and the error', async () => {
    held = await holdConnections(client, 3);
    const note = 'case "$*" in *persistent-conn*) echo >>/run/counted;; esac; exec "$real" "$@"\n';
    const restore = await replaceProgram(lvs1, 'ipvsadm', note);
    const waiting = await lvs1.start(`lvs real drain web ${first} --wait --json`);
    const counted = async () => Number((await lvs1.run('grep -c ^ /run/counted')).stdout) > 1;
    await until('the first count is done when the second begins', counted, waiting);
    await lvs1.signal(waiting, 'SIGTERM');
    const { status, stdout, stderr } = await ended(waiting);
    await restore();
    const document: Document & ErrorDocument = JSON.parse(stdout);
    // On a busy machine it says which router it waits for.
    expect({ status, stderr: stderr.replace(/^lvs: waiting for .*\n/gm, '') }).toEqual({ status: 130, stderr: '' });
    expect(document).toMatchObject({ drained: true, timedOut: false, error: { code: 'interrupted' } });
    expect(document.remaining).toBeGreaterThan(0);
  });

  test('others work meanwhile, and where one of them enables it the wait is over', async () => {
    held = await holdConnections(client, 3);
    const waiting = await lvs1.start(`lvs real remove web ${first} --drain --yes`);
    await untilSays(waiting, 'draining');
    await lvs1.output(`lvs real enable web ${first}`);
    const { status, stderr } = await ended(waiting);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(
        /another user gave 192\.168\.1\.2:80 of web a weight again on lvs1; .*; nothing is removed\n/,
      ),
    });
    await expectWeight(2);
  });

  test('the wait follows a failover, and nothing breaks', async () => {
    held = await holdConnections(client, 4);
    const active = await activeConnections();
    const waiting = await lvs1.start(`lvs real drain web ${first} --wait`);
    await untilSays(waiting, 'draining');
    const told = untilSays(waiting, `on lvs2: ${active} connections remain`);
    await lvs1.output('lvs failover --yes');
    await told;
    expect(await Promise.all(held.map((each) => each.isAlive()))).toEqual([true, true, true, true]);
    await Promise.all(held.splice(0).map((each) => each.close()));
    const { status, stderr } = await ended(waiting);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('lvs2 is active now: going on there'),
    });
  });

  test('where the active router cannot be reached, that is said and tried again', async () => {
    held = await holdConnections(client, 3);
    const waiting = await lvs1.start(`lvs real drain web ${first} --wait`);
    await untilSays(waiting, 'draining');
    const told = untilSays(waiting, 'trying again');
    await cluster.stopSshd('lvs2');
    await told;
    await cluster.startSshd('lvs2');
    await Promise.all(held.splice(0).map((each) => each.close()));
    const { status, stderr } = await ended(waiting);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^lvs2: the connection was lost: /m),
    });
    await lvs1.output('lvs failover --yes');
  });

  test('removal asks before the wait, keeps what is not empty in time, and removes what is', async () => {
    held = await holdConnections(client, 3);
    const asked = await lvs1.run(`script -qec "lvs real remove web ${first} --drain" /dev/null`, { input: 'n\n' });
    expect(asked).toMatchObject({ status: 4, stdout: expect.stringContaining('would be drained and removed. Go on?') });
    await expectWeight(2);

    const late = await lvs1.run(`lvs real remove web ${first} --drain --timeout 1 --yes`);
    expect(late).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/stays drained; \d connections remain.*; nothing is removed\n$/),
    });
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).toContain(`address: ${first},`);
    await expectWeight(0);

    const waiting = await lvs1.start(`lvs real remove web ${first} --drain --timeout none --yes`);
    await untilSays(waiting, 'draining');
    await Promise.all(held.splice(0).map((each) => each.close()));
    expect(await ended(waiting)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('drained: no connection'),
    });
    for (const router of [lvs1, lvs2]) expect(await router.output('ipvsadm -Sn')).not.toContain(first);
    expect(await lvs1.read('/etc/lvs/lvs.yaml')).not.toContain(`address: ${first},`);
    await expectConverged(lvs1);
  });
});
