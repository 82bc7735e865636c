import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/config.ts';
import { ownerOf } from '../../../src/converge/election.ts';
import type { HeldAddress } from '../../../src/model/state.ts';
import { desiredOn } from '../../../src/plan/desired.ts';
import { addressesIn, keepalivedConf, labelsIn, placementsIn } from '../../../src/plan/election/keepalived-conf.ts';
import { chooseLabels } from '../../../src/plan/labels.ts';
import { electionStateIn } from '../../../src/router/election.ts';

const pair = `routers:
  lvs1: { ssh: root@192.168.1.11 }
  lvs2: { ssh: root@192.168.1.12, devices: { eth0: ens3, eth1: ens4 } }
failover: { engine: keepalived, advert-interval: 0.1, virtual-router-id: 7 }
`;
const nat = 'public: { device: eth0 }\nprivate: { device: eth1, nat-router: 192.168.1.254/32, label: "eth1:1" }\n';
const web = 'virtual-servers:\n  web: { address: "tcp://1.2.3.1:80", label: "eth0:1" }\n';

/** What one router's keepalived.conf says, comments and blanks at the ends of lines aside. */
function conf(text: string, name = 'lvs1', previous: string | null = null, live: readonly HeldAddress[] = []): string {
  const { cluster } = parseConfig(`${pair}${text}`, 'lvs.yaml');
  const router = cluster.routers.find((candidate) => candidate.name === name) ?? null;
  const desired = desiredOn(cluster, router);
  const labels = chooseLabels(live, desired, labelsIn(previous ?? ''));
  const written = keepalivedConf(cluster, router, { ...desired, labels });
  if (written === null) throw new Error('there is none');
  return written;
}

/** The lines of one block. */
function block(text: string, name: string): string[] {
  const found = new RegExp(`^ *${name} \\{\n([^}]*)\\}`, 'm').exec(text)?.[1] ?? '';
  return found.split('\n').flatMap((line) => line.trim() || []);
}

