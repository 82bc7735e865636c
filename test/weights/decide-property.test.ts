import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeclaredVirtualServer } from '../../src/model/cluster.ts';
import { keyOfRealServer } from '../../src/model/identity.ts';
import type { Decision } from '../../src/weights/decisions.ts';
import type { Observation } from '../../src/weights/observation.ts';
import { exited, failed, Monitored, passed, read, said, virtualServer } from './support/monitored.ts';

/* Random virtual servers under random sequences of observations: what must hold after each of them. */

const load = fc.constantFrom('', 'load: { agent: 3333 }', 'load: { ssh: uptime, interval: 2s }');
const check = fc.constantFrom('', 'check: tcp', 'check: { exec: /bin/check, dynamic: true }');
const consequences = fc.tuple(
  fc.constantFrom('', 'on-failure: remove'),
  fc.constantFrom('', 'slow-start: 20s'),
  fc.constantFrom('', 'when-all-fail: open', 'sorry-server: 192.168.1.9'),
);
const real = fc.record({ weight: fc.constantFrom(0, 1, 1, 3, 200, 2_147_483), drain: fc.nat({ max: 5 }) });
const realServers = fc.array(real, { minLength: 1, maxLength: 4 });

const declared: fc.Arbitrary<DeclaredVirtualServer> = fc
  .tuple(check, load, consequences, realServers)
  .map(([check, load, consequences, reals]) => {
    // What cannot be declared together is left out.
    const kind = load !== '' && check.includes('dynamic') ? 'check: tcp' : check;
    const found = kind !== '' || load.includes('agent');
    const written = reals.map(
      ({ weight, drain }, index) =>
        `{ address: 192.168.1.${index + 2}, weight: ${weight}${drain === 0 ? ', state: drain' : ''} }`,
    );
    const lines = [kind, load, ...(found ? consequences : []), `real-servers: [${written.join(', ')}]`];
    return virtualServer(lines.filter((line) => line !== '').join(', '));
  });

const words = fc.constantFrom(
  'up',
  'down',
  'drain',
  'maint',
  'ready',
  '0%',
  '37%',
  '999999%',
  'nonsense',
  'up ready 100%',
);
const observation: fc.Arbitrary<Observation> = fc.oneof(
  { arbitrary: fc.constant(passed), weight: 4 },
  { arbitrary: fc.constant(failed()), weight: 4 },
  fc.nat({ max: 253 }).map(exited),
  words.map(said),
  fc
    .tuple(fc.double({ min: 0, max: 50, noNaN: true }), fc.integer({ min: 1, max: 64 }))
    .map(([load, n]) => read(load, n)),
);
const step = fc.record({
  seconds: fc.oneof(fc.constantFrom(0, 1, 2, 3), fc.constantFrom(-5, 1000)),
  seen: fc.dictionary(fc.constantFrom('2', '3', '4', '5'), observation),
  restart: fc.nat({ max: 9 }).map((number) => number === 0),
});
const steps = fc.array(step, { maxLength: 40 });

function follow(server: DeclaredVirtualServer, steps: readonly Step[], look: (web: Monitored) => void): void {
  const web = new Monitored(server);
  for (const { seconds, seen, restart } of steps) {
    if (restart) web.restart();
    web.tick(seen, seconds);
    look(web);
  }
}

interface Step {
  readonly seconds: number;
  readonly seen: Readonly<Record<number, Observation>>;
  readonly restart: boolean;
}

function each(web: Monitored): [Decision, DeclaredVirtualServer['realServers'][number]][] {
  return web.server.realServers.flatMap((real) => {
    const decision = web.decisions.realServers.get(keyOfRealServer(real));
    return decision === undefined ? [] : [[decision, real]];
  });
}

