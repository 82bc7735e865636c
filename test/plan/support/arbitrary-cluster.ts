import fc from 'fast-check';
import type { Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../../../src/model/cluster.ts';
import { familyOf } from '../../../src/model/ip.ts';

/** Few addresses, ports and devices, so that declarations meet each other and what a router holds already. */
export const virtualAddresses = ['1.2.3.1', '1.2.3.2', '1.2.4.1', '2001:db8::1'];
export const natRouterAddress = '192.168.1.254';

/** Address and device belong together: virtual servers that share an address agree on it. */
const ownDevices: Readonly<Record<string, string>> = { '1.2.4.1': 'eth2' };

const realServers = (address: string): fc.Arbitrary<DeclaredRealServer[]> => {
  const pool = familyOf(address) === 'ipv6' ? ['fd00::2', 'fd00::3'] : ['192.168.1.2', '192.168.1.3', '192.168.1.4'];
  return fc
    .uniqueArray(
      fc.record({
        address: fc.constantFrom(...pool),
        weight: fc.nat(3),
        drain: fc.boolean(),
        upperThreshold: fc.constantFrom(0, 500),
      }),
      { selector: (real) => real.address },
    )
    .map((reals) =>
      reals.map((real) => ({ ...real, port: 80, forward: 'masq', tunnel: null, lowerThreshold: 0 }) as const),
    );
};

const declaredServer = fc
  .record({
    protocol: fc.constantFrom('tcp', 'udp'),
    address: fc.constantFrom(...virtualAddresses),
    port: fc.constantFrom(80, 443),
  })
  .chain((id) =>
    fc.record({
      id: fc.constant(id),
      scheduler: fc.constantFrom('rr', 'wlc'),
      persistent: fc.constantFrom(null, 300),
      enabled: fc.constantFrom(true, true, false),
      realServers: realServers(id.address),
    }),
  )
  .map(
    ({ id, ...settings }): DeclaredVirtualServer => ({
      name: `${id.protocol}-${id.address}-${id.port}`,
      id,
      floating: [id.address],
      device: ownDevices[id.address] ?? null,
      label: null,
      flags: [],
      netmask: null,
      persistenceEngine: null,
      onePacket: false,
      check: null,
      load: null,
      onFailure: 'quiesce',
      slowStart: null,
      whenAllFail: 'closed',
      sorryServer: null,
      ...settings,
    }),
  );

export const arbitraryCluster: fc.Arbitrary<Cluster> = fc
  .record({
    virtualServers: fc.uniqueArray(declaredServer, { maxLength: 5, selector: ({ name }) => name }),
    labelled: fc.boolean(),
    prefix: fc.constantFrom(32, 32, 24),
    privateLabel: fc.constantFrom(null, 'eth1:1'),
    hasPrivate: fc.boolean(),
    sync: fc.constantFrom(null, { device: 'eth1', id: 7, maxLength: 500 }, { device: 'eth1', id: 8, maxLength: null }),
    timeouts: fc.constantFrom(null, { tcp: 600 }),
  })
  .map(({ virtualServers, labelled, prefix, privateLabel, hasPrivate, sync, timeouts }) => ({
    routers: [],
    public: { device: 'eth0', prefix },
    private: hasPrivate
      ? { device: 'eth1', natRouters: [{ address: natRouterAddress, prefix }], label: privateLabel }
      : null,
    sync,
    failover: { engine: 'manual', advertInterval: 1, virtualRouterId: 51, boot: 'wait', control: null },
    timeouts,
    settings: new Map([['expire_nodest_conn', '1']]),
    virtualServers: virtualServers.map((server) =>
      labelled && server.floating[0] === '1.2.3.1' ? { ...server, label: 'eth0:5' } : server,
    ),
  }));
