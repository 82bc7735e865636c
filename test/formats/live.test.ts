import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { differences } from '../../src/formats/live/differences.ts';
import { readLive } from '../../src/formats/live/read.ts';
import type { LiveRouter } from '../../src/formats/live/router.ts';
import { importedText } from '../../src/formats/write-yaml.ts';
import { LvsError } from '../../src/model/errors.ts';
import { keyOfVirtualServer } from '../../src/model/identity.ts';
import { familyOf } from '../../src/model/ip.ts';
import type { HeldAddress, RouterState, SyncDaemon, VirtualServer } from '../../src/model/state.ts';
import { arbitraryVirtualServers } from '../simulated/arbitrary-state.ts';
import { readOptions } from './support/read.ts';

const { fallback } = readOptions;

function liveState(state: Partial<RouterState>): RouterState {
  return {
    virtualServers: new Map(),
    addresses: [],
    settings: new Map(),
    timeouts: { tcp: 900, tcpFin: 120, udp: 300 },
    syncDaemons: [],
    files: new Map(),
    ...state,
  };
}

function alone(state: Partial<RouterState>): LiveRouter {
  return { name: 'here', spec: null, state: liveState(state) };
}

/** The file that is written, and what lvs diff would say of it. */
function imported(routers: readonly LiveRouter[]) {
  const { imported, left } = readLive(routers, fallback);
  const text = importedText(imported, left);
  const { cluster } = parseConfig(text, 'lvs.yaml');
  return { imported, text, cluster, differences: differences(cluster, routers) };
}

const held = (address: string): fc.Arbitrary<HeldAddress[]> => {
  const ipv6 = familyOf(address) === 'ipv6';
  const one = fc.record({
    device: fc.constantFrom('eth0', 'eth0', 'eth1'),
    prefix: fc.constantFrom(32, 32, 24),
    labelled: fc.boolean(),
  });
  const placed = one.map(({ device, prefix, labelled }) => ({
    address,
    device,
    prefix: ipv6 ? (prefix === 32 ? 128 : 64) : prefix,
    label: labelled && !ipv6 ? `${device}:1` : null,
    secondary: false,
  }));
  // A device has an address with one prefix once.
  return fc.uniqueArray(placed, { maxLength: 2, selector: ({ device, prefix }) => `${device} ${prefix}` });
};

const ipv6Settings = (value: number) =>
  ['all', 'eth0', 'eth1'].flatMap((device): [string, string][] => [
    [`net.ipv6.conf.${device}.accept_dad`, String(1 - value)],
    [`net.ipv6.conf.${device}.ndisc_notify`, String(value)],
  ]);

const daemon = (role: SyncDaemon['role']): fc.Arbitrary<SyncDaemon> =>
  fc.record({
    role: fc.constant(role),
    device: fc.constantFrom('eth1', 'eth1', 'eth0'),
    id: fc.constantFrom(7, 7, 0),
    maxLength: fc.constantFrom(1472, 1472, 1024, 88),
  });

const arbitraryState: fc.Arbitrary<RouterState> = arbitraryVirtualServers.chain((virtualServers) => {
  const addresses = new Set([...virtualServers.values()].flatMap(({ id }) => ('address' in id ? [id.address] : [])));
  return fc.record({
    virtualServers: fc.constant(virtualServers),
    addresses: fc.tuple(...[...addresses].map(held)).map((lists) => lists.flat()),
    settings: fc
      .record({
        ipv6: fc.constantFrom(0, 1),
        conntrack: fc.constantFrom('0', '1'),
        threshold: fc.constantFrom('3 50', '0 1'),
      })
      .map(
        ({ ipv6, conntrack, threshold }) =>
          new Map([
            ...ipv6Settings(ipv6),
            ['net.ipv4.vs.conntrack', conntrack],
            ['net.ipv4.vs.sync_threshold', threshold],
            ['net.ipv4.vs.sync_refresh_period', '0'],
          ]),
      ),
    timeouts: fc.constantFrom({ tcp: 900, tcpFin: 120, udp: 300 }, { tcp: 60, tcpFin: 20, udp: 30 }),
    syncDaemons: fc
      .tuple(fc.option(daemon('master')), fc.option(daemon('backup')))
      .map((both) => both.filter((one) => one !== null)),
    files: fc.constant(new Map()),
  });
});

