import { describe, expect, test } from 'vitest';
import { inspect } from '../../src/converge/inspect.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { paintFor } from '../../src/output/paint.ts';
import { renderStatus } from '../../src/output/status.ts';
import { checkLine, checkStatus } from '../../src/output/status-check.ts';
import { type StatusDocument, statusDocument } from '../../src/output/status-document.ts';
import { plainView } from '../../src/output/view.ts';
import { decisionsPlace, monitorLock } from '../../src/weights/decisions-place.ts';
import { type Decided, decide, firstDown } from '../converge/support/decisions.ts';
import { clusterOf, convergedPair, figure, figureCluster, SimulatedPair } from '../converge/support/simulated-pair.ts';

const plain = plainView(paintFor({}, false));

async function statusOf(pair: SimulatedPair, cluster: Cluster = figureCluster): Promise<StatusDocument> {
  const inspection = await inspect(cluster, { on: null, statistics: false, rates: false, connect: pair.connect });
  return statusDocument(cluster, 'lvs.yaml', inspection);
}

describe('status', () => {
  test('of a cluster that is as declared has no fault', async () => {
    const document = await statusOf(await convergedPair());
    expect(document.faults).toEqual([]);
    expect(document.routers.map(({ name, role, drift }) => ({ name, role, drift }))).toEqual([
      { name: 'lvs1', role: 'active', drift: 0 },
      { name: 'lvs2', role: 'backup', drift: 0 },
    ]);
    expect(document.virtualServers[0]?.realServers.map(({ state }) => state)).toEqual(['enabled', 'enabled']);
  });

  test('names drift, missing and undeclared real servers, and a weight that is another', async () => {
    const pair = await convergedPair();
    const [first, second] = figureCluster.virtualServers[0]?.realServers.map(({ address }) => address) ?? [];
    pair.lvs1.kernel.execute(['ipvsadm', '-e', '-t', '1.2.3.1:80', '-r', `${first}:80`, '-m', '-w', '9']);
    pair.lvs1.kernel.execute(['ipvsadm', '-d', '-t', '1.2.3.1:80', '-r', `${second}:80`]);
    pair.lvs1.kernel.execute(['ipvsadm', '-a', '-t', '1.2.3.1:80', '-r', '192.168.1.99:80', '-m']);
    const document = await statusOf(pair);
    expect(document.faults).toEqual(['lvs1 has 3 differences: "lvs diff" shows them']);
    expect(document.virtualServers[0]?.realServers.map(({ state }) => state)).toEqual([
      'enabled',
      'missing',
      'unmanaged',
    ]);
    const text = renderStatus(document, plain);
    expect(text).toMatch(/192\.168\.1\.\d+:80 +\d+ -> 9 /);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  test('names a router out of reach, and a conflict', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.execute(['ip', 'addr', 'add', '1.2.3.1/32', 'dev', 'eth0']);
    expect((await statusOf(pair)).faults[0]).toBe(
      'lvs1 and lvs2 both have floating addresses: "lvs failover --to ROUTER" resolves it',
    );
    pair.lvs2.reachable = false;
    const document = await statusOf(pair);
    expect(document.faults[0]).toMatch(/^lvs2 cannot be reached: /);
    expect(document.routers.map(({ role }) => role)).toEqual(['active', 'unreachable']);
  });

  test('an address that no router has comes first, and is critical', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.execute(['ip', 'addr', 'del', '1.2.3.1/32', 'dev', 'eth0']);
    const document = await statusOf(pair);
    expect(document.critical).toEqual(['no router has 1.2.3.1: "lvs apply" enables it']);
    expect(document.faults[0]).toBe(document.critical[0]);
    expect(checkLine(document)).toMatch(/^LVS CRITICAL: no router has 1\.2\.3\.1/);
    expect([checkStatus(document, 'any'), checkStatus(document, 'nagios')]).toEqual([1, 2]);
    expect(renderStatus(document, plain)).toContain('! no router has 1.2.3.1: "lvs apply" enables it');
  });

  test('a survivor that has no address says how to take over', async () => {
    const pair = await convergedPair();
    pair.lvs1.reachable = false;
    const document = await statusOf(pair);
    expect(document.critical).toEqual([
      'no router that can be reached has 1.2.3.1, 192.168.1.254: if lvs1 is dead, take over with "lvs failover --to lvs2 --force", or "lvs takeover" on lvs2',
    ]);
    pair.lvs2.reachable = false;
    const dead = await statusOf(pair);
    expect(dead.critical).toEqual(['no router can be reached: nothing is known of the cluster']);
    expect(checkStatus(dead, 'nagios')).toBe(2);
  });

  test('a virtual server that no real server can serve is critical, a real server that is down is not', async () => {
    const pair = await convergedPair();
    const quiesce = (address: string) =>
      pair.lvs1.kernel.execute(['ipvsadm', '-e', '-t', '1.2.3.1:80', '-r', `${address}:80`, '-m', '-w', '0']);
    quiesce('192.168.1.2');
    const one = await statusOf(pair);
    expect([one.critical, checkStatus(one, 'nagios')]).toEqual([[], 1]);
    quiesce('192.168.1.3');
    const none = await statusOf(pair);
    expect([none.critical, checkStatus(none, 'nagios')]).toEqual([['web: no real server takes new connections'], 2]);
    const empty = clusterOf(`${figure}  empty: { address: "tcp://1.2.3.1:81" }\n`);
    await pair.apply({ cluster: empty });
    const document = await statusOf(pair, empty);
    expect(document.critical).toEqual(['empty: it has no real server']);
    expect([checkStatus(document, 'any'), checkLine(document)]).toEqual([
      1,
      expect.stringMatching(/^LVS CRITICAL: empty/),
    ]);
  });

  test('names an address that the kernel does not use', async () => {
    const six = clusterOf(
      figure.replace('1.2.3.1:80', '[2001:db8::1]:80').replace(/192\.168\.1\.([23])(?=[ ,\n])/g, '"2001:db8:1::$1"'),
    );
    const pair = new SimulatedPair();
    await pair.apply({ cluster: six });
    pair.lvs1.kernel.spoil('eth0', '2001:db8::1');
    const { critical, faults } = await statusOf(pair, six);
    expect(critical[0]).toBe('no router has 2001:db8::1: "lvs apply" enables it');
    expect(faults).toContain('lvs1: the kernel does not use 2001:db8::1 on eth0 (dadfailed): see "lvs doctor"');
  });

  test('names what a failover left', async () => {
    const pair = await convergedPair();
    const { kernel } = pair.lvs2;
    const reading = kernel.execute.bind(kernel);
    kernel.execute = (argv, stdin) => {
      const result = reading(argv, stdin);
      if (argv[1] !== '-j') return result;
      return { ...result, stdout: JSON.stringify([...JSON.parse(result.stdout), { ifname: 'lvshold0', flags: [] }]) };
    };
    const document = await statusOf(pair);
    expect(document.routers.map(({ leftBehind }) => leftBehind)).toEqual([undefined, ['lvshold0']]);
    expect(document.faults).toEqual([
      'lvs2 has lvshold0, of a failover that is under way or has died: then the next run of lvs removes it',
    ]);
  });

  test('says what the kernel takes and does not work', async () => {
    const udp = figure.replace('tcp://', 'udp://').replace('scheduler: wrr', 'scheduler: wrr\n    one-packet: true');
    const { notes } = await statusOf(await convergedPair(), clusterOf(udp));
    expect(notes.at(-1)).toMatch(/^web: one-packet with masq loses the answers to UDP/);
    const direct = clusterOf(udp.replace('one-packet', 'forward: direct\n    one-packet'));
    expect((await statusOf(await convergedPair(), direct)).notes).toHaveLength(1);
  });
});

