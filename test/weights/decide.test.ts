import { describe, expect, test } from 'vitest';
import { exited, failed, Monitored, passed, read, said, virtualServer } from './support/monitored.ts';

const reals = 'real-servers: [{ address: 192.168.1.2, weight: 10 }, { address: 192.168.1.3, weight: 10 }]';

/** Two real servers of weight 10 that are checked by TCP (rise 2, fall 3), with these further lines. */
function checked(lines = ''): Monitored {
  return new Monitored(virtualServer(`check: tcp, ${lines}${lines === '' ? '' : ', '}${reals}`));
}

describe('health', () => {
  test('nothing is known yet: as configured, and nothing to tell', () => {
    const web = checked().tick({});
    expect([web.weights, web.told]).toEqual([[10, 10], []]);
    expect(web.of(2)).toEqual({
      configured: 10,
      weight: 10,
      present: true,
      health: 'unknown',
      agent: null,
      load: 1,
      ramp: null,
      since: '2026-01-01T00:00:02.000Z',
      reason: 'not checked yet',
    });
  });

  test('the first success is told, and changes no weight', () => {
    expect(checked().tick({ 2: passed }).told).toEqual(['2: 10 -> 10, check passed']);
  });

  test('three failures in a row quiesce, with the reason; two successes bring back', () => {
    const web = checked().tick({ 2: passed, 3: passed });
    web.repeat(2, { 2: failed() });
    expect(web.weights).toEqual([10, 10]);
    web.tick({ 2: failed('timed out after 1 s') });
    expect(web.told).toEqual(['2: 10 -> 0, check failed: timed out after 1 s']);
    expect(web.of(2)).toMatchObject({ weight: 0, present: true, health: 'down', since: '2026-01-01T00:00:08.000Z' });
    web.tick({ 2: failed() }).tick({ 2: passed });
    expect([web.weights, web.told]).toEqual([[0, 10], []]);
    expect(web.tick({ 2: passed }).told).toEqual(['2: 0 -> 10, back after 6 s']);
  });

  test('several results at once count one by one', () => {
    const three = { ...failed(), checks: [1, 2, 3].map(() => ({ failure: 'refused', weight: null })) };
    expect(checked().tick({ 2: three }).weights).toEqual([0, 10]);
  });

  test('on-failure: remove', () => {
    const web = checked('on-failure: remove').repeat(3, { 2: failed() });
    expect(web.told).toEqual(['2: 10 -> 0 removed, check failed: connection refused']);
    expect(web.of(2).present).toBe(false);
    expect(web.repeat(2, { 2: passed }).of(2)).toMatchObject({ present: true, weight: 10 });
  });

  test('one that its administrator drains goes on being checked, at its whole weight', () => {
    const web = new Monitored(
      virtualServer('check: tcp, real-servers: [{ address: 192.168.1.2, state: drain }, 192.168.1.3]'),
    );
    expect(web.tick({ 2: passed }).of(2)).toMatchObject({ weight: 1, health: 'up' });
    expect(web.repeat(3, { 2: failed() }).of(2)).toMatchObject({ weight: 0, health: 'down' });
  });
});

describe('restart', () => {
  test('no weight changes, and nothing is told', () => {
    const web = checked('slow-start: 20s').tick({ 2: passed, 3: passed }).repeat(3, { 2: failed() });
    const before = web.decisions;
    expect(web.restart().tick({}).told).toEqual([]);
    expect(web.decisions).toEqual(before);
  });

  test('what was down needs its successes, and what was up its failures', () => {
    const web = checked().tick({ 3: passed }).repeat(3, { 2: failed() }).restart();
    web.tick({ 2: passed, 3: failed() });
    expect(web.weights).toEqual([0, 10]);
    web.tick({ 2: passed, 3: failed() });
    expect(web.weights).toEqual([10, 10]);
    expect(web.told).toEqual(['2: 0 -> 10, back after 4 s']);
    expect(web.tick({ 3: failed() }).weights).toEqual([10, 0]);
  });

  test('a ramp goes on where it was', () => {
    const web = checked('slow-start: 20s').repeat(3, { 2: failed() }).repeat(2, { 2: passed });
    web.tick({}, 10).restart().tick({}, 1);
    expect(web.weights).toEqual([5, 10]);
    expect(web.tick({}, 9).weights).toEqual([10, 10]);
  });
});