test('whatever a router holds, it does not differ from what is imported of it', () => {
  fc.assert(
    fc.property(arbitraryState, (state) => {
      const router = { name: 'here', spec: null, state };
      const { differences: found, text, cluster } = imported([router]);
      expect(found).toEqual([]);
      // What is not declared is at least in the file.
      for (const server of state.virtualServers.values()) {
        const key = keyOfVirtualServer(server.id).replace('/ipv6', '');
        expect(text).toContain(key);
      }
      expect(cluster.virtualServers.length).toBeLessThanOrEqual(state.virtualServers.size);
    }),
    { numRuns: 400 },
  );
});

test('the same for a pair, of which one may have less', () => {
  const pair = fc.record({ state: arbitraryState, drops: fc.nat(3), holds: fc.boolean() });
  fc.assert(
    fc.property(pair, ({ state, drops, holds }) => {
      const fewer = new Map([...state.virtualServers].filter((_, index) => index !== drops));
      const other = { ...state, virtualServers: fewer, addresses: holds ? state.addresses.slice(0, 1) : [] };
      const routers = [
        { name: 'lvs1', spec: { ssh: '192.168.1.11' }, state },
        { name: 'lvs2', spec: { ssh: '192.168.1.12' }, state: other },
      ];
      try {
        expect(imported(routers).differences).toEqual([]);
      } catch (error) {
        if (!(error instanceof LvsError)) throw error;
        expect(error.code).toBe('role-conflict');
        expect(other.addresses.length).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});

function virtualServer(address: string, port: number, more: Partial<VirtualServer> = {}): [string, VirtualServer] {
  const id = { protocol: 'tcp', address, port } as const;
  const real = {
    address: '192.168.1.2',
    port,
    forward: 'masq',
    tunnel: null,
    weight: 2,
    upperThreshold: 0,
    lowerThreshold: 0,
  } as const;
  const server: VirtualServer = {
    id,
    scheduler: 'wlc',
    flags: [],
    persistent: null,
    netmask: null,
    persistenceEngine: null,
    onePacket: false,
    realServers: new Map([[`192.168.1.2:${port}`, real]]),
    ...more,
  };
  return [keyOfVirtualServer(id), server];
}

const heldOn = (address: string, device: string, label: string | null = null): HeldAddress => ({
  address,
  prefix: 32,
  device,
  label,
  secondary: false,
});

describe('what is declared', () => {
  test('of an ordinary router, all', () => {
    const { text, imported: found } = imported([
      alone({
        virtualServers: new Map([virtualServer('1.2.3.1', 80), virtualServer('1.2.3.2', 443)]),
        addresses: [heldOn('1.2.3.1', 'eth0', 'eth0:1'), heldOn('1.2.3.2', 'eth2'), heldOn('1.2.3.9', 'eth0')],
        settings: new Map([
          ['net.ipv4.vs.expire_nodest_conn', '1'],
          ['net.ipv4.vs.sync_threshold', '3 50'],
          ['net.ipv4.vs.sync_refresh_period', '10'],
        ]),
        timeouts: { tcp: 900, tcpFin: 120, udp: 30 },
        syncDaemons: [
          { role: 'master', device: 'eth1', id: 7, maxLength: 88 },
          { role: 'backup', device: 'eth1', id: 7, maxLength: 1024 },
        ],
      }),
    ]);
    expect(found.warnings).toEqual([]);
    expect(text.slice(text.indexOf('public:'))).toMatchInlineSnapshot(`
      "public:                         # virtual server addresses become aliases of it
        device: eth0

      sync:                           # the routers tell each other their connections
        device: eth1
        id: 7

      timeouts:
        tcp: 900
        tcp-fin: 120
        udp: 30

      settings:
        expire_nodest_conn: 1
        sync_threshold: "3 50"

      virtual-servers:
        tcp-1.2.3.1-80:
          address: tcp://1.2.3.1:80
          scheduler: wlc
          label: eth0:1
          real-servers:
            - { address: 192.168.1.2, weight: 2 }
        tcp-1.2.3.2-443:
          address: tcp://1.2.3.2:443
          scheduler: wlc
          device: eth2
          real-servers:
            - { address: 192.168.1.2, weight: 2 }
      "
    `);
  });

  test('a pair with its routers, and the addresses where the active one has them', () => {
    const virtualServers = new Map([virtualServer('1.2.3.1', 80)]);
    const { cluster, text } = imported([
      { name: 'lvs1', spec: { ssh: 'root@192.168.1.11' }, state: liveState({ virtualServers }) },
      {
        name: 'lvs2',
        spec: { ssh: 'root@192.168.1.12', sudo: true },
        state: liveState({ virtualServers, addresses: [heldOn('1.2.3.1', 'eth5', 'eth5:3')] }),
      },
    ]);
    expect(cluster.public).toEqual({ device: 'eth5', prefix: 32 });
    expect(cluster.virtualServers[0]?.label).toBe('eth5:3');
    expect(text).toContain('lvs2: { ssh: root@192.168.1.12, sudo: true }');
  });
});

describe('what is left out, and stands in the file as comments', () => {
  test.each<[string, Partial<RouterState>, string]>([
    [
      'an address that no device has',
      { virtualServers: new Map([virtualServer('1.2.3.1', 80)]) },
      'no device of here has 1.2.3.1',
    ],
    [
      'a scheduler that lvs does not know',
      {
        virtualServers: new Map([virtualServer('1.2.3.1', 80, { scheduler: 'own' })]),
        addresses: [heldOn('1.2.3.1', 'eth0')],
      },
      'found "own"; allowed: rr',
    ],
    [
      'an address on two devices',
      {
        virtualServers: new Map([virtualServer('1.2.3.1', 80)]),
        addresses: [heldOn('1.2.3.1', 'eth0'), heldOn('1.2.3.1', 'lo')],
      },
      'lvs would run, on here: ip addr del 1.2.3.1/32 dev lo',
    ],
    [
      'an IPv6 address without the settings that it needs',
      {
        virtualServers: new Map([virtualServer('2001:db8::1', 80, { realServers: new Map() })]),
        addresses: [{ ...heldOn('2001:db8::1', 'eth0'), prefix: 128 }],
        settings: new Map(ipv6Settings(0)),
      },
      'sysctl -w net.ipv6.conf',
    ],
  ])('%s', (_, state, reason) => {
    const { imported: found, text, differences: others } = imported([alone(state)]);
    expect(found.virtualServers).toEqual([]);
    expect(others).toEqual([]);
    expect(found.warnings.map(({ means }) => means).join('\n')).toContain(reason);
    expect(text).toMatch(/^# {3}tcp-\S+:\n# {5}address: tcp:/m);
  });

  test('a daemon alone is no sync:', () => {
    const { imported: found } = imported([
      alone({ syncDaemons: [{ role: 'master', device: 'eth1', id: 7, maxLength: 1472 }] }),
    ]);
    expect(found.sections.sync).toBeUndefined();
    expect(found.warnings.map(({ text }) => text)).toContain('sync daemons');
  });

  test('who else works there is told', () => {
    const { imported: found } = imported([{ ...alone({}), rivals: ['keepalived'] }]);
    expect(found.warnings.map(({ text }) => text)).toEqual(['here: keepalived']);
  });

  test('two that hold addresses are refused', () => {
    const virtualServers = new Map([virtualServer('1.2.3.1', 80)]);
    const state = liveState({ virtualServers, addresses: [heldOn('1.2.3.1', 'eth0')] });
    const routers = ['lvs1', 'lvs2'].map((name) => ({ name, spec: { ssh: name }, state }));
    expect(() => readLive(routers, fallback)).toThrow('lvs1 and lvs2 both hold addresses of virtual servers');
  });
});
