import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../../src/model/identity.ts';
import { desiredOn } from '../../src/plan/desired.ts';
import { difference } from '../../src/plan/difference.ts';
import { planTakeover } from '../../src/plan/local-halves.ts';
import { everything } from '../../src/plan/scope.ts';
import { targetState } from '../../src/plan/target.ts';
import { wantedWeights } from '../../src/plan/wanted-weights.ts';
import { weightChanges } from '../../src/plan/weight-changes.ts';
import { withDecisions } from '../../src/plan/with-decisions.ts';
import type { Decision } from '../../src/weights/decisions.ts';
import { isMonitored } from '../../src/weights/monitored.ts';
import { arbitraryDecisions } from './support/arbitrary-decisions.ts';
import { arbitraryRouter } from './support/arbitrary-router.ts';
import { converge, tools } from './support/carry-out.ts';
import { comparable, withKernelDefaults } from './support/comparable.ts';

const file = `public: { device: eth0 }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    check: tcp
    sorry-server: 192.168.1.9:8080
    real-servers: [{ address: 192.168.1.2, weight: 4 }, { address: 192.168.1.3, weight: 3 }]
`;

const decision: Decision = {
  configured: 4,
  weight: 2,
  present: true,
  health: 'up',
  agent: null,
  load: 1,
  ramp: null,
  since: '2026-01-01T00:00:00.000Z',
  reason: 'check passed',
};

/** The weights of web, as `192.168.1.2:80=4`, when so much was decided about its first real server. */
function decided(text: string, about: Partial<Decision>, sorry = false, key = '192.168.1.2:80'): string[] {
  const { cluster } = parseConfig(text, 'lvs.yaml');
  const decisions = new Map([
    ['tcp://1.2.3.1:80', { sorry, realServers: new Map([[key, { ...decision, ...about }]]) }],
  ]);
  const desired = withDecisions(desiredOn(cluster, null), cluster, decisions).virtualServers.get('tcp://1.2.3.1:80');
  return [...(desired?.realServers ?? [])].map(([real, { weight, forward }]) =>
    forward === 'masq' ? `${real}=${weight}` : `${real}=${weight} ${forward}`,
  );
}

const second = '192.168.1.3:80=3';
const asDeclared = ['192.168.1.2:80=4', second];

describe('what a monitor decided', () => {
  it('counts for more than the weight in the file, and only where it decided', () => {
    expect(decided(file, {})).toEqual(['192.168.1.2:80=2', second]);
    expect(decided(file, { weight: 0 })).toEqual(['192.168.1.2:80=0', second]);
  });

  it('counts for less than an administrator who drains', () => {
    const drained = file.replace('weight: 4', 'weight: 4, state: drain');
    expect(decided(drained, { weight: 9 })).toEqual(['192.168.1.2:80=0', second]);
  });

  it.each([
    ['in proportion', 5, { configured: 2, weight: 3 }, 8],
    ['to a whole number', 1, { configured: 4, weight: 6 }, 2],
    ['to no less than 1', 1, { configured: 100, weight: 3 }, 1],
    ['from 0 to 0', 8, { configured: 4, weight: 0 }, 0],
    ['to 0 where that is configured now', 0, { configured: 4, weight: 6 }, 0],
    ['not from a configured 0', 7, { configured: 0, weight: 0 }, 7],
    ['to what the kernel takes', 65535, { configured: 1, weight: 2_147_483_647 }, 2_147_483_647],
  ])('scales with the configured weight: %s', (_, weight, about, expected) => {
    expect(decided(file.replace('weight: 4', `weight: ${weight}`), about)[0]).toBe(`192.168.1.2:80=${expected}`);
  });

  it('is in hundredths where load is declared, and so is what it did not decide', () => {
    const loaded = file.replace('check: tcp', 'load: { agent: 3333 }');
    expect(decided(loaded, { weight: 350 })).toEqual(['192.168.1.2:80=350', '192.168.1.3:80=300']);
    expect(decided(loaded, { weight: 0, configured: 0 })).toEqual(['192.168.1.2:80=400', '192.168.1.3:80=300']);
    expect(decided(loaded, {}, true).at(-1)).toBe('192.168.1.9:8080=100');
  });

  it('leaves a real server out', () => {
    expect(decided(file, { present: false, weight: 0 })).toEqual([second]);
  });

  it('has the sorry server stand in, reached as the others are', () => {
    expect(decided(file, {}, true)).toEqual(['192.168.1.2:80=2', second, '192.168.1.9:8080=1']);
    const direct = file.replace('check: tcp', 'check: tcp\n    forward: direct').replace('9:8080', '9');
    expect(decided(direct, {}, true).at(-1)).toBe('192.168.1.9:80=1 direct');
    const itself = file.replace('192.168.1.9:8080', '192.168.1.2');
    expect(decided(itself, {}, true)).toEqual(['192.168.1.2:80=2', second]);
    const none = file.replace(/real-servers:.*/, '');
    expect(decided(none, {}, true)).toEqual(['192.168.1.9:8080=1']);
    expect(decided(file.replace(/ +sorry.*\n/, ''), {}, true)).toEqual(['192.168.1.2:80=2', second]);
  });

  it('counts for nothing where it is about what is not declared, or not to be monitored', () => {
    expect(decided(file, {}, false, '192.168.1.9:80')).toEqual(asDeclared);
    const unchecked = file.replace('    check: tcp\n    sorry-server: 192.168.1.9:8080\n', '');
    expect(decided(unchecked, {}, true)).toEqual(asDeclared);
    expect(decided(file.replace('check: tcp', 'check: tcp\n    state: disabled'), {})).toEqual([]);
    expect(decided(file.replace('1.2.3.1:80', '1.2.3.2:80'), {})).toEqual([]);
  });
});

