import fc from 'fast-check';
import { keyOfRealServer, keyOfVirtualServer } from '../../src/model/identity.ts';
import { canonicalAddress, familyOf } from '../../src/model/ip.ts';
import { schedulers } from '../../src/model/schedulers.ts';
import type { Family, RealServer, Tunnel, VirtualServer, VirtualServerId } from '../../src/model/state.ts';

/** Whatever a kernel can hold and `ipvsadm` can say; nothing that either refuses. */

const largestWeight = 2147483647;
const longestPersistence = 31 * 86400;

const ipv4 = fc
  .tuple(fc.integer({ min: 1, max: 223 }), fc.nat(255), fc.nat(255), fc.nat(255))
  .map((octets) => octets.join('.'));
const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 7, maxLength: 7 })
  .map((groups) => canonicalAddress(`fd00:${groups.map((group) => group.toString(16)).join(':')}`) ?? '::1');

function arbitraryAddress(family: Family): fc.Arbitrary<string> {
  return family === 'ipv6' ? ipv6 : ipv4;
}

export const arbitraryId: fc.Arbitrary<VirtualServerId> = fc.oneof(
  fc.record({
    protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
    address: fc.oneof(ipv4, ipv6),
    port: fc.nat(65535),
  }),
  fc.record({ fwmark: fc.integer({ min: 1, max: 4294967295 }), family: fc.constantFrom<Family>('ipv4', 'ipv6') }),
);

/** Under sh and mh, ipvsadm shows flag-3 only where it stands alone. */
function arbitraryFlags(scheduler: string): fc.Arbitrary<string[]> {
  if (scheduler !== 'sh' && scheduler !== 'mh') return fc.subarray(['flag-1', 'flag-2', 'flag-3']);
  return fc.oneof(fc.subarray([`${scheduler}-fallback`, `${scheduler}-port`]), fc.constant<string[]>(['flag-3']));
}

function arbitraryPersistence(id: VirtualServerId, family: Family) {
  const full = family === 'ipv6' ? 128 : 32;
  const persistent = fc.record({
    persistent: fc.integer({ min: 1, max: longestPersistence }),
    netmask: fc.option(fc.integer({ min: 1, max: full - 1 })),
  });
  const needed = 'port' in id && id.port === 0;
  return needed ? persistent : fc.oneof(fc.constant({ persistent: null, netmask: null }), persistent);
}

const tunnels: fc.Arbitrary<Tunnel> = fc.oneof(
  fc.constant<Tunnel>({ type: 'ipip', port: null, checksum: 'none' }),
  fc.record({ type: fc.constant('gre' as const), port: fc.constant(null), checksum: fc.constantFrom('none', 'csum') }),
  fc.record({
    type: fc.constant('gue' as const),
    port: fc.integer({ min: 1, max: 65535 }),
    checksum: fc.constantFrom('none', 'csum', 'remcsum'),
  }),
);

/** The port is the virtual server's, except under masquerading and for marks; the family too, except in tunnels. */
export function arbitraryRealServer(id: VirtualServerId): fc.Arbitrary<RealServer> {
  const family = 'fwmark' in id ? id.family : familyOf(id.address);
  const anyPort = fc.nat(65535);
  const samePort = 'fwmark' in id ? anyPort : fc.constant(id.port);
  const forwarding = fc.oneof(
    fc.record({
      forward: fc.constant('masq' as const),
      port: anyPort,
      address: arbitraryAddress(family),
      tunnel: fc.constant(null),
    }),
    fc.record({
      forward: fc.constant('direct' as const),
      port: samePort,
      address: arbitraryAddress(family),
      tunnel: fc.constant(null),
    }),
    fc.record({
      forward: fc.constant('tunnel' as const),
      port: samePort,
      address: fc.oneof(ipv4, ipv6),
      tunnel: tunnels,
    }),
  );
  const thresholds = fc.tuple(fc.nat(70000), fc.nat(70000)).map((both) => both.sort((a, b) => a - b));
  return fc
    .tuple(forwarding, fc.oneof(fc.nat(3), fc.nat(largestWeight)), fc.oneof(fc.constant([0, 0]), thresholds))
    .map(([settings, weight, [lowerThreshold = 0, upperThreshold = 0]]) => ({
      ...settings,
      weight,
      upperThreshold,
      lowerThreshold,
    }));
}

/** @param id default: any */
export function arbitraryVirtualServer(id: fc.Arbitrary<VirtualServerId> = arbitraryId): fc.Arbitrary<VirtualServer> {
  return fc.tuple(id, fc.constantFrom(...Object.keys(schedulers))).chain(([chosen, scheduler]) => {
    const mayBeOnePacket = 'fwmark' in chosen || chosen.protocol === 'udp';
    const family = 'fwmark' in chosen ? chosen.family : familyOf(chosen.address);
    return fc
      .record({
        flags: arbitraryFlags(scheduler),
        persistence: arbitraryPersistence(chosen, family),
        persistenceEngine: fc.constantFrom(null, 'sip'),
        onePacket: mayBeOnePacket ? fc.boolean() : fc.constant(false),
        realServers: fc.array(arbitraryRealServer(chosen), { maxLength: 4 }),
      })
      .map(({ persistence, realServers, ...settings }) => ({
        id: chosen,
        scheduler,
        ...settings,
        ...persistence,
        realServers: new Map(realServers.map((real) => [keyOfRealServer(real), real])),
      }));
  });
}

/** By keyOfVirtualServer. */
export const arbitraryVirtualServers: fc.Arbitrary<ReadonlyMap<string, VirtualServer>> = fc
  .array(arbitraryVirtualServer(), { maxLength: 5 })
  .map((list) => new Map(list.map((virtual) => [keyOfVirtualServer(virtual.id), virtual])));
