import fc from 'fast-check';
import type { Check, Cluster, DeclaredRealServer, DeclaredVirtualServer } from '../../../src/model/cluster.ts';
import { keyOfVirtualServer } from '../../../src/model/identity.ts';
import { familyOf } from '../../../src/model/ip.ts';
import type { RealServer, VirtualServer } from '../../../src/model/state.ts';
import { arbitraryVirtualServer } from '../../simulated/arbitrary-state.ts';

const words = fc.constantFrom('www.example.com', 'a-b.example:8080', 'x');
const path = fc.constantFrom(
  '/',
  '/health',
  '/a?b=c&d',
  '/with#hash',
  '/with!bang',
  '/$x{y}',
  '/quote"d',
  '/@at',
  '/~tilde',
);
const body = fc.constantFrom(null, 'ok', 'a b', 'x#y', '^[0-9]+$', 'say "yes"', 'back\\slash', '{}');
const pace = {
  interval: fc.constantFrom(2, 0.5, 10),
  timeout: fc.constantFrom(1, 3, 0.5),
  jitter: fc.constant(0.1),
  rise: fc.constantFrom(1, 1, 2),
  fall: fc.constantFrom(1, 3),
};
const port = fc.constantFrom(null, 8080);

const kinds = {
  tcp: fc.record({ type: fc.constant('tcp' as const), port, ...pace }),
  http: fc.record({
    type: fc.constant('http' as const),
    port,
    path,
    host: fc.option(words),
    status: fc.constantFrom(null, 204),
    body,
    tls: fc.constant(null),
    ...pace,
  }),
  https: fc.record({
    type: fc.constant('https' as const),
    port,
    path,
    host: fc.option(words),
    status: fc.constantFrom(null, 204),
    body,
    tls: fc.record({ name: fc.option(words), ca: fc.constant(null), verify: fc.boolean() }),
    ...pace,
  }),
  exec: fc.record({
    type: fc.constant('exec' as const),
    command: fc.constantFrom(
      ['/bin/check'],
      ['/bin/check', '-a b', "it's"],
      ['/bin/check', '"x"'],
      ['/bin/check', '#!'],
    ),
    dynamic: fc.boolean(),
    ...pace,
  }),
  dns: fc.record({
    type: fc.constant('dns' as const),
    port,
    name: fc.constantFrom('www.example.com', '.', '4.3.2.1.in-addr.arpa'),
    record: fc.constantFrom('A' as const, 'SOA' as const, 'PTR' as const, 'CAA' as const),
    ...pace,
  }),
};

/** Such as the rules of lvs.yaml take for this virtual server. */
function arbitraryCheck({ id, scheduler, realServers }: VirtualServer): fc.Arbitrary<Check | null> {
  const withoutPort = [...realServers.values()].some((real) => real.port === 0);
  const protocol = 'fwmark' in id ? 'tcp' : id.protocol;
  const possible =
    protocol === 'tcp' ? Object.values(kinds) : protocol === 'udp' ? [kinds.exec, kinds.dns] : [kinds.exec];
  return fc.option(fc.oneof(...possible), { freq: 4 }).map((check): Check | null => {
    if (check?.type === 'exec' && ['rr', 'lc'].includes(scheduler)) return { ...check, dynamic: false };
    if (check === null || check.type === 'exec' || !withoutPort) return check;
    return { ...check, port: 8080 };
  });
}

function declaredReal(real: RealServer, drain: boolean): DeclaredRealServer {
  return { ...real, forward: real.forward === 'local' ? 'direct' : real.forward, drain };
}

/** Under masquerading lvs.yaml has no port 0, but where the virtual server has it. */
function usable(server: VirtualServer): VirtualServer {
  const { id, realServers } = server;
  const portOfId = 'port' in id ? id.port : 0;
  const family = 'fwmark' in id ? id.family : familyOf(id.address);
  const kept = [...realServers].filter(([, real]) => {
    const mapped = real.port !== portOfId;
    return real.forward === 'masq'
      ? !mapped || real.port !== 0
      : !mapped && (real.forward === 'tunnel' || familyOf(real.address) === family);
  });
  // flag-3 cannot be saved under these.
  const flags = ['sh', 'mh'].includes(server.scheduler)
    ? server.flags.filter((flag) => flag !== 'flag-3')
    : server.flags;
  return { ...server, flags, realServers: new Map(kept) };
}

/** Loopback addresses are no virtual servers'. */
const isOutside = ({ id }: VirtualServer) => !('address' in id) || !id.address.startsWith('127.');

const arbitraryDeclared: fc.Arbitrary<DeclaredVirtualServer> = arbitraryVirtualServer()
  .filter(isOutside)
  .map(usable)
  .chain((server) =>
    fc
      .record({
        check: arbitraryCheck(server),
        drains: fc.infiniteStream(fc.nat(5).map((number) => number === 0)),
        enabled: fc.nat(8).map((number) => number > 0),
        onFailure: fc.constantFrom('quiesce' as const, 'remove' as const),
        sorry: fc.boolean(),
        labelled: fc.boolean(),
      })
      .map(({ check, drains, enabled, onFailure, sorry, labelled }): DeclaredVirtualServer => {
        const { id, persistent, persistenceEngine, realServers, ...settings } = server;
        const family = 'fwmark' in id ? id.family : familyOf(id.address);
        const reals = [...realServers.values()].map((real) => declaredReal(real, drains.next().value === true));
        const sorryPort = 'port' in id ? id.port : 0;
        return {
          ...settings,
          id,
          name: '',
          floating: 'address' in id ? [id.address] : [],
          device: null,
          label: labelled && 'address' in id && family === 'ipv4' ? 'eth0:7' : null,
          persistent,
          persistenceEngine: persistent === null ? null : persistenceEngine,
          enabled,
          check,
          load: null,
          onFailure: check === null ? 'quiesce' : onFailure,
          slowStart: null,
          whenAllFail: 'closed',
          sorryServer:
            sorry && check !== null
              ? { address: family === 'ipv6' ? 'fd00::99' : '192.168.1.99', port: sorryPort }
              : null,
          realServers: reals,
        };
      }),
  );

/** A cluster of whatever virtual servers lvs.yaml can declare, each by itself. */
export const arbitraryDeclaredCluster: fc.Arbitrary<Cluster> = fc
  .uniqueArray(arbitraryDeclared, {
    maxLength: 4,
    selector: ({ id }) => keyOfVirtualServer(id).replace(/^\w+:\/\//, ''),
  })
  .map((servers) => ({
    routers: [],
    public: { device: 'eth0', prefix: 32 },
    private: null,
    sync: null,
    failover: { engine: 'keepalived', advertInterval: 1, virtualRouterId: 51, boot: 'wait', control: null },
    timeouts: { tcp: 600, udp: 20 },
    settings: new Map(),
    virtualServers: servers.map((server, index) => ({ ...server, name: `server-${index}` })),
  }));