const found = arbitraryRouter.chain((router) =>
  fc.record({ router: fc.constant(router), decisions: arbitraryDecisions(router.cluster) }),
);

describe('whatever was decided', () => {
  it('is what any router is brought to, and then there is nothing to do, for the monitor neither', () => {
    fc.assert(
      fc.property(found, ({ router: { cluster, desired, boot }, decisions }) => {
        const kernel = boot();
        const asked = { scope: everything, addresses: 'enable', prune: false, protected: new Set<string>() } as const;
        const decided = withDecisions(desired, cluster, decisions);
        const target = targetState(kernel.state(), decided, asked);
        expect(converge(kernel, target)).toBeNull();
        expect(comparable(kernel.state())).toEqual(comparable(withKernelDefaults(target)));
        expect(difference(kernel.state(), targetState(kernel.state(), decided, asked), tools)).toEqual([]);
        const wanted = wantedWeights(cluster, null, decisions);
        expect(weightChanges(kernel.state().virtualServers, wanted)).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });

  it('drains stay drained, and what is not monitored has the weights of the file', () => {
    fc.assert(
      fc.property(found, ({ router: { cluster, desired }, decisions }) => {
        const decided = withDecisions(desired, cluster, decisions);
        for (const server of cluster.virtualServers) {
          const key = keyOfVirtualServer(server.id);
          const reals = decided.virtualServers.get(key)?.realServers;
          if (!isMonitored(server)) expect(reals).toEqual(desired.virtualServers.get(key)?.realServers);
          for (const real of server.realServers.filter(({ drain }) => drain))
            expect(reals?.get(keyOfRealServer(real))?.weight ?? 0).toBe(0);
        }
      }),
    );
  });

  it('a take-over adds nothing that is to be out', () => {
    fc.assert(
      fc.property(found, ({ router: { cluster, desired, boot }, decisions }) => {
        const decided = withDecisions(desired, cluster, decisions);
        const live = boot().state();
        const facts = {
          name: 'lvs1',
          role: 'backup',
          live,
          desired: decided,
          tools,
          protected: new Set<string>(),
        } as const;
        for (const { kind, action, virtualServer, key } of planTakeover(facts).changes) {
          if (kind !== 'real-server') continue;
          expect(action).toBe('add');
          expect(decided.virtualServers.get(virtualServer ?? '')?.realServers.has(key)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
