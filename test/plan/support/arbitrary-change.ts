import fc from 'fast-check';
import { keyOfRealServer, keyOfVirtualServer } from '../../../src/model/identity.ts';
import type { RealServer, VirtualServer, VirtualServerId } from '../../../src/model/state.ts';
import { arbitraryId, arbitraryRealServer, arbitraryVirtualServer } from '../../simulated/arbitrary-state.ts';

type Servers = ReadonlyMap<string, VirtualServer>;

/** A table before and after a change in which everything happens: servers come, stay, are edited and go. */
export const arbitraryTables: fc.Arbitrary<{ before: Servers; after: Servers }> = fc
  .uniqueArray(arbitraryId, { maxLength: 5, selector: keyOfVirtualServer })
  .chain((ids) => fc.tuple(...ids.map(arbitraryPair)))
  .map((pairs) => ({
    before: table(pairs.map(({ before }) => before)),
    after: table(pairs.map(({ after }) => after)),
  }));

function table(servers: readonly (VirtualServer | null)[]): Servers {
  return new Map(servers.flatMap((server) => (server === null ? [] : [[keyOfVirtualServer(server.id), server]])));
}

/** One virtual server before and after; null: not there. */
function arbitraryPair(id: VirtualServerId) {
  const settings = arbitraryVirtualServer(fc.constant(id));
  const reals = fc.uniqueArray(arbitraryRealPair(id), { maxLength: 5, selector: ({ key }) => key });
  return fc
    .record({ one: settings, other: settings, edited: fc.boolean(), reals, there: arbitraryPresence })
    .map(({ one, other, edited, reals, there }) => ({
      before: there === 'after' ? null : { ...one, realServers: realsOf(reals.map(({ before }) => before)) },
      after:
        there === 'before'
          ? null
          : { ...(edited ? other : one), realServers: realsOf(reals.map(({ after }) => after)) },
    }));
}

const arbitraryPresence = fc.constantFrom('before', 'after', 'both', 'both', 'both');

function arbitraryRealPair(id: VirtualServerId) {
  const real = arbitraryRealServer(id);
  return fc
    .record({ one: real, other: real, edited: fc.boolean(), there: arbitraryPresence })
    .map(({ one, other, edited, there }) => {
      const after = edited ? { ...other, address: one.address, port: one.port } : one;
      return {
        key: keyOfRealServer(one),
        before: there === 'after' ? null : one,
        // What a forwarding method allows of addresses and ports is as it was.
        after: there === 'before' ? null : { ...after, forward: one.forward, tunnel: one.tunnel },
      };
    });
}

function realsOf(reals: readonly (RealServer | null)[]): ReadonlyMap<string, RealServer> {
  return new Map(reals.flatMap((real) => (real === null ? [] : [[keyOfRealServer(real), real]])));
}
