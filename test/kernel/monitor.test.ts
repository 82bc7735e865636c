import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { useCluster } from './support/cluster.ts';
import { startMonitor, type TestMonitor, weights } from './support/monitor.ts';
import { startNginx, type WebServer } from './support/nginx.ts';
import { until } from './support/until.ts';

const [interval, timeout, fall] = [1, 0.5, 2];
const checked = figureFile
  .replace(
    '    real-servers:',
    `    check: { http: /, status: 200, body: "^rs", interval: ${interval}s, timeout: 500ms, rise: 2, fall: ${fall} }\n    slow-start: 4s\n    real-servers:`,
  )
  .replace('{ address: 192.168.1.2, weight: 2 }', '{ address: 192.168.1.2:8080, weight: 20 }')
  .replace('{ address: 192.168.1.3, weight: 1 }', '{ address: 192.168.1.3:8080, weight: 10 }');
const [rs1Key, rs2Key] = ['192.168.1.2:8080', '192.168.1.3:8080'];
const whole = { [rs1Key]: 20, [rs2Key]: 10 };

describe('a monitor on each router, with nginx behind', () => {
  const cluster = useCluster();
  const { lvs1, lvs2, rs1, rs2 } = cluster;
  const routers = [lvs1, lvs2];
  let servers: WebServer[] = [];
  let monitors: TestMonitor[] = [];
  const first = () => monitors[0] as TestMonitor;

  beforeAll(async () => {
    expect(checked).toContain('slow-start');
    await cluster.reset(checked);
    servers = [await startNginx(rs1, '192.168.1.2'), await startNginx(rs2, '192.168.1.3')];
    await lvs1.output('lvs apply --yes');
    monitors = [await startMonitor(lvs1), await startMonitor(lvs2)];
    await until('a verdict', async () => (await lvs1.run('cat /run/lvs/monitor.json')).stdout.includes('"up"'));
  });

  afterAll(async () => {
    for (const monitor of monitors) await monitor.stop();
    for (const server of servers) await server.stop();
  });

  test('what is up keeps its weight, and nothing is written', async () => {
    await until(
      'both to be up',
      async () => (await lvs1.run('cat /run/lvs/monitor.json')).stdout.split('"up"').length === 3,
    );
    for (const router of routers) expect(await weights(router)).toEqual(whole);
    expect((await lvs1.run('lvs diff')).status).toBe(0);
  });

  test('one that stops has weight 0 in time, no request fails after that, and it comes back slowly', async () => {
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 50, streams: 0 });
    const stopped = performance.now();
    await servers[0]?.stop();
    await until('weight 0', async () => (await weights(lvs1))[rs1Key] === 0);
    const seconds = (performance.now() - stopped) / 1000;
    // This kernel's own pace beside: what nginx takes to stop, and the look at the weights.
    expect(seconds).toBeLessThan(fall * interval + timeout + 2);
    await traffic.mark('without it');
    await until('weight 0 there, too', async () => (await weights(lvs2))[rs1Key] === 0);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await traffic.mark('coming back');
    expect((await lvs1.run('lvs diff')).status).toBe(0);
    servers[0] = await startNginx(rs1, '192.168.1.2');
    const seen = new Set<number>();
    await until('its whole weight', async () => {
      const weight = (await weights(lvs1))[rs1Key] ?? -1;
      seen.add(weight);
      return weight === 20;
    });
    expect(seen.size).toBeGreaterThan(3);
    const [during, without, back] = await traffic.stop();
    expect(Object.keys(during?.failed ?? {})).not.toEqual([]);
    expect(without).toMatchObject({ failed: {}, shares: { [rs2Key]: expect.any(Number) } });
    expect(Object.keys(without?.shares ?? {})).toEqual([rs2Key]);
    expect(back).toMatchObject({ failed: {} });
    expect(first().lines).toContainEqual(
      expect.stringMatching(/-> 192\.168\.1\.2:8080: weight 20 -> 0: check failed: connection refused$/),
    );
    expect(first().lines).toContainEqual(expect.stringMatching(/weight 0 -> 2: back after [\d.]+ s: slow start, 10%$/));
  });

  test('killed and started again under traffic: no weight jumps, and no request fails', async () => {
    await servers[0]?.stop();
    await until('weight 0', async () => (await weights(lvs1))[rs1Key] === 0);
    const traffic = await cluster.startTraffic({ connectionsPerSecond: 50, streams: 0 });
    const seen = new Set<string>();
    let watching = true;
    const watch = (async () => {
      while (watching) seen.add(JSON.stringify(await weights(lvs1)));
    })();
    await first().kill();
    expect((await lvs1.run('lvs diff')).status).toBe(0);
    monitors[0] = await startMonitor(lvs1);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    watching = false;
    await watch;
    expect([...seen]).toEqual([JSON.stringify({ [rs1Key]: 0, [rs2Key]: 10 })]);
    servers[0] = await startNginx(rs1, '192.168.1.2');
    await until('its whole weight', async () => (await weights(lvs1))[rs1Key] === 20);
    const [summary] = await traffic.stop();
    expect(summary).toMatchObject({ failed: {} });
  });

  test('there is one a machine', async () => {
    const second = await lvs1.run('lvs monitor');
    expect(second).toMatchObject({
      status: 4,
      stderr: expect.stringMatching(/runs on this machine already, process \d+/),
    });
  });

  test('it follows lvs.yaml by itself, and a bad one changes nothing', async () => {
    await lvs1.output('lvs real set web 192.168.1.3 --weight 30');
    await until('the change', async () => first().lines.some((line) => line.includes('weight 10 -> 30')));
    for (const router of routers) expect((await weights(router))[rs2Key]).toBe(30);
    const good = await lvs1.read('/etc/lvs/lvs.yaml');
    await lvs1.write('/etc/lvs/lvs.yaml', good.replace('weight: 30', 'weight: many'));
    await until('the complaint', async () => first().lines.some((line) => line.includes('is not used')));
    expect(first().lines.at(-1)).toContain('found "many"');
    expect((await weights(lvs1))[rs2Key]).toBe(30);
    await lvs1.write('/etc/lvs/lvs.yaml', good);
    await lvs1.output('lvs real set web 192.168.1.3 --weight 10');
    await until('the weight', async () => (await weights(lvs2))[rs2Key] === 10);
  });

  test('an apply that runs meanwhile does nothing, and is not kept from it', async () => {
    for (let count = 0; count < 3; count += 1) {
      const { status, stdout } = await lvs1.run('lvs apply --yes');
      expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing to do') });
    }
  });

  test('an administrator who drains is obeyed, and the monitor gives it back when they are done', async () => {
    await lvs1.output('lvs real drain web 192.168.1.2');
    for (const router of routers) expect((await weights(router))[rs1Key]).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect((await weights(lvs1))[rs1Key]).toBe(0);
    await lvs1.output('lvs real enable web 192.168.1.2');
    for (const router of routers) expect((await weights(router))[rs1Key]).toBe(20);
  });
});
