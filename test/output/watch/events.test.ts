import { describe, expect, test } from 'vitest';
import { inspect } from '../../../src/converge/inspect.ts';
import { eventsBetween } from '../../../src/output/watch/events.ts';
import { type Decided, decide, firstDown } from '../../converge/support/decisions.ts';
import { clusterOf, convergedPair, figure, type SimulatedPair } from '../../converge/support/simulated-pair.ts';

const cluster = clusterOf(
  figure.replace('scheduler: wrr', 'scheduler: wrr\n    check: tcp\n    sorry-server: 192.168.1.9:80'),
);
const later = '2026-11-20T10:00:05.000Z';

function look(pair: SimulatedPair) {
  return inspect(cluster, { on: null, statistics: false, rates: false, connect: pair.connect });
}

async function decidedPair(decided: Decided): Promise<SimulatedPair> {
  const pair = await convergedPair();
  for (const router of pair.routers) decide(router, decided);
  return pair;
}

describe('events of a watch', () => {
  test('begin with what the monitor decided before, with its reason', async () => {
    const [event, ...others] = eventsBetween(null, await look(await decidedPair(firstDown)), later);
    expect(event?.text).toBe('tcp://1.2.3.1:80 -> 192.168.1.2:80: weight 0: check failed: connection refused');
    expect(others).toEqual([]);
  });

  test('are decisions of the serving router that are new', async () => {
    const pair = await decidedPair(firstDown);
    const before = await look(pair);
    const up = { '192.168.1.2:80': { weight: 2, health: 'up', reason: 'check passed', since: later } } as const;
    decide(pair.lvs1, { reals: up, sorry: true });
    decide(pair.lvs2, {});
    expect(eventsBetween(before, await look(pair), later)).toEqual([
      { at: later, text: 'tcp://1.2.3.1:80 -> 192.168.1.2:80: weight 0 -> 2: check passed' },
      { at: later, text: 'tcp://1.2.3.1:80: the sorry server stands in: no real server is left' },
    ]);
    const same = await look(pair);
    expect(eventsBetween(same, same, later)).toEqual([]);
  });

  test('are who is active, who is lost, and who is back', async () => {
    const pair = await decidedPair({});
    const before = await look(pair);
    for (const address of ['1.2.3.1/32 dev eth0', '192.168.1.254/32 dev eth1']) {
      pair.lvs1.kernel.execute(`ip addr del ${address}`.split(' '));
      pair.lvs2.kernel.execute(`ip addr add ${address}`.split(' '));
    }
    const moved = await look(pair);
    const texts = eventsBetween(before, moved, later).map(({ text }) => text);
    expect(texts).toEqual(['lvs1 is backup now', 'lvs2 is active now']);
    pair.lvs1.reachable = false;
    const lost = await look(pair);
    expect(eventsBetween(moved, lost, later).map(({ text }) => text)).toEqual([
      'lvs1 cannot be reached: ssh: connect to host: Connection timed out',
    ]);
    expect(eventsBetween(lost, moved, later).map(({ text }) => text)).toEqual(['lvs1 is reached again: backup']);
  });
});
