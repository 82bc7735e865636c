import { describe, expect, test } from 'vitest';
import { settingsToExamine } from '../../src/doctor/findings/settings-read.ts';
import { parseIptables } from '../../src/doctor/firewall/parse-iptables.ts';
import type { Examined } from '../../src/doctor/model/examination.ts';
import type { Finding } from '../../src/doctor/model/finding.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { desiredOn } from '../../src/plan/desired.ts';
import { examined, figure, figureWith, foundOn } from './support/examined.ts';

/** A router of which every setting was read that is looked at, and nothing else: `given`, or `rest`. */
function readAll(given: Readonly<Record<string, string>>, cluster: Cluster): { state: NonNullable<Examined['state']> } {
  const { state, desired } = examined('lvs2', cluster);
  if (state === null) throw new Error('no state');
  const names = [...settingsToExamine(desired)];
  for (const name of Object.keys(given)) if (!names.includes(name)) throw new Error(`${name} is not read`);
  const settings = new Map(names.map((name) => [name, given[name] ?? '0']));
  return { state: { ...state, settings } };
}

const persistent = figureWith(['scheduler: wrr', 'scheduler: wrr\n    persistent: 60']);
const direct = figureWith(['weight: 2 }', 'weight: 2, forward: direct }']);
const oneArm = figureWith(['device: eth0', 'device: eth1'], ['label: eth0:1', 'label: eth1:2']);
const stateful = parseIptables(
  '*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A FORWARD -i eth1 -j DROP\n',
  'iptables',
  'ipv4',
);

interface Scenario {
  readonly given?: Readonly<Record<string, string>>;
  readonly cluster?: Cluster;
  readonly change?: Partial<Examined>;
}

/** Every finding whose fix sets anything. */
const scenarios: Readonly<Record<string, Scenario>> = {
  'no-forwarding': {},
  'forwarding-not-kept': { given: { 'net.ipv4.ip_forward': '1' }, change: { lasting: new Map() } },
  'rp-filter': {
    given: { 'net.ipv4.conf.all.rp_filter': '1' },
    change: { defaultDevices: new Map([['ipv4', ['eth2']]]) },
  },
  'promote-secondaries': { cluster: figureWith(['prefix: 32', 'prefix: 24']) },
  'arp-ignore': { given: { 'net.ipv4.conf.all.arp_ignore': '8', 'net.ipv4.conf.eth0.arp_ignore': '2' } },
  'arp-flux': { cluster: direct },
  'send-redirects': {
    cluster: oneArm,
    given: { 'net.ipv4.conf.all.send_redirects': '1', 'net.ipv4.conf.eth1.send_redirects': '1' },
  },
  'stateful-firewall': { change: { firewall: [stateful] } },
  'setting-differs': {},
  'expire-nodest-conn': {},
  'expire-quiescent-template': { cluster: persistent },
  'conn-reuse-mode': {},
  'sloppy-tcp': { given: { 'net.ipv4.vs.sloppy_tcp': '1' } },
};

/** Where the two devices are on one network. */
const onOneNetwork = { address: '192.168.1.77', prefix: 24, device: 'eth0', label: null, secondary: false };

function foundIn({ given = {}, cluster = figure, change = {} }: Scenario): Finding[] {
  const { state } = readAll(given, cluster);
  const addresses = cluster === direct ? [...state.addresses, onOneNetwork] : state.addresses;
  return foundOn({ state: { ...state, addresses }, ...change }, cluster);
}

const setsSomething = ({ fix }: Finding) => fix?.steps.some(({ argv }) => argv[0] === 'sysctl') === true;

describe('what --fix sets', () => {
  test.each(Object.entries(scenarios))('for %s was read before, and can be put back', (id, scenario) => {
    const { cluster = figure } = scenario;
    const read = settingsToExamine(desiredOn(cluster, examined('lvs2', cluster).router));
    const found = foundIn(scenario).filter((finding) => finding.id === id);
    expect(found.length).toBeGreaterThan(0);
    for (const { fix } of found) {
      expect(fix?.steps.length).toBeGreaterThan(0);
      for (const { argv, undo } of fix?.steps ?? []) {
        const [name = '', value] = argv[2]?.split('=') ?? [];
        expect(read).toContain(name);
        const former = scenario.given?.[name] ?? '0';
        expect(undo).toEqual(former === value ? null : ['sysctl', '-w', `${name}=${former}`]);
      }
    }
  });

  test('for any finding is among these', () => {
    const ids = Object.values(scenarios).flatMap((scenario) => foundIn(scenario).filter(setsSomething));
    expect(new Set(ids.map(({ id }) => id))).toEqual(new Set(Object.keys(scenarios)));
  });

  test('is left to people where it was not read: nothing could put it back', () => {
    const { state } = readAll({}, direct);
    const settings = new Map(state.settings);
    settings.delete('net.ipv4.conf.all.arp_announce');
    const found = foundOn({ state: { ...state, settings, addresses: [...state.addresses, onOneNetwork] } }, direct);
    expect(found.find(({ id }) => id === 'arp-flux')).toMatchObject({
      mend: 'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2',
      fix: null,
    });
  });
});

describe('sync daemons', () => {
  const start = (role: string, id = 7, length = role === 'master' ? 88 : 1024) =>
    `ipvsadm --start-daemon ${role} --mcast-interface eth1 --syncid ${id} --sync-maxlen ${length}`;
  const stepsOf = (id: string, change: Partial<Examined>) =>
    foundOn(change)
      .filter((finding) => finding.id === id)
      .flatMap(({ fix }) => fix?.steps ?? [])
      .map(({ argv, undo }) => [argv.join(' '), undo?.join(' ') ?? null]);

  test('one that listens to nothing is stopped and started; each is the inverse of the other', () => {
    expect(stepsOf('sync-deaf', { sync: { listening: [], connections: new Set(), known: new Set() } })).toEqual([
      ['ipvsadm --stop-daemon backup', start('backup')],
      [start('backup'), 'ipvsadm --stop-daemon backup'],
    ]);
  });

  test('one that runs otherwise goes back to what it was, one that does not run is stopped again', () => {
    const { state } = examined('lvs2', figure);
    if (state === null) throw new Error('no state');
    const other = state.syncDaemons.filter(({ role }) => role === 'master').map((daemon) => ({ ...daemon, id: 8 }));
    expect(stepsOf('sync-daemon', { state: { ...state, syncDaemons: other } })).toEqual(
      expect.arrayContaining([
        ['ipvsadm --stop-daemon master', start('master', 8)],
        [start('master'), 'ipvsadm --stop-daemon master'],
        [expect.stringMatching(/^ipvsadm --start-daemon backup /), 'ipvsadm --stop-daemon backup'],
      ]),
    );
  });
});
