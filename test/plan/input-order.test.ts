import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RouterState } from '../../src/model/state.ts';
import { type Desired, desiredOn } from '../../src/plan/desired.ts';
import { difference } from '../../src/plan/difference.ts';
import { everything } from '../../src/plan/scope.ts';
import { targetState } from '../../src/plan/target.ts';
import { arbitraryRouter } from './support/arbitrary-router.ts';
import { carryOut, tools } from './support/carry-out.ts';
import { comparable } from './support/comparable.ts';

const policy = fc.constantFrom('enable', 'disable', 'keep');

/** A shuffling that is the same each time: by a number that each place draws. */
function shuffled<T>(items: Iterable<T>, numbers: readonly number[]): T[] {
  return [...items]
    .map((item, index) => ({ item, number: numbers[index % numbers.length] ?? 0 }))
    .sort((a, b) => a.number - b.number)
    .map(({ item }) => item);
}

/** Labels that nobody declared are handed out in the file's order: which address gets which number depends on it. */
function withoutNumbers(text: string, declared: ReadonlySet<string>): string {
  return text.replace(/eth\d:\d+/g, (label) => (declared.has(label) ? label : label.replace(/\d+$/, 'N')));
}

it('does the same whatever the order of what is declared and of what is there', () => {
  const numbers = fc.array(fc.nat(), { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(arbitraryRouter, policy, numbers, ({ cluster, boot }, addresses, order) => {
      const run = (arrange: <T>(items: Iterable<T>) => T[]) => {
        const kernel = boot();
        const already = kernel.log().length;
        const live: RouterState = {
          ...kernel.state(),
          virtualServers: new Map(arrange(kernel.state().virtualServers)),
          addresses: arrange(kernel.state().addresses),
          syncDaemons: arrange(kernel.state().syncDaemons),
        };
        const desired: Desired = desiredOn({ ...cluster, virtualServers: arrange(cluster.virtualServers) }, null);
        const request = { scope: everything, addresses, prune: true, protected: new Set<string>() };
        expect(carryOut(kernel, difference(live, targetState(live, desired, request), tools))).toBeNull();
        const labels = new Set([...desired.floating.values()].flatMap(({ label }) => label ?? []));
        const state = withoutNumbers(JSON.stringify(comparable(kernel.state())), labels);
        const commands = kernel
          .log()
          .slice(already)
          .map((command) => withoutNumbers(command, labels));
        return { state, commands: commands.sort() };
      };
      expect(run((items) => shuffled(items, order))).toEqual(run((items) => [...items]));
    }),
    { numRuns: 100 },
  );
});
