import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference } from '../../src/plan/difference.ts';
import { everything } from '../../src/plan/scope.ts';
import { targetState } from '../../src/plan/target.ts';
import { SimulatedKernel } from '../simulated/kernel.ts';
import { arbitraryTables } from './support/arbitrary-change.ts';
import { arbitraryRouter } from './support/arbitrary-router.ts';
import { carryOut, converge, tools } from './support/carry-out.ts';
import { comparable, withKernelDefaults } from './support/comparable.ts';

const empty = new SimulatedKernel().state();
const policies = fc.constantFrom('enable', 'disable', 'keep', 'ignore');
const request = fc.record({ addresses: policies, prune: fc.boolean() });

describe('carrying out the difference', () => {
  it('leads from any table of virtual servers to any other', () => {
    fc.assert(
      fc.property(arbitraryTables, ({ before, after }) => {
        const kernel = new SimulatedKernel();
        expect(converge(kernel, { ...empty, virtualServers: before })).toBeNull();
        expect(converge(kernel, { ...empty, virtualServers: after })).toBeNull();
        expect(comparable(kernel.state())).toEqual(comparable({ ...empty, virtualServers: after }));
      }),
      { numRuns: 150 },
    );
  });

  it('leads from any router to what is declared, and then there is nothing to do', () => {
    fc.assert(
      fc.property(arbitraryRouter, request, ({ desired, boot }, { addresses, prune }) => {
        const kernel = boot();
        const asked = { scope: everything, addresses, prune, protected: new Set<string>() };
        const target = targetState(kernel.state(), desired, asked);
        expect(converge(kernel, target)).toBeNull();
        expect(comparable(kernel.state())).toEqual(comparable(withKernelDefaults(target)));

        const again = targetState(kernel.state(), desired, asked);
        expect(difference(kernel.state(), again, tools)).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });
});

it('finds nothing to do where a router is as it should be', () => {
  fc.assert(
    fc.property(arbitraryRouter, ({ boot }) => {
      const kernel = boot();
      const changes = difference(kernel.state(), kernel.state(), tools);
      expect(changes).toEqual([]);
      expect(carryOut(kernel, changes)).toBeNull();
    }),
    { numRuns: 50 },
  );
});
