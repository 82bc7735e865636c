import { beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../../src/rehearsal/cluster/process.ts';
import { figureFile } from '../../src/rehearsal/figure.ts';
import type { Decision } from '../../src/weights/decisions.ts';
import { renderDecisions } from '../../src/weights/decisions-file.ts';
import { decisionsPlace, monitorLock } from '../../src/weights/decisions-place.ts';
import { usualDecision } from '../weights/support/usual-decision.ts';
import { type TestHost, useCluster } from './support/cluster.ts';
import { commandsOf, type ErrorDocument, expectConverged, lvsJson } from './support/lvs.ts';
import { until } from './support/until.ts';

const config = figureFile.replace(
  'scheduler: wrr',
  'scheduler: wrr\n    check: tcp\n    sorry-server: 192.168.1.3:8080',
);

const down = { weight: 0, health: 'down', reason: 'check failed: connection refused' } as const;

/** Puts down what a monitor would have decided about 192.168.1.2. */
async function decide(host: TestHost, about: Partial<Decision>, sorry = false): Promise<void> {
  const realServers = new Map([['192.168.1.2:80', { ...usualDecision, ...about }]]);
  const virtualServers = new Map([['tcp://1.2.3.1:80', { sorry, realServers }]]);
  await host.write(decisionsPlace, renderDecisions({ pid: 42, updated: usualDecision.since, virtualServers }));
}

/** One that does nothing but live: it holds the lock. */
async function startMonitor(host: TestHost): Promise<Running> {
  const monitor = await host.start(['sh', '-c', 'exec 9>>"$1"; flock 9; exec sleep 600', 'monitor', monitorLock]);
  await until('a monitor lives', async () => (await host.run(`flock -n -s ${monitorLock} true`)).status === 1, monitor);
  return monitor;
}

async function stopMonitor(host: TestHost, monitor: Running): Promise<void> {
  await host.signal(monitor, 'SIGKILL');
  await monitor.finished;
}

/** The real servers of the only virtual server, as `192.168.1.2:80 2`. */
async function weights(host: TestHost): Promise<string[]> {
  const saved = await host.output('ipvsadm -Sn');
  return [...saved.matchAll(/-r (\S+) -m -w (\d+)/g)].map(([, real, weight]) => `${real} ${weight}`);
}

const second = '192.168.1.3:80 1';

describe('who owns a weight', () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2 } = cluster;

  beforeAll(async () => {
    await cluster.reset(config);
    for (const router of [lvs1, lvs2]) await router.output(`rm -f ${decisionsPlace}`);
    await lvs1.output('lvs apply --yes');
  });

  test('without a monitor the weights are those of the file, and that none runs is a fault', async () => {
    expect(await weights(lvs1)).toEqual(['192.168.1.2:80 2', second]);
    const { status, stdout } = await lvs1.run('lvs status --check');
    expect(status).toBe(1);
    for (const name of ['lvs1', 'lvs2'])
      expect(stdout).toContain(`! no monitor runs on ${name} although checks or load are declared`);
    expect(await lvs1.run('ls /run/lvs/monitor.json')).toMatchObject({ status: 2 });
  });

  test('where the kernel has what was decided, diff and apply run nothing, and status says why', async () => {
    const monitors = [await startMonitor(lvs1), await startMonitor(lvs2)] as const;
    await decide(lvs1, down);
    await decide(lvs2, {});
    await lvs1.output('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 0');
    expect(await lvs1.output('lvs diff')).toContain('Nothing to do: everything is as declared.');
    await expectConverged(lvs1);
    expect([await weights(lvs1), await weights(lvs2)]).toEqual([
      ['192.168.1.2:80 0', second],
      ['192.168.1.2:80 2', second],
    ]);
    const { status, stdout } = await lvs1.run('lvs status --check');
    expect(status).toBe(1);
    const isDown = 'web: 1 of 2 real servers is down: 192.168.1.2:80 (check failed: connection refused)';
    expect(stdout).toMatch(/^LVS WARNING: web: 1 of 2 real servers is down: .* \| active=\d+ .* down=1 faults=1 /);
    expect(stdout).toContain(`\n! ${isDown}\n1 virtual server; `);
    expect(stdout).toMatch(/^lvs1 active .*\n {2}monitor: running$/m);
    expect(stdout).toMatch(/^ {2}192\.168\.1\.2:80 +2 -> 0 +down +\d+ +\d+ .*check failed: connection refused$/m);
    expect(stdout).toMatch(/^ {2}192\.168\.1\.3:80 +1 +unknown/m);
    for (const [index, host] of [lvs1, lvs2].entries()) await stopMonitor(host, monitors[index] ?? monitors[0]);
  });

  test('after its death that holds still, and status calls it stale', async () => {
    await expectConverged(lvs1);
    const { status, stdout } = await lvs1.run('lvs status --check');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^lvs2 backup\n {2}monitor: stale/m);
    expect(stdout).toContain('2 -> 0');
    expect((await client.requests(6)).answered).toBe(6);
  });

  test('drift away from the decision is corrected to it', async () => {
    await lvs1.output('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 7');
    const { document } = await lvsJson(lvs1, 'apply --yes');
    expect(commandsOf(document)).toEqual({ lvs1: ['ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 0'] });
    await expectConverged(lvs1);
  });

  test('another configured weight scales it; a drain counts for more', async () => {
    await decide(lvs1, { weight: 3 });
    await lvs1.output('lvs real set web 192.168.1.2 --weight 4');
    expect(await weights(lvs1)).toEqual(['192.168.1.2:80 6', second]);
    expect(await weights(lvs2)).toEqual(['192.168.1.2:80 4', second]);
    expect(await lvs1.read('/etc/lvs/boot.rules')).toContain('-r 192.168.1.2:80 -m -w 4\n');
    await lvs1.output('lvs real drain web 192.168.1.2');
    expect(await weights(lvs1)).toEqual(['192.168.1.2:80 0', second]);
    await expectConverged(lvs1);
    expect(await lvs1.output('lvs status')).toMatch(/^ {2}192\.168\.1\.2:80 +4 -> 0 +up .* drain$/m);
    await lvs1.output('lvs real enable web 192.168.1.2 && lvs real set web 192.168.1.2 --weight 2');
    expect(await weights(lvs1)).toEqual(['192.168.1.2:80 3', second]);
  });

  test('a real server that is out, and the sorry server, are neither drift nor put back by a take-over', async () => {
    await decide(lvs1, { ...down, present: false }, true);
    await lvs1.output('lvs apply --yes');
    const decided = [second, '192.168.1.3:8080 1'];
    expect(await weights(lvs1)).toEqual(decided);
    await expectConverged(lvs1);
    await lvs1.output('lvs release && lvs takeover');
    expect(await weights(lvs1)).toEqual(decided);
    const stdout = await lvs1.output('lvs status');
    expect(stdout).toMatch(
      /^ {2}192\.168\.1\.2:80 +2 -> none +down +0 +0 .*removed, check failed: connection refused$/m,
    );
    expect(stdout).toMatch(/^ {2}192\.168\.1\.3:8080 +1 +\d+ +\d+ .*sorry$/m);
  });

  test('a planned failover finds both routers as declared, and leaves the weights', async () => {
    const before = [await weights(lvs1), await weights(lvs2)];
    await lvs1.output('lvs failover --yes --to lvs2');
    await lvs1.output('lvs failover --yes --to lvs1');
    expect([await weights(lvs1), await weights(lvs2)]).toEqual(before);
  });

  test.each([
    ['cut', `printf '{"version":1,' >${decisionsPlace}`, 'it is no whole JSON document'],
    ['empty', `: >${decisionsPlace}`, 'it is empty'],
    ['a FIFO', `rm ${decisionsPlace}; mkfifo ${decisionsPlace}`, `${decisionsPlace} is not a regular file of root`],
    [
      'a link',
      `rm ${decisionsPlace}; ln -s /etc/passwd ${decisionsPlace}`,
      `${decisionsPlace} is not a regular file of root`,
    ],
  ])('a file that is %s changes no weight, and is named', async (_, script, why) => {
    const before = await weights(lvs2);
    await lvs2.output('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 0');
    await lvs2.output(script);
    const { document } = await lvsJson(lvs1, 'diff');
    expect(document.changed).toBe(false);
    expect(document.routers[1]?.notes).toEqual([`${decisionsPlace} cannot be read, so no weight is changed: ${why}`]);
    await lvs1.output('lvs apply --yes');
    expect(await weights(lvs2)).toContain('192.168.1.3:80 0');
    await lvs2.output(`ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1; rm ${decisionsPlace}`);
    await decide(lvs2, {});
    expect(await weights(lvs2)).toEqual(before);
  });

  test('--reset-weights is refused while a monitor lives', async () => {
    const monitor = await startMonitor(lvs2);
    const { status, document } = await lvsJson<ErrorDocument>(lvs1, 'apply --yes --reset-weights');
    expect({ status, said: document.error.message, hint: document.error.hint }).toEqual({
      status: 4,
      said: 'lvs2: a monitor runs there, process 42, and would change the weights again; nothing was run',
      hint: expect.stringContaining('stop it first'),
    });
    await stopMonitor(lvs2, monitor);
  });

  test('--reset-weights goes back to the weights of the file, and drops what was decided', async () => {
    const forgetting = `flock -n ${monitorLock} rm -f ${decisionsPlace}`;
    const expected = {
      lvs1: [
        'ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2',
        'ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.3:8080',
        forgetting,
      ],
      lvs2: [forgetting],
    };
    const shown = await lvsJson(lvs1, 'apply --dry-run --reset-weights');
    expect(commandsOf(shown.document)).toEqual(expected);
    const { status, document } = await lvsJson(lvs1, 'apply --yes --reset-weights');
    expect({ status, commands: commandsOf(document) }).toEqual({ status: 0, commands: expected });
    for (const router of [lvs1, lvs2]) {
      expect(await weights(router)).toEqual(['192.168.1.2:80 2', second].sort());
      expect((await router.run('ls /run/lvs/monitor.json')).status).toBe(2);
    }
    await expectConverged(lvs1);
    expect((await client.requests(6)).answered).toBe(6);
  });
});
