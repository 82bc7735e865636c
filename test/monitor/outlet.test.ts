import { beforeEach, describe, expect, it } from 'vitest';
import type { DecisionsKeeper } from '../../src/monitor/decisions-keeper.ts';
import type { MonitorEvent } from '../../src/monitor/events.ts';
import { Outlet } from '../../src/monitor/outlet.ts';
import type { WeightsWriter, Written } from '../../src/monitor/weights-writer.ts';
import type { WantedWeight } from '../../src/plan/weight-changes.ts';

const weight = (realServer: string, weight: number | null): WantedWeight => ({
  virtualServer: 'tcp://1.2.3.1:80',
  realServer,
  weight,
  absent: null,
});

describe('what was decided', () => {
  let asked: (readonly WantedWeight[] | null)[];
  let answers: Written[];
  let published: number;
  let full: boolean;
  let events: MonitorEvent[];
  let outlet: Outlet;
  const write = (wanted: readonly WantedWeight[], now: number, may = true) => outlet.write(wanted, () => may, now);

  beforeEach(() => {
    [asked, answers, events, published, full] = [[], [], [], 0, false];
    const writer = {
      write: async (wanted: () => readonly WantedWeight[] | null) => {
        const weights = wanted();
        asked.push(weights);
        if (weights === null) return { outcome: 'busy' } as const;
        return answers.shift() ?? ({ outcome: 'done' } as const);
      },
    };
    const keeper = {
      publish: async () => {
        if (full) throw new Error('no space left on device');
        published += 1;
      },
    };
    const say = (event: MonitorEvent) => void events.push(event);
    outlet = new Outlet(keeper as unknown as DecisionsKeeper, writer as unknown as WeightsWriter, say);
  });

  it('is written once, and again only where it is another', async () => {
    await write([weight('a', 1), weight('b', 2)], 0);
    await write([weight('a', 1), weight('b', 2)], 1);
    await write([weight('a', 1), weight('b', null)], 2);
    await outlet.publish(new Map());
    expect(asked).toEqual([[weight('a', 1), weight('b', 2)], [weight('b', null)]]);
    expect(outlet.settled).toBe(true);
  });

  it('is tried again when somebody else is done, in half a second', async () => {
    answers = [{ outcome: 'busy' }];
    await write([weight('a', 1)], 10);
    expect(outlet.settled).toBe(false);
    await write([weight('a', 1)], 10.4);
    await write([weight('a', 0)], 10.6);
    expect(asked).toEqual([[weight('a', 1)], [weight('a', 0)]]);
    expect(events).toEqual([]);
  });

  it('is not written where there is reason to decide anew', async () => {
    await write([weight('a', 1)], 0, false);
    expect(asked).toEqual([null]);
    await write([weight('a', 1)], 1);
    expect(asked).toEqual([null, [weight('a', 1)]]);
  });

  it('that cannot be written is told once, and once when it can be', async () => {
    answers = Array.from({ length: 3 }, () => ({ outcome: 'failed', reason: 'no' }));
    for (const now of [0, 2, 4, 6]) await write([weight('a', 1)], now);
    expect(asked).toHaveLength(4);
    expect(events).toEqual([
      { type: 'kernel', reason: 'no' },
      { type: 'kernel', reason: null },
    ]);
  });

  it('is published where it is another, and tried again where that fails', async () => {
    const decisions = new Map([['tcp://1.2.3.1:80', { sorry: false, realServers: new Map() }]]);
    full = true;
    await outlet.publish(decisions);
    await write([], 0);
    expect(outlet.settled).toBe(false);
    full = false;
    await outlet.publish(decisions);
    await outlet.publish(decisions);
    expect(published).toBe(1);
    expect(events).toEqual([{ type: 'kernel', reason: 'its decisions cannot be kept: no space left on device' }]);
  });
});
