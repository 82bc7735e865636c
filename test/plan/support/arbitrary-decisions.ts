import fc from 'fast-check';
import type { Cluster } from '../../../src/model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../../../src/model/identity.ts';
import type { Decision, ServerDecisions } from '../../../src/weights/decisions.ts';

export const arbitraryDecision: fc.Arbitrary<Decision> = fc.record({
  configured: fc.nat(3),
  weight: fc.constantFrom(0, 1, 7, 150, 1000),
  present: fc.constantFrom(true, true, false),
  health: fc.constantFrom('up', 'down', 'unknown'),
  agent: fc.constantFrom(null, 'drain'),
  load: fc.constant(1),
  ramp: fc.constant(null),
  since: fc.constant('2026-01-01T00:00:00.000Z'),
  reason: fc.constantFrom('check passed', 'check failed: connection refused'),
});

/** About some of what is declared, and about real and virtual servers that are not. */
export function arbitraryDecisions({ virtualServers }: Cluster): fc.Arbitrary<ReadonlyMap<string, ServerDecisions>> {
  const keys = [...virtualServers.map(({ id }) => keyOfVirtualServer(id)), 'tcp://9.9.9.9:80', 'tcp://1.2.3.9:80'];
  const reals = [...virtualServers.flatMap(({ realServers }) => realServers.map(keyOfRealServer)), '192.168.1.99:80'];
  const ofServer = fc.record({
    sorry: fc.boolean(),
    realServers: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...reals), arbitraryDecision), { selector: ([key]) => key })
      .map((entries) => new Map(entries)),
  });
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...keys), ofServer), { selector: ([key]) => key })
    .map((entries) => new Map(entries));
}
