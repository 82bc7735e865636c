import { findingsOn } from '../../../src/doctor/findings/catalogue.ts';
import type { Examination, Examined } from '../../../src/doctor/model/examination.ts';
import type { Finding } from '../../../src/doctor/model/finding.ts';
import type { Device } from '../../../src/grammar/addresses.ts';
import type { Cluster } from '../../../src/model/cluster.ts';
import { desiredOn } from '../../../src/plan/desired.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';
import { clusterOf } from '../../converge/support/simulated-pair.ts';

export const figure = clusterOf(figureFile);

/** The figure's file with other words. */
export function figureWith(...replacements: [from: string, to: string][]): Cluster {
  const text = replacements.reduce((file, [from, to]) => {
    if (!file.includes(from)) throw new Error(`there is no "${from}" in the figure`);
    return file.replace(from, to);
  }, figureFile);
  return clusterOf(text);
}

const macs = { lvs1: ['02:00:00:00:01:00', '02:00:00:00:01:01'], lvs2: ['02:00:00:00:02:00', '02:00:00:00:02:01'] };

function device(index: number, name: string, mac: string | null): Device {
  return { index, name, up: true, carrier: true, mac, arp: mac !== null };
}

/** A router with which nothing is wrong. */
export function examined(name: 'lvs1' | 'lvs2', cluster: Cluster, change: Partial<Examined> = {}): Examined {
  const router = cluster.routers.find((each) => each.name === name) ?? null;
  const desired = desiredOn(cluster, router);
  const number = name === 'lvs1' ? 11 : 12;
  const floating = [...desired.floating.values()].map(({ address, prefix, device: on, label }) => ({
    address,
    prefix,
    device: on,
    label,
    secondary: false,
  }));
  const own = [
    { address: `1.2.3.${number}`, prefix: 24, device: 'eth0', label: null, secondary: false },
    { address: `192.168.1.${number}`, prefix: 24, device: 'eth1', label: null, secondary: false },
  ];
  const [outside = null, inside = null] = macs[name];
  return {
    name,
    router,
    desired,
    missing: [],
    arping: 'iputils',
    rivals: [],
    systemd: true,
    kernel: { ipvs: true, release: '6.1.0', modules: new Map() },
    versions: new Map([['ipvsadm', 'ipvsadm v1.31 2019/12/24']]),
    state: {
      virtualServers: new Map(),
      addresses: name === 'lvs1' ? [...own, ...floating] : own,
      settings: new Map([
        ['net.ipv4.ip_forward', '1'],
        ['net.ipv6.conf.all.forwarding', '1'],
        ['net.ipv4.vs.conntrack', '0'],
        ['net.ipv4.vs.expire_nodest_conn', '1'],
        ...desired.settings,
      ]),
      timeouts: null,
      syncDaemons: (desired.syncDaemons ?? []).map((daemon) => ({
        ...daemon,
        maxLength: daemon.role === 'master' ? 88 : 1024,
      })),
      files: new Map(),
    },
    devices: new Map([
      ['eth0', device(2, 'eth0', outside)],
      ['eth1', device(3, 'eth1', inside)],
    ]),
    defaultDevices: new Map([['ipv4', ['eth0']]]),
    wire: [],
    neighbours: new Map(),
    connects: [],
    clock: { ahead: 0, uncertainty: 1 },
    sync: { listening: ['eth1'], connections: new Set(), known: new Set() },
    firewall: [
      {
        tool: 'iptables',
        chains: [
          {
            table: 'nat',
            name: 'POSTROUTING',
            families: ['ipv4'],
            hook: 'postrouting',
            policy: 'accept',
            rules: [{ conditions: [], verdict: { kind: 'masquerade' }, text: '-A POSTROUTING -j MASQUERADE' }],
          },
        ],
      },
    ],
    election:
      cluster.failover.engine === 'keepalived' ? { state: name === 'lvs1' ? 'MASTER' : 'BACKUP', conf: 'ours' } : null,
    lvs: [],
    managed: [],
    monitorUnit: null,
    lasting: new Map([['net.ipv4.ip_forward', { value: '1', file: '/etc/sysctl.conf' }]]),
    kept: new Map(),
    ...change,
  };
}

/** What is found on lvs2 where it differs so, beside a sound lvs1. */
export function foundOn(
  change: Partial<Examined>,
  cluster: Cluster = figure,
  other: Partial<Examined> = {},
): Finding[] {
  const first = examined('lvs1', cluster, other);
  const second = examined('lvs2', cluster, change);
  const examination: Examination = { cluster, routers: [first, second], unreachable: [] };
  return findingsOn(second, examination);
}

/** A sound router's settings, and some others. */
export function withSettings(
  settings: Readonly<Record<string, string>>,
  cluster: Cluster = figure,
): Pick<Examined, 'state'> {
  const { state } = examined('lvs2', cluster);
  if (state === null) throw new Error('no state');
  return { state: { ...state, settings: new Map([...state.settings, ...Object.entries(settings)]) } };
}
