import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RouterState, VirtualServer } from '../../src/model/state.ts';
import type { Desired } from '../../src/plan/desired.ts';
import { difference } from '../../src/plan/difference.ts';
import { everything } from '../../src/plan/scope.ts';
import { targetState } from '../../src/plan/target.ts';
import { SimulatedKernel } from '../simulated/kernel.ts';
import { arbitraryTables } from './support/arbitrary-change.ts';
import { arbitraryRouter, foreignAddress, foreignServer, ownAddresses } from './support/arbitrary-router.ts';
import { carryOut, converge, tools } from './support/carry-out.ts';
import { addressText, comparable, textOf } from './support/comparable.ts';

/** Runs the changes and calls back with the state after every single one of their commands. */
function watch(kernel: SimulatedKernel, target: RouterState, see: (now: RouterState, command: string) => void) {
  kernel.onMutation(({ command }) => see(kernel.state(), command.join(' ')));
  expect(carryOut(kernel, difference(kernel.state(), target, tools))).toBeNull();
}

const policy = fc.constantFrom('enable', 'disable', 'keep');

function targetOf(live: RouterState, desired: Desired, addresses: 'enable' | 'disable' | 'keep', prune = false) {
  return targetState(live, desired, { scope: everything, addresses, prune, protected: new Set() });
}

it('gives a router the rules before the address, and takes the address before the rules', () => {
  fc.assert(
    fc.property(arbitraryRouter, policy, ({ desired, boot }, addresses) => {
      const kernel = boot();
      const target = targetOf(kernel.state(), desired, addresses);
      const wanted = comparable(target).virtualServers;
      const hasRules = (now: RouterState) => {
        const { virtualServers } = comparable(now);
        return [...desired.virtualServers.keys()].every((key) => textOf(virtualServers[key]) === textOf(wanted[key]));
      };
      watch(kernel, target, (now, command) => {
        if (command.startsWith('ip addr add')) expect(hasRules(now), command).toBe(true);
        if (!command.startsWith('ipvsadm -D')) return;
        const leftBehind = now.addresses.filter(({ address }) => desired.retired.has(address));
        expect(leftBehind, command).toEqual([]);
      });
    }),
    { numRuns: 120 },
  );
});

function canServe(server: VirtualServer | undefined): boolean {
  return [...(server?.realServers.values() ?? [])].some(({ weight }) => weight > 0);
}

it('leaves no virtual server without anybody to serve it on the way', () => {
  fc.assert(
    fc.property(arbitraryTables, ({ before, after }) => {
      const kernel = new SimulatedKernel();
      const empty = kernel.state();
      expect(converge(kernel, { ...empty, virtualServers: before })).toBeNull();
      const served = [...before.keys()].filter((key) => canServe(before.get(key)) && canServe(after.get(key)));
      watch(kernel, { ...empty, virtualServers: after }, (now, command) => {
        const unserved = served.filter((key) => !canServe(now.virtualServers.get(key)));
        expect(unserved, command).toEqual([]);
      });
    }),
    { numRuns: 120 },
  );
});

it('never is without an address that it held and is to hold, where the kernel lets it have two', () => {
  fc.assert(
    fc.property(arbitraryRouter, ({ desired, boot }) => {
      const kernel = boot();
      const live = kernel.state();
      const target = targetOf(live, desired, 'enable');
      const placement = ({ address, prefix, device }: (typeof live.addresses)[number]) =>
        `${address}/${prefix} ${device}`;
      const relabelled = new Set(
        live.addresses.map(placement).filter((one) => target.addresses.map(placement).includes(one)),
      );
      const kept = target.addresses
        .filter((held) => !held.address.includes(':') && !relabelled.has(placement(held)))
        .map(({ address }) => address)
        .filter((address) => live.addresses.some((held) => held.address === address));
      watch(kernel, target, (now, command) => {
        const lost = kept.filter((address) => !now.addresses.some((held) => held.address === address));
        expect(lost, command).toEqual([]);
      });
    }),
    { numRuns: 120 },
  );
});

it('touches nothing that nobody declared, and never loses the own addresses of a router', () => {
  fc.assert(
    fc.property(arbitraryRouter, policy, fc.boolean(), ({ desired, boot }, addresses, prune) => {
      const kernel = boot();
      const live = kernel.state();
      const foreign = comparable(live).virtualServers[foreignServer];
      watch(kernel, targetOf(live, desired, addresses, prune), (now, command) => {
        const held = now.addresses.map(addressText);
        expect(held, command).toEqual(expect.arrayContaining(ownAddresses.map(addressText)));
        if (prune) return;
        expect(held, command).toContain(addressText(foreignAddress));
        expect(comparable(now).virtualServers[foreignServer], command).toEqual(foreign);
      });
      expect(kernel.state().virtualServers.has(foreignServer)).toBe(!prune);
    }),
    { numRuns: 150 },
  );
});