describe('keepalived.conf', () => {
  it('has one instance, with everything that lvs.yaml says', () => {
    expect(conf(nat + web)).toBe(`global_defs {
    router_id lvs1
    vrrp_priority -20
    vrrp_rt_priority 50
    vrrp_rlimit_rttime 5000000
    vrrp_no_swap
}

track_file lvs_hold {
    file /run/lvs-hold
    weight 0
    init_file 0
}

include /etc/keepalived/conf.d/*.conf

vrrp_instance lvs {
    state BACKUP
    nopreempt
    interface eth1
    virtual_router_id 7
    priority 150
    version 3
    advert_int 0.1
    skip_check_adv_addr
    garp_master_delay 1
    garp_master_repeat 3
    higher_prio_send_advert true
    garp_master_refresh 10
    track_interface {
        eth0
    }
    track_file {
        lvs_hold
    }
    virtual_ipaddress {
        192.168.1.254/32 dev eth1 label eth1:1
    }
    virtual_ipaddress_excluded {
        1.2.3.1/32 dev eth0 label eth0:1
    }
}
`);
  });

  it("has the second router's lower priority, and its own names of devices", () => {
    const text = conf(nat + web, 'lvs2');
    expect(text).toContain('    priority 100\n');
    expect(text).toContain('    interface ens4\n');
    expect(block(text, 'track_interface')).toEqual(['ens3']);
    expect(block(text, 'virtual_ipaddress')).toEqual(['192.168.1.254/32 dev ens4 label ens4:1']);
    expect(block(text, 'virtual_ipaddress_excluded')).toEqual(['1.2.3.1/32 dev ens3 label ens3:1']);
  });

  it('tracks every device, and keeps all but one address out of advertisements, IPv6 included', () => {
    const text = conf(`public: { device: eth0 }
private: { device: eth1, nat-router: ["2001:db8:1::fe", 192.168.1.254] }
virtual-servers:
  six: { address: "tcp://[2001:db8::1]:80" }
  two: { address: "tcp://1.2.4.2:80", device: eth2 }
`);
    expect(block(text, 'track_interface')).toEqual(['eth0', 'eth2']);
    expect(block(text, 'virtual_ipaddress')).toEqual(['192.168.1.254/32 dev eth1 label eth1:1']);
    expect(block(text, 'virtual_ipaddress_excluded')).toEqual([
      '2001:db8::1/128 dev eth0',
      '1.2.4.2/32 dev eth2 label eth2:1',
      '2001:db8:1::fe/128 dev eth1',
    ]);
    expect(addressesIn(text)).toEqual(new Set(['192.168.1.254', '2001:db8::1', '1.2.4.2', '2001:db8:1::fe']));
  });

  it('without a private network advertises the first address on the public device, and tracks nothing else', () => {
    const text = conf(`public: { device: eth0 }\n${web}`);
    expect(text).toContain('interface eth0\n');
    expect(text).not.toContain('track_interface');
    expect(text).not.toContain('excluded');
    expect(block(text, 'virtual_ipaddress')).toEqual(['1.2.3.1/32 dev eth0 label eth0:1']);
  });

  it.each([
    ['IPv6', '"2001:db8:1::fe"', '2001:db8:1::fe/128 dev eth1'],
    ['of both families', '["2001:db8:1::fe", 192.168.1.254]', '192.168.1.254/32 dev eth1 label eth1:1'],
  ])('advertises a NAT router address before any that may go: %s', (_, natRouter, advertised) => {
    const text = conf(`public: { device: eth0 }\nprivate: { device: eth1, nat-router: ${natRouter} }\n${web}`);
    expect(block(text, 'virtual_ipaddress')).toEqual([advertised]);
    expect(block(text, 'virtual_ipaddress_excluded')).toContain('1.2.3.1/32 dev eth0 label eth0:1');
  });

  it('says where keepalived puts the addresses', () => {
    expect(placementsIn(conf(nat + web))).toEqual(new Set(['192.168.1.254/32 eth1', '1.2.3.1/32 eth0']));
  });

  it('leaves an address the label that it has, also when others go', () => {
    const two = 'virtual-servers:\n  a: { address: "tcp://1.2.3.1:80" }\n  b: { address: "tcp://1.2.3.2:80" }\n';
    const one = 'virtual-servers:\n  b: { address: "tcp://1.2.3.2:80" }\n';
    const before = conf(nat + two);
    expect(block(before, 'virtual_ipaddress_excluded')).toEqual([
      '1.2.3.1/32 dev eth0 label eth0:1',
      '1.2.3.2/32 dev eth0 label eth0:2',
    ]);
    expect(block(conf(nat + one, 'lvs1', before), 'virtual_ipaddress_excluded')).toEqual([
      '1.2.3.2/32 dev eth0 label eth0:2',
    ]);
  });

  it('gives no label that another address of the router has', () => {
    const alias = { address: '1.2.3.99', prefix: 32, device: 'eth0', label: 'eth0:1', secondary: false };
    const own = { address: '1.2.3.2', prefix: 32, device: 'eth0', label: 'eth0:3', secondary: false };
    const two = 'virtual-servers:\n  a: { address: "tcp://1.2.3.1:80" }\n  b: { address: "tcp://1.2.3.2:80" }\n';
    const labelled = ['1.2.3.1/32 dev eth0 label eth0:2', '1.2.3.2/32 dev eth0 label eth0:3'];
    expect(block(conf(nat + two, 'lvs1', null, [alias, own]), 'virtual_ipaddress_excluded')).toEqual(labelled);
    // The alias came later than the file.
    const before = conf(nat + two);
    expect(block(conf(nat + two, 'lvs1', before, [alias, own]), 'virtual_ipaddress_excluded')).toEqual([
      '1.2.3.1/32 dev eth0 label eth0:4',
      '1.2.3.2/32 dev eth0 label eth0:2',
    ]);
  });

  it('is none where there is nothing to move', () => {
    expect(() => conf('public: { device: eth0 }\n')).toThrow('there is none');
  });
});

describe('whose it is', () => {
  it('is told by its first line', () => {
    expect(ownerOf('global_defs {\n}\n')).toBe('theirs');
    expect(
      ownerOf('# Written by lvs, from lvs.yaml: what is changed here is refused. SHA-256 of the rest: 00\nx\n'),
    ).toBe('edited');
  });
});

describe('what keepalived says of itself', () => {
  it.each([
    ['not running\n', 'not running'],
    ['', 'unknown'],
    ['[{"data":{"iname":"theirs","state":2}}]', 'unknown'],
    ['[{"data":{"iname":"theirs","state":2}},{"data":{"iname":"lvs","state":1}}]', 'BACKUP'],
    ['[{"data":{"iname":"lvs","state":2}}]', 'MASTER'],
    ['[{"data":{"iname":"lvs","state":3}}]', 'FAULT'],
  ])('%s', (text, state) => expect(electionStateIn(text)).toBe(state));
});
