import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RouterState, SyncDaemon } from '../../src/model/state.ts';
import { everything } from '../../src/plan/scope.ts';
import { targetState } from '../../src/plan/target.ts';
import { SimulatedKernel } from '../simulated/kernel.ts';
import { arbitraryTables } from './support/arbitrary-change.ts';
import { arbitraryRouter } from './support/arbitrary-router.ts';
import { converge } from './support/carry-out.ts';
import { addressText, comparable, textOf, withKernelDefaults } from './support/comparable.ts';

/** One for each object that differs; a virtual server that goes takes its real servers along. */
function fewestRules(before: RouterState, after: RouterState): number {
  const [old, wanted] = [comparable(before).virtualServers, comparable(after).virtualServers];
  let count = 0;
  for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
    const [from, to] = [old[key], wanted[key]];
    if (to === undefined) {
      count += 1;
      continue;
    }
    const { realServers: fromReals = {}, ...fromSettings } = from ?? {};
    const { realServers: toReals, ...toSettings } = to;
    if (textOf(fromSettings) !== textOf(toSettings)) count += 1;
    for (const real of new Set([...Object.keys(fromReals), ...Object.keys(toReals)])) {
      if (textOf(fromReals[real]) !== textOf(toReals[real])) count += 1;
    }
  }
  return count;
}

function fewestAddresses(before: RouterState, after: RouterState): number {
  const [old, wanted] = [before, after].map(({ addresses }) => new Set(addresses.map(addressText))) as [
    Set<string>,
    Set<string>,
  ];
  return [...old].filter((held) => !wanted.has(held)).length + [...wanted].filter((held) => !old.has(held)).length;
}

function fewestSettings(before: RouterState, after: RouterState): number {
  const changed = [...after.settings].filter(([name, value]) => before.settings.get(name) !== value).length;
  return changed + (textOf(before.timeouts) === textOf(after.timeouts) ? 0 : 1);
}

/** A daemon cannot be changed: it is stopped and started. */
function fewestDaemons(before: RouterState, after: RouterState): number {
  const texts = (daemons: readonly SyncDaemon[]) => daemons.map(textOf);
  const [old, wanted] = [texts(before.syncDaemons), texts(after.syncDaemons)];
  return old.filter((one) => !wanted.includes(one)).length + wanted.filter((one) => !old.includes(one)).length;
}

/** Commands that change something for good: announcements and the promotion of secondaries leave nothing behind. */
function lasting(log: readonly string[]): string[] {
  return log.filter((command) => !command.startsWith('arping') && !command.includes('promote_secondaries'));
}

it('runs one command for each rule that differs', () => {
  fc.assert(
    fc.property(arbitraryTables, ({ before, after }) => {
      const kernel = new SimulatedKernel();
      const empty = kernel.state();
      converge(kernel, { ...empty, virtualServers: before });
      const live = kernel.state();
      const already = kernel.log().length;
      converge(kernel, { ...empty, virtualServers: after });
      expect(kernel.log()).toHaveLength(already + fewestRules(live, { ...empty, virtualServers: after }));
    }),
    { numRuns: 100 },
  );
});

it('runs the fewest commands that lead from a router to what is declared', () => {
  fc.assert(
    fc.property(arbitraryRouter, fc.constantFrom('enable', 'disable', 'keep'), ({ desired, boot }, addresses) => {
      const kernel = boot();
      const live = kernel.state();
      const already = kernel.log().length;
      const request = { scope: everything, addresses, prune: true, protected: new Set<string>() };
      const target = withKernelDefaults(targetState(live, desired, request));
      converge(kernel, target);
      const commands = lasting(kernel.log().slice(already));
      const least = [fewestRules, fewestAddresses, fewestSettings, fewestDaemons].map((count) => count(live, target));
      expect(commands).toHaveLength(least.reduce((sum, number) => sum + number, 0));
    }),
    { numRuns: 150 },
  );
});

it('announces each address that comes once, and changes the promotion of secondaries once there and back', () => {
  fc.assert(
    fc.property(arbitraryRouter, ({ desired, boot }) => {
      const kernel = boot();
      const live = kernel.state();
      const request = { scope: everything, addresses: 'enable', prune: false, protected: new Set<string>() } as const;
      converge(kernel, targetState(live, desired, request));
      const added = kernel.log().filter((command) => /^ip addr add [\d.]+\//.test(command));
      expect(kernel.announcements()).toHaveLength(added.length);
      for (const device of ['eth0', 'eth1', 'eth2']) {
        const setting = `net.ipv4.conf.${device}.promote_secondaries`;
        const changes = kernel.log().filter((command) => command.includes(setting));
        expect([[], [`sysctl -w ${setting}=1`, `sysctl -w ${setting}=0`]]).toContainEqual(changes);
        expect(kernel.state().settings.get(setting)).toBe(live.settings.get(setting));
      }
    }),
    { numRuns: 100 },
  );
});
