import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIptables } from '../../src/doctor/firewall/parse-iptables.ts';
import { parseNft } from '../../src/doctor/firewall/parse-nft.ts';
import { doubtAbout, isMasqueraded, obstacleTo, type Packet } from '../../src/doctor/firewall/verdict.ts';
import { stateMap, sync } from './support/firewall.ts';

function filter(rules: string, policy = 'ACCEPT', more = '') {
  const text = `*filter\n:INPUT ${policy} [0:0]\n:FORWARD ACCEPT [0:0]\n${more}${rules}\nCOMMIT\n`;
  return [parseIptables(text, 'iptables-legacy', 'ipv4')];
}

describe('iptables-save', () => {
  test.each([
    ['a port', '-A INPUT -p udp -m udp --dport 8848 -j DROP'],
    ['a range of ports', '-A INPUT -p udp -m udp --dport 8000:9000 -j DROP'],
    ['several ports', '-A INPUT -p udp -m multiport --dports 53,8848 -j REJECT --reject-with icmp-port-unreachable'],
    ['a network', '-A INPUT -s 192.168.1.0/24 -j DROP'],
    ['a group', '-A INPUT -d 224.0.0.0/4 -j DROP'],
    ['not another device', '-A INPUT ! -i eth0 -j DROP'],
    ['devices that begin alike', '-A INPUT -i eth+ -j DROP'],
    ['new connections', '-A INPUT -m conntrack --ctstate INVALID,NEW -j DROP'],
    ['a number for the protocol', '-A INPUT -p 17 -j DROP'],
    ['a comment', '-A INPUT -m comment --comment "no \\"sync\\" here" -j DROP'],
  ])('drops by %s', (_, rule) => {
    expect(obstacleTo(sync, filter(rule))).toMatchObject({ tool: 'iptables-legacy', rule: { text: rule } });
  });

  test.each([
    ['another port', '-A INPUT -p udp -m udp --dport 8849 -j DROP'],
    ['another protocol', '-A INPUT -p tcp -j DROP'],
    ['another device', '-A INPUT -i eth0 -j DROP'],
    ['not this network', '-A INPUT ! -s 192.168.1.0/24 -j DROP'],
    ['established connections', '-A INPUT -m state --state ESTABLISHED -j DROP'],
    ['what cannot be told', '-A INPUT -m limit --limit 5/min -j DROP'],
    ['an accepting rule before it', '-A INPUT -p udp -j ACCEPT\n-A INPUT -j DROP'],
    ['one that may accept before it', '-A INPUT -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT\n-A INPUT -j DROP'],
    ['another chain', '-A FORWARD -j DROP'],
  ])('does not drop by %s', (_, rules) => {
    expect(obstacleTo(sync, filter(rules))).toBeNull();
  });

  test('a policy drops what no rule accepts', () => {
    const accepting = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';
    expect(obstacleTo(sync, filter(accepting, 'DROP'))).toMatchObject({ chain: { name: 'INPUT' }, rule: null });
    expect(obstacleTo(sync, filter('-A INPUT -i eth1 -j ACCEPT', 'DROP'))).toBeNull();
  });

  test('follows chains, and comes back from them', () => {
    const chain = ':INSIDE - [0:0]\n';
    const dropped = '-A INPUT -i eth1 -j INSIDE\n-A INSIDE -p tcp -j ACCEPT\n-A INSIDE -j DROP';
    expect(obstacleTo(sync, filter(dropped, 'ACCEPT', chain))).toMatchObject({ chain: { name: 'INSIDE' } });
    const returned = '-A INPUT -j INSIDE\n-A INPUT -p udp -j ACCEPT\n-A INSIDE -p udp -j RETURN\n-A INSIDE -j DROP';
    expect(obstacleTo(sync, filter(returned, 'DROP', chain))).toBeNull();
    const perhaps = '-A INPUT -m recent --set -j INSIDE\n-A INSIDE -j DROP';
    expect(obstacleTo(sync, filter(perhaps, 'ACCEPT', chain))).toBeNull();
    const circle = '-A INPUT -j INSIDE\n-A INSIDE -j INSIDE';
    expect(obstacleTo(sync, filter(circle, 'DROP', chain))).toBeNull();
  });

  test('masquerading is seen, with its device and network', () => {
    const out: Packet = {
      hook: 'postrouting',
      protocol: 'tcp',
      source: '192.168.1.2',
      destination: '198.51.100.1',
      out: 'eth0',
      state: 'new',
    };
    const nat = (rule: string) => [
      parseIptables(`*nat\n:POSTROUTING ACCEPT [0:0]\n${rule}\nCOMMIT\n`, 'iptables', 'ipv4'),
    ];
    expect(isMasqueraded(out, nat('-A POSTROUTING -s 192.168.1.0/24 -o eth0 -j MASQUERADE'))).toBe(true);
    expect(isMasqueraded(out, nat('-A POSTROUTING -s 192.168.1.0/24 -j SNAT --to-source 1.2.3.1'))).toBe(true);
    expect(isMasqueraded(out, nat('-A POSTROUTING -o eth1 -j MASQUERADE'))).toBe(false);
    expect(isMasqueraded(out, nat(''))).toBe(false);
  });

  test('any text is read, and decided on', () => {
    const word = fc.constantFrom(
      '-A',
      'INPUT',
      '-p',
      'udp',
      '!',
      '-j',
      'DROP',
      '-s',
      '1.2.3.0/33',
      '--dport',
      ':',
      '"',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
        obstacleTo(sync, filter(words.join(' ')));
      }),
    );
  });
});