describe('slow start', () => {
  test('from a tenth in steps, each with its reason', () => {
    const web = checked('slow-start: 20s').repeat(3, { 2: failed() }).repeat(2, { 2: passed });
    expect(web.told).toEqual(['2: 0 -> 1, back after 4 s: slow start, 10%']);
    expect(web.tick({}, 1).told).toEqual([]);
    expect(web.tick({}, 4).told).toEqual(['2: 1 -> 3, slow start, 30%']);
    expect(web.tick({}, 14.9).weights).toEqual([9, 10]);
    expect(web.tick({}, 0.1).told).toEqual(['2: 9 -> 10, slow start is over']);
    expect(web.of(2).ramp).toBeNull();
  });

  test('a failure ends it, and the next one begins anew', () => {
    const web = checked('slow-start: 20s')
      .repeat(3, { 2: failed() })
      .repeat(2, { 2: passed })
      .repeat(3, { 2: failed() });
    expect(web.weights).toEqual([0, 10]);
    expect(web.repeat(2, { 2: passed }).weights).toEqual([1, 10]);
  });

  test('a clock that is set back does not make it longer', () => {
    const web = checked('slow-start: 20s').repeat(3, { 2: failed() }).repeat(2, { 2: passed });
    expect(web.tick({}, -3600).weights).toEqual([1, 10]);
    expect(web.tick({}, 20).weights).toEqual([10, 10]);
  });

  test('a weight is at least 1', () => {
    const web = new Monitored(virtualServer('check: tcp, slow-start: 20s, real-servers: [192.168.1.2, 192.168.1.3]'));
    expect(web.repeat(3, { 2: failed() }).repeat(2, { 2: passed }).weights).toEqual([1, 1]);
  });
});

describe('when all fail', () => {
  test('closed: all are at weight 0', () => {
    const web = checked().repeat(3, { 2: failed(), 3: failed() });
    expect([web.weights, web.decisions.sorry]).toEqual([[0, 0], false]);
  });

  test('open: all have their weights as if they were up, and the first that is back serves alone', () => {
    const web = checked('when-all-fail: open, on-failure: remove, slow-start: 20s').repeat(3, { 2: failed() });
    expect(web.of(2)).toMatchObject({ weight: 0, present: false });
    web.repeat(3, { 3: failed('timed out') });
    expect(web.told).toEqual([
      '2: 0 -> 10, none is left, so as if it were up; check failed: connection refused',
      '3: 10 -> 10, none is left, so as if it were up; check failed: timed out',
    ]);
    expect(web.of(2)).toMatchObject({ present: true, health: 'down' });
    web.repeat(2, { 3: passed });
    // It had its weight all the time: no ramp.
    expect(web.told).toEqual(['2: 10 -> 0 removed, check failed: connection refused', '3: 10 -> 10, back after 4 s']);
  });

  test('a sorry server stands in, and is relieved', () => {
    const web = checked('sorry-server: 192.168.1.9').repeat(3, { 2: failed(), 3: failed() });
    expect(web.told.at(-1)).toBe('sorry: 0 -> 1, no real server is left');
    expect([web.weights, web.decisions.sorry]).toEqual([[0, 0], true]);
    web.repeat(2, { 3: passed });
    expect(web.told.at(-1)).toBe('sorry: 1 -> 0, a real server is back');
    expect(web.decisions.sorry).toBe(false);
  });

  test('one that is drained, has weight 0 or is in maintenance is not left', () => {
    const lines = (first: string) =>
      virtualServer(
        `check: tcp, load: { agent: 3333 }, sorry-server: 192.168.1.9, real-servers: [${first}, 192.168.1.3]`,
      );
    for (const [first, agent] of [
      ['{ address: 192.168.1.2, state: drain }', ''],
      ['{ address: 192.168.1.2, weight: 0 }', ''],
      ['192.168.1.2', 'maint'],
      ['192.168.1.2', 'drain'],
      ['192.168.1.2', '0%'],
    ] as const)
      expect(new Monitored(lines(first)).tick({ 2: said(agent) }).repeat(3, { 3: failed() }).decisions.sorry).toBe(
        true,
      );
  });

  test('open does not bring back what is drained or in maintenance', () => {
    const web = new Monitored(virtualServer(`check: tcp, load: { agent: 3333 }, when-all-fail: open, ${reals}`));
    web.tick({ 2: said('maint') }).repeat(3, { 3: failed() });
    expect(web.weights).toEqual([0, 1000]);
  });

  test('nor what failed and is to be drained besides', () => {
    const web = new Monitored(virtualServer(`check: tcp, load: { agent: 3333 }, when-all-fail: open, ${reals}`));
    web.tick({ 2: said('drain') }).repeat(3, { 2: failed(), 3: failed() });
    expect(web.weights).toEqual([0, 1000]);
  });

  test('no real servers at all', () => {
    const web = new Monitored(virtualServer('check: tcp, sorry-server: 192.168.1.9')).tick({});
    expect(web.decisions).toEqual({ realServers: new Map(), sorry: true });
  });
});