describe('status, of what monitors decide', () => {
  const checked = figure.replace('scheduler: wrr', 'scheduler: wrr\n    check: tcp\n    sorry-server: 192.168.1.9:80');
  const cluster = clusterOf(checked);

  /** Both monitors have decided that, and the kernels follow. */
  async function decidedStatus(decided: Decided, of: Cluster = cluster): Promise<StatusDocument> {
    const pair = await convergedPair();
    for (const router of pair.routers) decide(router, decided);
    await pair.apply({ cluster: of });
    return statusOf(pair, of);
  }

  const isDown = 'web: 1 of 2 real servers is down: 192.168.1.2:80 (check failed: connection refused)';

  const rowsOf = (document: StatusDocument) =>
    renderStatus(document, plain)
      .split('\n')
      .filter((line) => line.startsWith('  192.'));

  test('has the configured weight, the one in force and the reason', async () => {
    const document = await decidedStatus(firstDown);
    expect(document.faults).toEqual([isDown]);
    expect(document.routers.map(({ monitor }) => monitor)).toEqual(['running', 'running']);
    expect(document.virtualServers[0]?.realServers).toEqual([
      {
        address: '192.168.1.2:80',
        state: 'enabled',
        weight: 2,
        configuredWeight: 2,
        effectiveWeight: 0,
        decidedWeight: 0,
        health: 'down',
        reason: 'check failed: connection refused',
        activeConnections: 0,
        inactiveConnections: 0,
      },
      {
        address: '192.168.1.3:80',
        state: 'enabled',
        weight: 1,
        configuredWeight: 1,
        effectiveWeight: 1,
        health: 'unknown',
        activeConnections: 0,
        inactiveConnections: 0,
      },
    ]);
    expect(rowsOf(document)).toEqual([
      expect.stringMatching(/^ {2}192\.168\.1\.2:80 +2 -> 0 +down +0 +0 +check failed: connection refused$/),
      expect.stringMatching(/^ {2}192\.168\.1\.3:80 +1 +unknown +0 +0$/),
    ]);
    expect(renderStatus(document, plain)).toMatch(/^lvs1 active .*\n {2}monitor: running\nlvs2/m);
  });

  test('gives no reason where all is as configured, nor where the kernel has something else', async () => {
    const up = { weight: 2, health: 'up', reason: 'check passed' } as const;
    const pair = await convergedPair();
    for (const router of pair.routers) decide(router, { reals: { '192.168.1.2:80': up } });
    expect(rowsOf(await statusOf(pair, cluster))[0]).toMatch(/ 2 +up +0 +0$/);
    pair.lvs1.kernel.execute('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 9'.split(' '));
    const document = await statusOf(pair, cluster);
    expect(rowsOf(document)[0]).toMatch(/ 2 -> 9 +up +0 +0$/);
    expect(document.faults).toEqual(['lvs1 has 1 difference: "lvs diff" shows them']);
  });

  test('says that a drain is one, and why else it would get nothing', async () => {
    const drained = clusterOf(checked.replace('weight: 2', 'weight: 2, state: drain'));
    const up = { reals: { '192.168.1.2:80': { weight: 2 } } };
    expect(rowsOf(await decidedStatus(up, drained))[0]).toMatch(/ 2 -> 0 +up +0 +0 +drain$/);
    expect(rowsOf(await decidedStatus(firstDown, drained))[0]).toMatch(/ down +0 +0 +drain, check failed: /);
  });

  test('shows what is out, and who stands in', async () => {
    const gone = { present: false, weight: 0, health: 'down', reason: 'check failed: timeout' } as const;
    const document = await decidedStatus({ reals: { '192.168.1.2:80': gone }, sorry: true });
    expect(document.faults).toEqual([
      'web: 1 of 2 real servers is down: 192.168.1.2:80 (check failed: timeout); the sorry server 192.168.1.9:80 stands in',
    ]);
    expect(
      document.virtualServers[0]?.realServers.map(({ state, effectiveWeight }) => [state, effectiveWeight]),
    ).toEqual([
      ['removed', null],
      ['enabled', 1],
      ['sorry', 1],
    ]);
    expect(rowsOf(document)[0]).toMatch(/ 2 -> none +down +0 +0 +removed, check failed: timeout$/);
    expect(rowsOf(document)[2]).toMatch(/^ {2}192\.168\.1\.9:80 +1 +0 +0 +sorry$/);
  });

  test('shows weights in the unit of the configured ones, also where the kernel has hundredths', async () => {
    const loaded = clusterOf(checked.replace('check: tcp', 'load: { agent: 3333 }'));
    const busy = { weight: 75, health: 'unknown', reason: 'agent: 38%' } as const;
    const document = await decidedStatus({ reals: { '192.168.1.2:80': busy } }, loaded);
    expect(document.virtualServers[0]).toMatchObject({ weightFactor: 100 });
    expect(rowsOf(document)[0]).toMatch(/ 2 -> 0\.75 +unknown +0 +0 +agent: 38%$/);
    expect(rowsOf(document)[1]).toMatch(/ 1 +unknown +0 +0$/);
  });

  test('finds fault where no monitor runs, whatever it left behind', async () => {
    const pair = await convergedPair();
    decide(pair.lvs1, { ...firstDown, alive: false });
    await pair.apply({ cluster });
    const document = await statusOf(pair, cluster);
    expect(document.routers.map(({ monitor }) => monitor)).toEqual(['stale', 'none']);
    expect(document.faults).toEqual([
      'no monitor runs on lvs1 although checks or load are declared: start "lvs monitor" there',
      'no monitor runs on lvs2 although checks or load are declared: start "lvs monitor" there',
      isDown,
    ]);
    expect(renderStatus(document, plain)).toContain('\n  monitor: stale: it has ended');
    expect(rowsOf(document)[0]).toMatch(/ 2 -> 0 +down /);
  });

  test('finds fault with what cannot be understood', async () => {
    const pair = await convergedPair();
    for (const { kernel } of pair.routers) kernel.files.locked.add(monitorLock);
    decide(pair.lvs1, {});
    pair.lvs2.kernel.files.write(decisionsPlace, 'garbage');
    expect((await statusOf(pair, cluster)).faults).toEqual([
      'lvs2: /run/lvs/monitor.json cannot be read, so no weight is changed: it is no whole JSON document',
    ]);
  });

  test('says nothing of them where nothing is declared for one', async () => {
    const pair = await convergedPair();
    decide(pair.lvs1, firstDown);
    const document = await statusOf(pair);
    expect(document.faults).toEqual([]);
    expect(document.routers[0]).not.toHaveProperty('monitor');
    expect(document.virtualServers[0]?.realServers[0]).not.toHaveProperty('health');
  });

  test('has missing what cannot be read', async () => {
    const pair = await convergedPair();
    for (const router of pair.routers) router.reachable = false;
    const { virtualServers } = await statusOf(pair, cluster);
    expect(virtualServers[0]?.realServers.map(({ state }) => state)).toEqual(['missing', 'missing']);
  });
});
