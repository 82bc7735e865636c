import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { desiredOn } from '../../src/plan/desired.ts';
import { everything, namedScope } from '../../src/plan/scope.ts';
import { realServerScope, virtualServerScope } from '../../src/plan/server-scope.ts';
import { type Request, targetState } from '../../src/plan/target.ts';
import { SimulatedKernel } from '../simulated/kernel.ts';
import { addressText } from './support/comparable.ts';

const text = `public: { device: eth0 }
private: { device: eth1, nat-router: 192.168.1.254/32 }
virtual-servers:
  web: { address: "tcp://1.2.3.1:80", real-servers: [192.168.1.2, { address: 192.168.1.3, weight: 2 }] }
  tls: { address: "tcp://1.2.3.1:443", real-servers: [192.168.1.2] }
  dns: { address: "udp://1.2.3.2:53", real-servers: [192.168.1.2] }
`;

const clusterOf = (yaml: string): Cluster => parseConfig(yaml, 'lvs.yaml').cluster;
const cluster = clusterOf(text);
const apply: Request = { scope: everything, addresses: 'enable', prune: false, protected: new Set() };

/** A router with a stranger in web and a service of somebody else's. */
const found = new SimulatedKernel();
found.execute(
  ['ipvsadm', '-R'],
  `-A -t 1.2.3.1:80 -s rr
-a -t 1.2.3.1:80 -r 192.168.1.9:80 -m
-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 7
-A -t 9.9.9.9:80 -s rr
`,
);
found.execute('ip addr add 1.2.3.2/24 dev eth1 label eth1:7'.split(' '));
found.execute('ip addr add 9.9.9.9/32 dev eth0 label eth0:4'.split(' '));

/** `tcp://1.2.3.1:80 wlc`, then its real servers with their weights; then the addresses. */
function shown(declared: Cluster, request: Partial<Request>, live = found.state()) {
  const target = targetState(live, desiredOn(declared, null), { ...apply, ...request });
  const rules = [...target.virtualServers].map(([key, { scheduler, realServers }]) =>
    [key, scheduler, ...[...realServers].map(([real, { weight }]) => `${real}=${weight}`)].join(' '),
  );
  return { rules, addresses: target.addresses.map(addressText) };
}

const foreign = 'tcp://9.9.9.9:80 rr';

function server(name: string) {
  const declared = cluster.virtualServers.find((one) => one.name === name);
  if (declared === undefined) throw new Error(`there is no ${name}`);
  return declared;
}