describe('agents', () => {
  const agents = (lines = '') => new Monitored(virtualServer(`load: { agent: 3333 }, ${lines}${reals}`));

  test('percentages of the configured weight, in hundredths', () => {
    const web = agents().tick({ 2: said('75%') });
    expect([web.weights, web.told]).toEqual([[750, 1000], ['2: 1000 -> 750, agent: 75%']]);
    expect(web.tick({ 2: said('up') }).weights).toEqual([750, 1000]);
    expect(web.tick({ 2: said('5000%') }).weights).toEqual([10_000, 1000]);
    expect(web.tick({ 2: said('0%') }).told).toEqual(['2: 10000 -> 0, agent: 0%']);
  });

  test('down, maint and drain, and back', () => {
    const web = agents().tick({ 2: said('down # disk full') });
    expect(web.told).toEqual(['2: 1000 -> 0, agent: down: disk full']);
    expect(web.of(2)).toMatchObject({ health: 'unknown', agent: 'down' });
    expect(web.tick({ 2: said('up') }).told).toEqual(['2: 0 -> 1000, back after 2 s']);
    expect(web.tick({ 2: said('maint') }).told).toEqual(['2: 1000 -> 0, agent: maint']);
    expect(web.tick({ 2: said('drain') }).told).toEqual(['2: 0 -> 0, agent: drain']);
    expect(web.tick({ 2: said('ready') }).told).toEqual(['2: 0 -> 1000, agent: ready']);
  });

  test('slow start after down, none after drain', () => {
    const web = agents('slow-start: 20s, ');
    expect(web.tick({ 2: said('fail') }).tick({ 2: said('up') }).weights).toEqual([100, 1000]);
    expect(
      web
        .tick({}, 20)
        .tick({ 2: said('drain') })
        .tick({ 2: said('ready') }).weights,
    ).toEqual([1000, 1000]);
  });

  test('an agent that is up does not make up for checks that fail', () => {
    const web = new Monitored(virtualServer(`check: tcp, load: { agent: 3333 }, ${reals}`));
    web.repeat(3, { 2: failed() });
    expect(web.tick({ 2: said('up ready 100%') }).weights).toEqual([0, 1000]);
  });

  test('on-failure: remove is about failures, not about maintenance', () => {
    const web = agents('on-failure: remove, ').tick({ 2: said('down'), 3: said('maint') });
    expect([web.of(2).present, web.of(3).present]).toEqual([false, true]);
  });

  test('what an agent said outlives the monitor', () => {
    const web = agents()
      .tick({ 2: said('50% drain'), 3: said('25%') })
      .restart()
      .tick({});
    expect([web.weights, web.of(2).agent, web.told]).toEqual([[0, 250], 'drain', []]);
    expect(web.tick({ 2: said('ready') }).weights).toEqual([500, 250]);
  });
});

