import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference } from '../../src/plan/difference.ts';
import { inverseTarget } from '../../src/plan/inverse.ts';
import { everything } from '../../src/plan/scope.ts';
import { targetState } from '../../src/plan/target.ts';
import { SimulatedKernel } from '../simulated/kernel.ts';
import { arbitraryTables } from './support/arbitrary-change.ts';
import { arbitraryRouter } from './support/arbitrary-router.ts';
import { carryOut, converge, tools } from './support/carry-out.ts';
import { comparable } from './support/comparable.ts';

const policy = fc.constantFrom('enable', 'disable', 'keep');
/** How the n-th command fails: the router is gone, or it refuses, or it only seems to do it. */
const fault = fc.record({ nth: fc.integer({ min: 1, max: 30 }), effect: fc.constantFrom('die', 'refuse', 'ignore') });

/** A kernel that lies about the promotion of secondaries takes away addresses that nobody meant to touch. */
function strikable(effect: string): RegExp {
  return effect === 'ignore' ? /^(?!arping|.*promote_secondaries)/ : /^(?!arping)/;
}

describe('putting back', () => {
  it('restores a router from wherever a run ended', () => {
    fc.assert(
      fc.property(
        arbitraryRouter,
        policy,
        fc.boolean(),
        fault,
        ({ desired, boot }, addresses, prune, { nth, effect }) => {
          const kernel = boot();
          const before = kernel.state();
          const request = { scope: everything, addresses, prune, protected: new Set<string>() };
          const intended = targetState(before, desired, request);
          kernel.fail({ matching: strikable(effect), nth, effect });
          carryOut(kernel, difference(before, intended, tools));
          kernel.repair();
          kernel.revive();
          expect(converge(kernel, inverseTarget(kernel.state(), before, intended))).toBeNull();
          expect(comparable(kernel.state())).toEqual(comparable(before));
        },
      ),
      { numRuns: 250 },
    );
  });

  it('restores any table', () => {
    fc.assert(
      fc.property(arbitraryTables, fault, ({ before, after }, { nth, effect }) => {
        const kernel = new SimulatedKernel();
        converge(kernel, { ...kernel.state(), virtualServers: before });
        const live = kernel.state();
        const intended = { ...live, virtualServers: after };
        kernel.fail({ matching: /./, nth, effect });
        carryOut(kernel, difference(live, intended, tools));
        kernel.repair();
        kernel.revive();
        expect(converge(kernel, inverseTarget(kernel.state(), live, intended))).toBeNull();
        expect(comparable(kernel.state())).toEqual(comparable(live));
      }),
      { numRuns: 100 },
    );
  });

  it('leaves alone what others changed meanwhile', () => {
    const kernel = new SimulatedKernel();
    kernel.execute(['ipvsadm', '-A', '-t', '1.2.3.1:80', '-s', 'rr']);
    kernel.execute(['ipvsadm', '-A', '-t', '1.2.3.2:80', '-s', 'rr']);
    const before = kernel.state();
    const [mine = '', others = ''] = before.virtualServers.keys();
    const server = before.virtualServers.get(mine);
    if (server === undefined) throw new Error('there is no virtual server');
    const virtualServers = new Map(before.virtualServers).set(mine, { ...server, scheduler: 'wlc' });
    const intended = { ...before, virtualServers };
    converge(kernel, intended);
    kernel.execute(['ipvsadm', '-E', '-t', '1.2.3.2:80', '-s', 'sh']);
    kernel.execute(['ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'eth0']);

    expect(converge(kernel, inverseTarget(kernel.state(), before, intended))).toBeNull();
    const now = kernel.state();
    expect(now.virtualServers.get(mine)?.scheduler).toBe('rr');
    expect(now.virtualServers.get(others)?.scheduler).toBe('sh');
    expect(now.addresses.map(({ address }) => address)).toEqual(['10.0.0.1']);
  });
});
