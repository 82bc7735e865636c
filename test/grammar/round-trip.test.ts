import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deleteRealServer,
  deleteVirtualServer,
  editRealServer,
  editVirtualServer,
} from '../../src/grammar/ipvsadm-commands.ts';
import { parseListing } from '../../src/grammar/listing.ts';
import { parseSavedRules } from '../../src/grammar/saved-rules.ts';
import { parseThresholds, withThresholds } from '../../src/grammar/thresholds.ts';
import type { RealServer } from '../../src/model/state.ts';
import {
  arbitraryId,
  arbitraryRealServer,
  arbitraryVirtualServer,
  arbitraryVirtualServers,
} from '../simulated/arbitrary-state.ts';
import { succeeded } from '../simulated/execution.ts';
import type { SimulatedKernel } from '../simulated/kernel.ts';
import { holding, rulesOf } from './holding.ts';

function run(kernel: SimulatedKernel, argv: readonly string[]): void {
  expect(kernel.execute(['ipvsadm', ...argv])).toEqual(succeeded);
}

describe('what is written as commands', () => {
  it('is read back the same', () => {
    fc.assert(
      fc.property(arbitraryVirtualServers, (virtualServers) => {
        expect(parseSavedRules(rulesOf(virtualServers.values()))).toEqual(virtualServers);
      }),
    );
  });

  it('puts exactly that into the kernel', () => {
    fc.assert(
      fc.property(arbitraryVirtualServers, (virtualServers) => {
        expect(holding(virtualServers.values()).state().virtualServers).toEqual(virtualServers);
      }),
    );
  });

  it('comes back from the kernel through what ipvsadm prints', () => {
    fc.assert(
      fc.property(arbitraryVirtualServers, (virtualServers) => {
        const kernel = holding(virtualServers.values());
        const saved = parseSavedRules(kernel.execute(['ipvsadm', '-Sn']).stdout);
        const thresholds = parseThresholds(kernel.execute(['ipvsadm', '-Ln', '--thresholds']).stdout);
        expect(withThresholds(saved, thresholds)).toEqual(virtualServers);
      }),
    );
  });

  it('is listed as it was declared, as far as the listing goes', () => {
    fc.assert(
      fc.property(arbitraryVirtualServer(), (virtual) => {
        const listing = parseListing(holding([virtual]).execute(['ipvsadm', '-Ln']).stdout);
        const { persistent, persistenceEngine, realServers } = virtual;
        const shown = [...realServers].map(([key, { address, port, forward, weight }]) => {
          return [key, { address, port, forward, weight, activeConnections: 0, inactiveConnections: 0 }] as const;
        });
        const engine = persistent === null ? null : persistenceEngine;
        expect([...listing.values()]).toEqual([{ ...virtual, persistenceEngine: engine, realServers: new Map(shown) }]);
      }),
    );
  });
});

describe('an edit', () => {
  it('turns any virtual server into any other of the same name', () => {
    const pairs = arbitraryId.chain((id) => fc.tuple(...pair(arbitraryVirtualServer(fc.constant(id)))));
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        const kernel = holding([before]);
        run(kernel, editVirtualServer(after));
        const edited = { ...after, realServers: before.realServers };
        expect([...kernel.state().virtualServers.values()]).toEqual([edited]);
      }),
    );
  });

  it('turns any real server into any other of the same address and port', () => {
    const pairs = arbitraryVirtualServer().chain((virtual) => {
      return fc.tuple(fc.constant(virtual), ...pair(arbitraryRealServer(virtual.id)));
    });
    fc.assert(
      fc.property(pairs, ([virtual, before, other]) => {
        const after = { ...other, address: before.address, port: before.port };
        fc.pre(canFollow(before, after));
        const kernel = holding([{ ...virtual, realServers: new Map([['it', before]]) }]);
        run(kernel, editRealServer(virtual.id, after));
        expect(realServersIn(kernel)).toEqual([after]);
        run(kernel, deleteRealServer(virtual.id, after));
        expect(realServersIn(kernel)).toEqual([]);
        run(kernel, deleteVirtualServer(virtual.id));
        expect(kernel.state().virtualServers.size).toBe(0);
      }),
    );
  });
});

function pair<T>(arbitrary: fc.Arbitrary<T>): [fc.Arbitrary<T>, fc.Arbitrary<T>] {
  return [arbitrary, arbitrary];
}

/** A real server whose port or family only one method allows keeps to methods that allow it. */
function canFollow(before: RealServer, after: RealServer): boolean {
  return before.forward === after.forward;
}

function realServersIn(kernel: SimulatedKernel): RealServer[] {
  return [...kernel.state().virtualServers.values()].flatMap(({ realServers }) => [...realServers.values()]);
}