describe('load averages', () => {
  const loads = (lines = reals) => new Monitored(virtualServer(`load: { ssh: uptime, interval: 2s }, ${lines}`));

  test('the busier one gets less, with the reading as the reason', () => {
    const web = loads();
    const told: string[] = [];
    for (let time = 0; time < 20; time++) told.push(...web.tick({ 2: read(1.8, 2), 3: read(0.3, 1) }).told);
    expect(told[0]).toMatch(/^2: 1000 -> \d+, load 1.8 on 2 processors$/);
    expect(told[1]).toMatch(/^3: 1000 -> \d+, load 0.3 on 1 processor$/);
    expect(web.weights[0]).toBeLessThan(750);
    expect(web.weights[1]).toBeGreaterThan(1300);
  });

  test('weight 1 moves both ways', () => {
    const web = loads('real-servers: [192.168.1.2, 192.168.1.3]').repeat(20, { 2: read(1.8, 2), 3: read(0.3, 1) });
    expect(web.weights[0]).toBeLessThan(75);
    expect(web.weights[1]).toBeGreaterThan(130);
  });

  test('load averages that are late are not corrected twice', () => {
    const web = loads();
    let [first, second] = [0.6, 0.2];
    const seen: number[] = [];
    for (let time = 0; time < 300; time++) {
      web.tick({ 2: read(first, 1), 3: read(second, 1) });
      const [weight = 0, other = 0] = web.weights;
      // Capacities 1 and 3, and as much work as 0.8 of the first.
      const share = weight / (weight + other);
      first += (0.8 * share - first) * (1 - Math.exp(-2 / 60));
      second += ((0.8 * (1 - share)) / 3 - second) * (1 - Math.exp(-2 / 60));
      seen.push(other / weight);
    }
    expect(Math.abs((seen.at(-1) ?? 0) / 3 - 1)).toBeLessThan(0.1);
    expect(Math.max(...seen)).toBeLessThan(3.3);
  });

  test('who is drained takes no part', () => {
    const drained = 'real-servers: [192.168.1.2, 192.168.1.3, { address: 192.168.1.4, state: drain }]';
    const web = loads(drained).repeat(60, { 2: read(0.5, 1), 3: read(0.5, 1), 4: read(0, 1) });
    expect(web.weights).toEqual([100, 100, 100]);
  });

  test('readings that are too old count as missing', () => {
    const web = loads().repeat(10, { 2: read(1.8, 2), 3: read(0.3, 1) });
    web.tick({}).tick({}).tick({});
    const before = web.weights;
    expect(web.repeat(50, {}).weights).toEqual(before);
  });

  test('a restart changes no weight', () => {
    const web = loads().repeat(100, { 2: read(1.8, 2), 3: read(0.3, 1) });
    const before = web.weights;
    expect(web.restart().tick({}).tick({}).weights).toEqual(before);
  });
});

describe('changed lvs.yaml', () => {
  test('another weight is taken in at once, with what load made of it', () => {
    const web = new Monitored(virtualServer(`load: { agent: 3333 }, ${reals}`)).tick({ 2: said('50%') });
    web.server = virtualServer(`load: { agent: 3333 }, ${reals.replace('weight: 10', 'weight: 20')}`);
    expect(web.tick({}).told).toEqual(['2: 500 -> 1000, configured weight 10 -> 20']);
    expect(web.of(2).configured).toBe(20);
  });

  test('without check and load there is nothing to decide', () => {
    const web = checked('sorry-server: 192.168.1.9').repeat(3, { 2: failed(), 3: failed() });
    web.server = virtualServer(reals);
    expect(web.tick({}).decisions).toEqual({ realServers: new Map(), sorry: false });
    expect(web.told).toEqual(['sorry: 1 -> 0, nothing is checked any more']);
  });

  test('real servers come and go', () => {
    const web = checked().repeat(3, { 2: failed() });
    web.server = virtualServer('check: tcp, real-servers: [192.168.1.3, 192.168.1.4]');
    expect([...web.tick({}).decisions.realServers.keys()]).toEqual(['192.168.1.3:80', '192.168.1.4:80']);
    expect(web.told).toEqual(['3: 10 -> 1, configured weight 10 -> 1']);
  });

  test('a check that is no longer declared is forgotten', () => {
    const web = new Monitored(virtualServer(`check: tcp, load: { agent: 3333 }, ${reals}`)).repeat(3, { 2: failed() });
    web.server = virtualServer(`load: { agent: 3333 }, ${reals}`);
    expect(web.tick({}).of(2)).toMatchObject({ health: 'unknown', weight: 1000 });
  });
});

describe('dynamic checks', () => {
  const dynamic = () => new Monitored(virtualServer(`check: { exec: /bin/check, dynamic: true }, ${reals}`));

  test('the weight that it says holds until it says another', () => {
    const web = dynamic().tick({ 2: exited(253) });
    expect(web.told).toEqual(['2: 10 -> 253, check says weight 253']);
    expect(web.tick({ 2: passed }).weights).toEqual([253, 10]);
    expect(web.restart().tick({ 2: passed }).weights).toEqual([253, 10]);
    expect(web.repeat(3, { 2: failed() }).repeat(2, { 2: passed }).weights).toEqual([253, 10]);
    expect(web.tick({ 2: exited(0) }).weights).toEqual([0, 10]);
  });

  test('other checks have no weight to say', () => {
    expect(checked().tick({ 2: exited(5) }).weights).toEqual([10, 10]);
  });
});