describe('everything', () => {
  it('makes the real servers of what is declared complete, and leaves others alone', () => {
    expect(shown(cluster, {})).toEqual({
      rules: [
        'tcp://1.2.3.1:80 wlc 192.168.1.2:80=1 192.168.1.3:80=2',
        foreign,
        'tcp://1.2.3.1:443 wlc 192.168.1.2:443=1',
        'udp://1.2.3.2:53 wlc 192.168.1.2:53=1',
      ],
      addresses: [
        '9.9.9.9/32 eth0 eth0:4',
        '1.2.3.2/32 eth0 eth0:2',
        '1.2.3.1/32 eth0 eth0:1',
        '192.168.1.254/32 eth1 eth1:1',
      ],
    });
  });

  it('takes away what nobody declared, when that is pruned', () => {
    const { rules, addresses } = shown(cluster, { prune: true });
    expect(rules).not.toContain(foreign);
    expect(addresses).not.toContain('9.9.9.9/32 eth0 eth0:4');
    expect(shown(cluster, { prune: true, protected: new Set(['9.9.9.9']) }).addresses).toContain(
      '9.9.9.9/32 eth0 eth0:4',
    );
  });

  it('prunes an alias, and not the same address elsewhere or in another form', () => {
    const kernel = new SimulatedKernel({ devices: ['eth0', 'eth1', 'dummy0'] });
    for (const words of ['9.9.9.9/32 dev eth0 label eth0:9', '9.9.9.9/24 dev dummy0', '9.9.9.9/24 dev eth0'])
      kernel.execute(`ip addr add ${words}`.split(' '));
    const { addresses } = shown(cluster, { prune: true, addresses: 'keep' }, kernel.state());
    expect(addresses.sort()).toEqual(['9.9.9.9/24 dummy0', '9.9.9.9/24 eth0']);
  });

  it('takes a disabled virtual server away, and its address with the last that has it', () => {
    const webOff = clusterOf(text.replace('web: {', 'web: { state: disabled,'));
    const held = { ...found.state(), addresses: targetState(found.state(), desiredOn(cluster, null), apply).addresses };
    expect(shown(webOff, {}, held).rules.join()).not.toContain('1.2.3.1:80');
    expect(shown(webOff, {}, held).addresses.join()).toContain('1.2.3.1/32');
    const bothOff = clusterOf(text.replaceAll('{ address: "tcp', '{ state: disabled, address: "tcp'));
    expect(shown(bothOff, {}, held).addresses.join()).not.toContain('1.2.3.1/32');
  });

  it('asks for weights times 100 under load, and 0 where a real server is drained', () => {
    const yaml = text
      .replace('web: {', 'web: { load: { agent: 3333 },')
      .replace('weight: 2', 'weight: 2, state: drain');
    expect(shown(clusterOf(yaml), {}).rules[0]).toBe('tcp://1.2.3.1:80 wlc 192.168.1.2:80=100 192.168.1.3:80=0');
  });

  it('changes only the time-outs and settings that are declared, and the daemons where there is sync', () => {
    const live = found.state();
    const bare = targetState(live, desiredOn(cluster, null), apply);
    expect([bare.timeouts, bare.settings, bare.syncDaemons]).toEqual([live.timeouts, live.settings, live.syncDaemons]);

    const yaml = `${text}timeouts: { udp: 60 }\nsettings: { conntrack: 1 }\nsync: { device: eth1, id: 7, max-length: 500 }\n`;
    const target = targetState(live, desiredOn(clusterOf(yaml), null), apply);
    expect(target.timeouts).toEqual({ tcp: 900, tcpFin: 120, udp: 60 });
    expect(Object.fromEntries(target.settings)).toEqual({
      'net.ipv4.vs.conntrack': '1',
      'net.ipv4.vs.sync_threshold': '0 1',
      'net.ipv4.vs.sync_refresh_period': '10',
    });
    expect(target.syncDaemons.map(({ role, device, id, maxLength }) => `${role} ${device} ${id} ${maxLength}`)).toEqual(
      ['master eth1 7 500', 'backup eth1 7 1024'],
    );
  });
});

describe('the policy for addresses', () => {
  const addressesOf = (addresses: Request['addresses']) => shown(cluster, { addresses }).addresses;
  const others = '9.9.9.9/32 eth0 eth0:4';

  it('enable holds all', () => expect(addressesOf('enable')).toHaveLength(4));
  it('disable holds none', () => expect(addressesOf('disable')).toEqual([others]));
  it('keep mends what is held', () => expect(addressesOf('keep')).toEqual([others, '1.2.3.2/32 eth0 eth0:1']));
  it('ignore leaves them', () => expect(addressesOf('ignore').sort()).toEqual(['1.2.3.2/24 eth1 eth1:7', others]));
});

