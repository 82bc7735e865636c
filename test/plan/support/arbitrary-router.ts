import fc from 'fast-check';
import { addRealServer, addVirtualServer } from '../../../src/grammar/ipvsadm-commands.ts';
import type { Cluster } from '../../../src/model/cluster.ts';
import { familyOf } from '../../../src/model/ip.ts';
import type { HeldAddress, RealServer, VirtualServer } from '../../../src/model/state.ts';
import { type Desired, desiredOn } from '../../../src/plan/desired.ts';
import { SimulatedKernel } from '../../simulated/kernel.ts';
import { arbitraryCluster, natRouterAddress, virtualAddresses } from './arbitrary-cluster.ts';

type NewAddress = Omit<HeldAddress, 'secondary'>;

/** A router's own addresses, and one that somebody else put there. */
export const ownAddresses: readonly NewAddress[] = [
  { address: '1.2.3.11', prefix: 24, device: 'eth0', label: null },
  { address: '1.2.4.11', prefix: 24, device: 'eth2', label: null },
  { address: '192.168.1.11', prefix: 24, device: 'eth1', label: null },
];
export const foreignAddress: NewAddress = { address: '1.2.3.99', prefix: 32, device: 'eth0', label: 'eth0:9' };
export const foreignServer = 'tcp://9.9.9.9:80';
const foreignRules = '-A -t 9.9.9.9:80 -s rr\n-a -t 9.9.9.9:80 -r 192.168.1.9:80 -m -w 1\n';

const floatingThere: fc.Arbitrary<NewAddress[]> = fc
  .uniqueArray(
    fc
      .record({
        address: fc.constantFrom(...virtualAddresses, natRouterAddress),
        short: fc.boolean(),
        device: fc.constantFrom('eth0', 'eth1', 'eth2'),
        label: fc.constantFrom(null, ':1', ':5'),
      })
      .map(({ address, short, device, label }) => {
        const ipv6 = familyOf(address) === 'ipv6';
        // One of a shorter prefix and without a label would be the router's own.
        const prefix = ipv6 ? 128 : short ? 24 : 32;
        const suffix = short ? (label ?? ':1') : label;
        return { address, prefix, device, label: suffix === null || ipv6 ? null : device + suffix };
      }),
    { maxLength: 5, selector: ({ address, prefix, device }) => `${address}/${prefix} ${device}` },
  )
  .filter((all) => {
    const ipv6 = all.filter(({ address }) => familyOf(address) === 'ipv6').map(({ device }) => device);
    return new Set(ipv6).size === ipv6.length;
  });

/** What became of a declared virtual server on the router. */
const fates = fc.constantFrom('right', 'missing', 'other-settings', 'other-weights', 'stranger', 'none-left');

/** How a router may be found, beside what is declared for it. */
export interface ArbitraryRouter {
  readonly cluster: Cluster;
  readonly desired: Desired;
  /** A kernel in that state, anew each time. */
  readonly boot: () => SimulatedKernel;
}

export const arbitraryRouter: fc.Arbitrary<ArbitraryRouter> = fc
  .record({
    cluster: arbitraryCluster,
    addresses: fc.tuple(floatingThere, fc.constant([...ownAddresses, foreignAddress])).chain(([floating, own]) => {
      const all = [...floating, ...own];
      return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    }),
    fates: fc.array(fates, { minLength: 5, maxLength: 5 }),
    promotes: fc.constantFrom('0', '0', '1'),
    daemon: fc.constantFrom(null, 'master', 'backup'),
  })
  .map(({ cluster, addresses, fates, promotes, daemon }) => {
    const desired = desiredOn(cluster, null);
    const declared = desiredOn({ ...cluster, virtualServers: cluster.virtualServers.map(enabled) }, null);
    return { cluster, desired, boot };

    function boot(): SimulatedKernel {
      const scopes = ['all', 'eth0', 'eth1', 'eth2'];
      const settings = Object.fromEntries(
        scopes.map((scope) => [`net.ipv4.conf.${scope}.promote_secondaries`, scope === 'all' ? '0' : promotes]),
      );
      const devices = ['eth0', 'eth1', 'eth2'];
      const settingsOfIpvs = { 'net.ipv4.vs.expire_nodest_conn': '0', 'net.ipv4.vs.sync_threshold': '3 50' };
      const kernel = new SimulatedKernel({
        devices,
        addresses,
        settings: {
          ...settings,
          ...settingsOfIpvs,
          'net.ipv4.vs.sync_refresh_period': '0',
          'net.ipv6.conf.all.accept_dad': '1',
          'net.ipv6.conf.eth0.accept_dad': '1',
          'net.ipv6.conf.eth0.ndisc_notify': '0',
        },
      });
      const servers = [...declared.virtualServers.values()].map((server, index) => found(server, fates[index]));
      kernel.execute(['ipvsadm', '-R'], servers.map(rulesOf).join('') + foreignRules);
      if (daemon !== null) {
        kernel.execute(['ipvsadm', '--start-daemon', daemon, '--mcast-interface', 'eth0', '--syncid', '1']);
      }
      return kernel;
    }
  });

function enabled<T>(server: T): T & { enabled: true } {
  return { ...server, enabled: true };
}

function found(server: VirtualServer, fate: string | undefined): VirtualServer | null {
  const reals = [...server.realServers];
  const stranger: RealServer = {
    address: familyOf('address' in server.id ? server.id.address : '') === 'ipv6' ? 'fd00::9' : '192.168.1.9',
    port: 80,
    forward: 'masq',
    tunnel: null,
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
  };
  switch (fate) {
    case 'missing':
      return null;
    case 'other-settings':
      return { ...server, scheduler: 'sh' };
    case 'other-weights':
      return {
        ...server,
        realServers: new Map(reals.map(([key, real]) => [key, { ...real, weight: real.weight === 0 ? 3 : 0 }])),
      };
    case 'stranger':
      return { ...server, realServers: new Map([...reals.slice(1), ['stranger', stranger]]) };
    case 'none-left':
      return { ...server, realServers: new Map() };
    default:
      return server;
  }
}

function rulesOf(server: VirtualServer | null): string {
  if (server === null) return '';
  const rules = [addVirtualServer(server), ...[...server.realServers.values()].map((r) => addRealServer(server.id, r))];
  return rules.map((words) => `${words.join(' ')}\n`).join('');
}
