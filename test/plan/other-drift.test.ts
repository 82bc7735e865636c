import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RouterState } from '../../src/model/state.ts';
import type { Desired } from '../../src/plan/desired.ts';
import { planRouter } from '../../src/plan/router-plan.ts';
import { everything, namedScope, type Scope } from '../../src/plan/scope.ts';
import { targetState } from '../../src/plan/target.ts';
import { arbitraryRouter } from './support/arbitrary-router.ts';
import { converge, tools } from './support/carry-out.ts';

/** A router that is as declared, except for one virtual server that an edit is about. */
const converged = arbitraryRouter
  .map(({ desired, boot }) => {
    const kernel = boot();
    const request = { scope: everything, addresses: 'enable', prune: false, protected: new Set<string>() } as const;
    converge(kernel, targetState(kernel.state(), desired, request));
    return { live: kernel.state(), desired };
  })
  .filter(({ desired }) => desired.virtualServers.size > 0)
  .chain(({ live, desired }) =>
    fc.constantFrom(...desired.virtualServers.keys()).map((key) => ({ live, desired, key })),
  );

function otherDriftOf(live: RouterState, desired: Desired, scope: Scope): number {
  const facts = { name: 'lvs1', role: 'active', live, desired, tools, protected: new Set<string>() } as const;
  return planRouter(facts, { scope, addresses: 'enable', prune: false }).otherDrift;
}

const without = (servers: Desired['virtualServers'], key: string) => {
  return new Map([...servers].filter(([each]) => each !== key));
};

describe('what differs beyond what a command names', () => {
  it('is nothing where a virtual server goes from a router that is as declared', () => {
    fc.assert(
      fc.property(converged, ({ live, desired, key }) => {
        const edited = { ...desired, virtualServers: without(desired.virtualServers, key) };
        expect(otherDriftOf(live, edited, namedScope({ virtualServers: new Set([key]) }))).toBe(0);
      }),
    );
  });

  it('is nothing where a virtual server comes to a router that has all others', () => {
    fc.assert(
      fc.property(converged, ({ live, desired, key }) => {
        const before = { ...live, virtualServers: without(live.virtualServers, key) };
        expect(otherDriftOf(before, desired, namedScope({ virtualServers: new Set([key]) }))).toBe(0);
      }),
    );
  });

  it('is each virtual server and real server that another one lacks', () => {
    fc.assert(
      fc.property(converged, ({ live, desired, key }) => {
        const before = { ...live, virtualServers: without(live.virtualServers, key) };
        const lacking = 1 + (desired.virtualServers.get(key)?.realServers.size ?? 0);
        expect(otherDriftOf(before, desired, namedScope({}))).toBe(lacking);
      }),
    );
  });
});