describe('a named scope', () => {
  it('of a virtual server converges it, its address and the NAT router address, and keeps strangers', () => {
    expect(shown(cluster, { scope: virtualServerScope(cluster, [server('web')]) })).toEqual({
      rules: ['tcp://1.2.3.1:80 wlc 192.168.1.9:80=1 192.168.1.2:80=1 192.168.1.3:80=2', foreign],
      addresses: [
        '9.9.9.9/32 eth0 eth0:4',
        '1.2.3.2/24 eth1 eth1:7',
        '1.2.3.1/32 eth0 eth0:1',
        '192.168.1.254/32 eth1 eth1:1',
      ],
    });
  });

  it('of one that is declared no more takes it and its address away', () => {
    const without = { ...cluster, virtualServers: cluster.virtualServers.filter(({ name }) => name !== 'dns') };
    const { addresses } = shown(without, { scope: virtualServerScope(cluster, [server('dns')]) });
    expect(addresses.join()).not.toContain('1.2.3.2');
    const onlyWeb = { ...cluster, virtualServers: cluster.virtualServers.filter(({ name }) => name !== 'web') };
    const { rules } = shown(onlyWeb, { scope: virtualServerScope(cluster, [server('web')]) });
    expect(rules).toEqual([foreign]);
  });

  it('of a real server touches that one alone, neither the settings of its virtual server nor addresses', () => {
    const scope = realServerScope([{ server: server('web'), realKey: '192.168.1.2:80' }]);
    expect(shown(cluster, { scope })).toEqual({
      rules: ['tcp://1.2.3.1:80 rr 192.168.1.9:80=1 192.168.1.2:80=1', foreign],
      addresses: shown(cluster, { addresses: 'ignore', scope }).addresses.sort((a, b) => b.localeCompare(a)),
    });
  });

  it('of a real server that is declared no more removes it', () => {
    const scope = realServerScope([{ server: server('web'), realKey: '192.168.1.9:80' }]);
    expect(shown(cluster, { scope }).rules[0]).toBe('tcp://1.2.3.1:80 rr 192.168.1.2:80=7');
  });

  it('of a real server brings its virtual server whole where that is missing', () => {
    const scope = realServerScope([{ server: server('dns'), realKey: '192.168.1.2:53' }]);
    expect(shown(cluster, { scope }).rules).toContain('udp://1.2.3.2:53 wlc 192.168.1.2:53=1');
  });

  it('of several real servers puts them together by virtual server', () => {
    const named = ['192.168.1.2:80', '192.168.1.3:80'].map((realKey) => ({ server: server('web'), realKey }));
    expect(realServerScope(named)).toEqual(
      namedScope({ realServers: new Map([['tcp://1.2.3.1:80', new Set(['192.168.1.2:80', '192.168.1.3:80'])]]) }),
    );
  });

  it('of an IPv6 virtual server brings the settings that its address needs, wherever it may come', () => {
    const declared = clusterOf(
      `${text}  v6: { address: "tcp://[2001:db8::1]:80" }\nsettings: { conntrack: 1 }\n`.replace(
        'web: {',
        'other: { address: "tcp://[2001:db8::2]:80", device: eth2 }\n  web: {',
      ),
    );
    const scope = virtualServerScope(declared, declared.virtualServers.slice(-1));
    for (const addresses of ['enable', 'keep'] as const) {
      const { settings } = targetState(found.state(), desiredOn(declared, null), { ...apply, addresses, scope });
      expect(Object.fromEntries(settings)).toEqual({
        'net.ipv6.conf.all.accept_dad': '0',
        'net.ipv6.conf.eth0.accept_dad': '0',
        'net.ipv6.conf.eth0.ndisc_notify': '1',
      });
    }
  });

  it('that names nothing changes nothing', () => {
    const live = found.state();
    const yaml = `${text}timeouts: { udp: 60 }\nsettings: { conntrack: 1 }\nsync: { device: eth1, id: 7 }\n`;
    const target = targetState(live, desiredOn(clusterOf(yaml), null), { ...apply, scope: namedScope({}) });
    expect({ ...target, addresses: new Set(target.addresses) }).toEqual({
      ...live,
      addresses: new Set(live.addresses),
    });
  });
});

it('calls devices what the router calls them, labels included', () => {
  const yaml = text.replace('web: {', 'web: { label: "eth0:3",');
  const declared = clusterOf(yaml.replace('tls: {', 'tls: { label: "eth0:3",'));
  const router = { name: 'lvs2', ssh: ['lvs2'], sudo: false, devices: new Map([['eth0', 'ens3']]) };
  const desired = desiredOn(declared, router);
  expect([...desired.floating.values()].map(({ address, device, label }) => `${address} ${device} ${label}`)).toEqual([
    '1.2.3.1 ens3 ens3:3',
    '1.2.3.2 ens3 null',
    '192.168.1.254 eth1 null',
  ]);
  expect([...desired.devices]).toEqual(['ens3', 'eth1']);
});