test('every weight is one that the kernel takes, and within its bounds', () => {
  fc.assert(
    fc.property(declared, steps, (server, steps) => {
      follow(server, steps, (web) => {
        const decided = server.check !== null || server.load !== null;
        expect(web.decisions.realServers.size).toBe(decided ? server.realServers.length : 0);
        for (const [{ weight, load, configured, ramp }, real] of each(web)) {
          expect(configured).toBe(real.weight);
          expect(Number.isInteger(weight) && weight >= 0 && weight <= 2_147_483_647).toBe(true);
          expect(Number.isFinite(load) && load >= 0).toBe(true);
          if (server.load !== null && weight > 0) {
            const least = ramp === null && 'ssh' in server.load ? real.weight * 10 : 1;
            expect(weight).toBeGreaterThanOrEqual(least);
            expect(weight).toBeLessThanOrEqual(real.weight * 1000);
          }
          if (real.weight === 0) expect(weight).toBe(0);
        }
      });
    }),
  );
});

test('who has failed or is to be empty gets nothing, unless all fail and that is declared open', () => {
  fc.assert(
    fc.property(declared, steps, (server, steps) => {
      follow(server, steps, (web) => {
        const all = each(web);
        const available = all.some(
          ([{ health, agent, weight }, { drain }]) => health !== 'down' && agent === null && !drain && weight > 0,
        );
        const watched = server.check !== null || server.load !== null;
        expect(web.decisions.sorry).toBe(watched && !available && server.sorryServer !== null);
        for (const [{ health, agent, weight, present }, { weight: configured }] of all) {
          const obstacle = health === 'down' || agent !== null;
          const open = !available && server.whenAllFail === 'open' && agent !== 'drain' && agent !== 'maint';
          if (obstacle && !open) expect(weight).toBe(0);
          if (!present) expect([server.onFailure, obstacle, weight]).toEqual(['remove', true, 0]);
          if (server.check?.type === 'tcp' && !obstacle && configured > 0 && server.load === null)
            expect(weight).toBeGreaterThan(0);
        }
      });
    }),
  );
});

test('events tell all that changed, and nothing else', () => {
  fc.assert(
    fc.property(declared, steps, (server, steps) => {
      const factor = server.load === null ? 1 : 100;
      const known = new Map(server.realServers.map((real) => [keyOfRealServer(real), real.weight * factor]));
      let sorry = false;
      follow(server, steps, (web) => {
        for (const { realServer, oldWeight, newWeight } of web.events) {
          if (realServer === null) sorry = newWeight === 1;
          else {
            expect(oldWeight).toBe(known.get(realServer));
            known.set(realServer, newWeight);
          }
        }
        expect(new Set(web.events.map(({ realServer }) => realServer)).size).toBe(web.events.length);
        expect(web.decisions.sorry).toBe(sorry);
        for (const [key, { weight, reason }] of web.decisions.realServers) {
          expect(known.get(key)).toBe(weight);
          expect(reason).not.toMatch(/NaN|undefined|null/);
        }
        // Nothing new at the same time: nothing to tell.
        expect(web.tick({}, 0).events).toEqual([]);
      });
    }),
  );
});

test('a monitor that is started again decides as the one before it', () => {
  fc.assert(
    fc.property(declared, steps, (server, steps) => {
      follow(server, steps, (web) => {
        const before = web.decisions;
        const again = new Monitored(server);
        again.standing = web.standing;
        again.now = web.now;
        expect(again.restart().tick({}, 0).events).toEqual([]);
        expect(again.weights).toEqual([...before.realServers.values()].map(({ weight }) => weight));
      });
    }),
  );
});

test('the order in which real servers are declared makes no difference', () => {
  fc.assert(
    fc.property(declared, steps, (server, steps) => {
      const decisionsOf = (server: DeclaredVirtualServer) => {
        const all: unknown[] = [];
        follow(server, steps, ({ decisions }) => all.push([...decisions.realServers].sort(), decisions.sorry));
        return all;
      };
      const reversed = { ...server, realServers: server.realServers.toReversed() };
      expect(decisionsOf(reversed)).toEqual(decisionsOf(server));
    }),
  );
});