/** `nft -j list ruleset` of a table inet filter with one chain of rules. */
function nft(rules: readonly (readonly object[])[], policy = 'accept', hook = 'input'): string {
  return JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6', json_schema_version: 1 } },
      { table: { family: 'inet', name: 'filter', handle: 1 } },
      { chain: { family: 'inet', table: 'filter', name: 'in', handle: 1, type: 'filter', hook, prio: 0, policy } },
      ...rules.map((expr) => ({ rule: { family: 'inet', table: 'filter', chain: 'in', handle: 2, expr } })),
    ],
  });
}

const match = (left: object, right: unknown, op = '==') => ({ match: { op, left, right } });
const iifname = { meta: { key: 'iifname' } };
const dport = (protocol: string) => ({ payload: { protocol, field: 'dport' } });
const state = { ct: { key: 'state' } };

describe('nft -j list ruleset', () => {
  test.each([
    ['a port', [match(dport('udp'), 8848), { drop: null }]],
    ['a range', [match(dport('udp'), { range: [8000, 9000] }), { drop: null }]],
    ['a set', [match(dport('udp'), { set: [53, 8848] }), { counter: { packets: 1, bytes: 2 } }, { reject: {} }]],
    [
      'a network',
      [
        match({ payload: { protocol: 'ip', field: 'saddr' } }, { prefix: { addr: '192.168.1.0', len: 24 } }),
        { drop: null },
      ],
    ],
    ['a device', [match(iifname, 'eth*'), { drop: null }]],
    ['not another device', [match(iifname, 'eth0', '!='), { drop: null }]],
    ['a state', [match(state, ['new', 'invalid'], 'in'), { drop: null }]],
    ['a map of verdicts', [stateMap]],
  ])('drops by %s', (_, rule) => {
    expect(obstacleTo(sync, [parseNft(nft([rule]))])).toMatchObject({
      tool: 'nft',
      chain: { table: 'inet filter', name: 'in' },
    });
  });

  test.each([
    ['a port of another protocol', [match(dport('tcp'), 8848), { drop: null }]],
    [
      'an address of the other family',
      [match({ payload: { protocol: 'ip6', field: 'daddr' } }, 'ff02::81'), { drop: null }],
    ],
    ['a named set', [match(dport('udp'), '@ports'), { drop: null }]],
    ['what cannot be told', [{ limit: { rate: 5, per: 'minute' } }, { drop: null }]],
  ])('does not drop by %s', (_, rule) => {
    expect(obstacleTo(sync, [parseNft(nft([rule]))])).toBeNull();
  });

  test('a policy drops what no rule accepts', () => {
    expect(obstacleTo(sync, [parseNft(nft([[match(iifname, 'lo'), { accept: null }]], 'drop'))])).toMatchObject({
      rule: null,
    });
    expect(obstacleTo(sync, [parseNft(nft([[match(iifname, 'eth1'), { accept: null }]], 'drop'))])).toBeNull();
    expect(obstacleTo(sync, [parseNft(nft([], 'drop', 'forward'))])).toBeNull();
  });

  test('any text is read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parseNft(text);
      }),
    );
  });
});

describe('what is not known', () => {
  const vrrp: Packet = {
    hook: 'input',
    protocol: 'vrrp',
    source: '192.168.1.12',
    destination: '224.0.0.18',
    in: 'eth1',
    state: 'new',
  };
  const accepting = (left: object, right: unknown) => [match(left, right), { accept: null }];

  test.each([
    ['icmp', accepting({ payload: { protocol: 'icmp', field: 'type' } }, 'echo-request')],
    ['icmpv6', accepting({ payload: { protocol: 'icmpv6', field: 'type' } }, { set: ['nd-neighbor-solicit'] })],
    ['flags of tcp', accepting({ payload: { protocol: 'tcp', field: 'flags' } }, 'syn')],
  ])('a rule about another protocol lets nothing else in: %s', (_, rule) => {
    const rulesets = [parseNft(nft([rule], 'drop'))];
    expect(obstacleTo(vrrp, rulesets)).toMatchObject({ rule: null });
    expect(doubtAbout(vrrp, rulesets)).toBeNull();
  });

  test.each([
    ['a named set', accepting({ payload: { protocol: 'ip', field: 'saddr' } }, '@trusted')],
    ['a hardware address', accepting({ payload: { protocol: 'ether', field: 'saddr' } }, '02:00:00:00:00:01')],
    ['a chain that is not there', [{ jump: { target: 'elsewhere' } }]],
  ])('a rule that cannot be understood neither accepts everything nor nothing: %s', (_, rule) => {
    const rulesets = [parseNft(nft([rule], 'drop'))];
    expect(obstacleTo(vrrp, rulesets)).toBeNull();
    expect(doubtAbout(vrrp, rulesets)).toMatchObject({ chain: { name: 'in' }, rule: null });
    expect(doubtAbout(vrrp, [parseNft(nft([rule], 'accept'))])).toBeNull();
  });

  test('in rules of iptables, too', () => {
    const mac = '-A INPUT -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT';
    expect(doubtAbout(vrrp, filter(mac, 'DROP'))).toMatchObject({ chain: { name: 'INPUT' } });
    const ping = '-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT';
    expect(obstacleTo(vrrp, filter(ping, 'DROP'))).toMatchObject({ chain: { name: 'INPUT' }, rule: null });
  });
});
