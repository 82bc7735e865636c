import { describe, expect, it } from 'vitest';
import { failoverRequest } from '../../src/failover/failover.ts';
import { clusterOf, errorOf, figure, SimulatedPair } from '../converge/support/simulated-pair.ts';
import { both, held } from './support/failover.ts';
import { type TrafficControl, withTrafficControl } from './support/traffic-control.ts';

const synchronised = clusterOf(`${figure}sync: { device: eth1, id: 7 }\n`);

async function pairWithTrafficControl(cluster = synchronised) {
  const pair = new SimulatedPair();
  await pair.apply({ cluster });
  const control = withTrafficControl(pair);
  pair.forget();
  return { pair, ...control };
}

function failover(pair: SimulatedPair, cluster = synchronised) {
  return pair.apply({
    cluster,
    command: 'lvs failover',
    announce: 'wait',
    request: (survey, connections) =>
      failoverRequest(cluster, survey, connections, { to: null, force: false, acceptDuplicate: false }),
  });
}

/** The device of the queue is there as long as it is told so. */
function showQueue({ lvs1: { kernel } }: SimulatedPair, isThere: () => boolean): void {
  const reading = kernel.execute.bind(kernel);
  kernel.execute = (argv, stdin) => {
    const result = reading(argv, stdin);
    if (argv[1] !== '-j' || !isThere()) return result;
    return { ...result, stdout: JSON.stringify([...JSON.parse(result.stdout), { ifname: 'lvshold0', flags: [] }]) };
  };
}

const filter =
  'tc filter add dev eth0 ingress protocol ip pref 4 flower ip_proto tcp dst_ip 1.2.3.1 tcp_flags 0x02/0x12 action mirred egress redirect dev lvshold0';
const open = 'lvs1: tc qdisc change dev lvshold0 root plug release_indefinite';
/** By the device a router is known to have something left: one script removes all, and it goes last (see left-behind.ts). */
const removed = 'lvs1: sweep eth0';
/** As long as the target has told nobody. */
const untold = ['lvs2: touch /run/lvs/untold', 'lvs2: rm -f /run/lvs/untold'];
const tellAsBefore = 'lvs1: sysctl -w net.ipv4.vs.sync_refresh_period=10';

describe('a failover that holds new connections back', () => {
  it('enables, holds, settles, disables all in one moment, lets go, tells everybody, and leaves nothing behind', async () => {
    const { pair } = await pairWithTrafficControl();
    await failover(pair);
    const steps = pair.log.filter((line) => !line.includes('setsid'));
    expect(steps.filter((line) => line.startsWith('lvs1'))).toEqual([
      'lvs1: modprobe ifb numifbs=0',
      'lvs1: modprobe -a sch_plug sch_ingress cls_flower act_mirred',
      'lvs1: ip link add lvshold0 type ifb',
      'lvs1: ip link set lvshold0 up',
      'lvs1: tc qdisc add dev lvshold0 root plug limit 16000000',
      'lvs1: tc qdisc add dev eth0 clsact',
      'lvs1: ip route add 1.2.3.1/32 dev eth0 table 7054',
      'lvs1: ip route add 0.0.0.0/0 via 192.168.1.12 dev eth1 onlink table 7055',
      'lvs1: ip rule add iif eth0 lookup 7054 pref 7054',
      'lvs1: ip rule add iif eth1 lookup 7055 pref 7055',
      'lvs1: sysctl -w net.ipv4.vs.sync_refresh_period=0',
      `lvs1: ${filter}`,
      'lvs1: sleep 0.11',
      'lvs1: ip addr del 1.2.3.1/32 dev eth0',
      'lvs1: ip addr del 192.168.1.254/32 dev eth1',
      open,
      'lvs1: sleep 0.4',
      tellAsBefore,
      removed,
    ]);
    expect(steps.filter((line) => line.startsWith('lvs2'))).toEqual([
      untold[0],
      'lvs2: ip addr add 192.168.1.254/32 dev eth1 label eth1:1',
      'lvs2: ip addr add 1.2.3.1/32 dev eth0 label eth0:1',
      'lvs2: arping -q -U -c 1 -I eth1 192.168.1.254',
      'lvs2: arping -q -U -c 1 -I eth0 1.2.3.1',
      untold[1],
    ]);
    const at = (text: string) => steps.findIndex((line) => line.includes(text));
    expect(at('lvs1: ip rule add')).toBeLessThan(at('lvs2: ip addr add'));
    expect(at('lvs2: ip addr add 1.2.3.1')).toBeLessThan(at(filter));
    expect(at(open)).toBeLessThan(at('arping'));
    expect(at('lvs2: arping -q -U -c 1 -I eth0')).toBeLessThan(at(removed));
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });

  it('repeats the announcements from when the old router has lost the addresses', async () => {
    const { pair } = await pairWithTrafficControl();
    await failover(pair);
    expect(pair.lvs2.apart.map((argv) => argv.slice(-2))).toEqual([
      ['-q -U -c 1 -I eth0 1.2.3.1', '-q -U -c 1 -I eth1 192.168.1.254'],
    ]);
  });

  it('diverts all virtual servers before it waits, and lets go when the last address is gone', async () => {
    const cluster = clusterOf(
      `${figure}  mail: { address: "tcp://1.2.3.2:25", real-servers: [192.168.1.2] }\nsync: { device: eth1, id: 7 }\n`,
    );
    const { pair } = await pairWithTrafficControl(cluster);
    const { routers } = await failover(pair, cluster);
    const commands = routers.flatMap(({ changes }) => changes.flatMap((change) => change.commands));
    const programs = commands.filter(({ stage }) => stage === 'hold').map(({ argv }) => argv[0]);
    expect(programs).toEqual(['sysctl', 'tc', 'tc', 'sleep', 'ip', 'ip', 'ip', 'tc', 'sleep', 'sysctl']);
    const gone = pair.log.findLastIndex((line) => line.startsWith('lvs1: ip addr del'));
    expect(pair.log.indexOf(open)).toBeGreaterThan(gone);
    expect(pair.log.filter((line) => line.startsWith('lvs1: tc qdisc add dev eth0'))).toHaveLength(1);
  });

  it('diverts and detours an address once that a device has with two prefixes', async () => {
    const { pair } = await pairWithTrafficControl();
    pair.lvs1.kernel.execute('ip addr add 1.2.3.1/24 dev eth0'.split(' '));
    pair.forget();
    await failover(pair);
    expect(pair.log.filter((line) => line === `lvs1: ${filter}`)).toHaveLength(1);
    expect(pair.log.filter((line) => line.includes('table 7054') && line.includes('add 1.2.3.1/32'))).toHaveLength(1);
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });

  it('opens by itself, should nobody be left to do it', async () => {
    const { pair } = await pairWithTrafficControl();
    await failover(pair);
    const watch = pair.log.findIndex((line) =>
      /setsid -f sh -c .* release_indefinite;.* sweep-later 10 eth0$/.test(line),
    );
    expect(watch).toBeGreaterThan(-1);
    expect(watch).toBeLessThan(pair.log.indexOf(`lvs1: ${filter}`));
  });

  it('is announced by the target itself, should nobody be left to do it', async () => {
    const { pair } = await pairWithTrafficControl();
    await failover(pair);
    const later = pair.log.findIndex((line) =>
      /^lvs2: setsid -f sh -c .* tell-later 0 h 1\.2\.3\.1 eth0 p -D /.test(line),
    );
    expect(later).toBeGreaterThan(pair.log.indexOf(untold[0] ?? ''));
    expect(later).toBeLessThan(pair.log.findIndex((line) => line.startsWith('lvs2: ip addr add')));
  });

  it('shows its steps beforehand', async () => {
    const { pair } = await pairWithTrafficControl();
    const outcome = await pair.preview({
      cluster: synchronised,
      request: (survey, connections) =>
        failoverRequest(synchronised, survey, connections, { to: null, force: false, acceptDuplicate: false }),
    });
    const commands = outcome.routers.flatMap(({ changes }) => changes.flatMap((change) => change.commands));
    expect(commands.map(({ argv }) => argv.join(' '))).toContain(filter);
    expect(pair.log).toEqual([]);
  });

  it('has IPv6 addresses silently at first, and lets them announce themselves when the old router has lost them', async () => {
    const cluster = clusterOf(`${figure}  six: { address: "tcp://[2001:db8::1]:80" }\nsync: { device: eth1, id: 7 }\n`);
    const { pair } = await pairWithTrafficControl(cluster);
    await failover(pair, cluster);
    const at = (text: string) => pair.log.findIndex((line) => line.includes(text));
    expect(at('lvs2: ip addr add 2001:db8::1/128 dev eth0 nodad')).toBeGreaterThan(-1);
    expect(at('protocol ipv6 pref 6 flower ip_proto tcp dst_ip 2001:db8::1')).toBeGreaterThan(
      at('lvs2: ip addr add 2001:db8::1/128 dev eth0 nodad'),
    );
    const telling = at('lvs2: advertise 2001:db8::1/128 eth0');
    expect(telling).toBeGreaterThan(at('lvs1: ip addr del 2001:db8::1'));
    expect(telling).toBeLessThan(at('lvs2: arping'));
    expect(pair.lvs2.apart.map((argv) => argv.slice(3))).toContainEqual(['advertise', '4', '2001:db8::1/128', 'eth0']);
    expect(pair.log).toContain('lvs1: ip -6 rule add iif eth0 lookup 7054 pref 7054');
    expect(pair.log.filter((line) => line.includes('tc qdisc add dev eth0 clsact'))).toHaveLength(1);
  });

  it('removes what a run that died has left, also where it has nothing else to do', async () => {
    const { pair, lvs1 } = await pairWithTrafficControl();
    showQueue(pair, () => true);
    lvs1.qdiscs = 'qdisc clsact ffff: dev eth0 parent ffff:fff1 \nqdisc plug 8001: dev lvshold0 root refcnt 2 \n';
    const left = 'lvshold0, left by a failover that did not come to its end, goes first';
    const { routers } = await pair.apply({ cluster: synchronised });
    // Nobody is to go on sending to where the detour is.
    const announced = ['lvs1: arping -q -U -c 1 -I eth0 1.2.3.1', 'lvs1: arping -q -U -c 1 -I eth1 192.168.1.254'];
    expect(pair.log).toEqual([...announced, 'lvs1: sweep eth0']);
    expect(routers.map(({ notes }) => notes)).toEqual([[left], []]);
    const { routers: previewed } = await pair.preview({ cluster: synchronised });
    expect(previewed[0]?.notes).toEqual([left]);

    pair.forget();
    await failover(pair);
    expect(pair.log[2]).toBe('lvs1: sweep eth0');
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });
});

describe('new connections are not held back, and a note says so, where', () => {
  it('the target has no address of its own on the private network', async () => {
    const { pair } = await pairWithTrafficControl();
    pair.lvs2.kernel.execute('ip addr del 192.168.1.12/24 dev eth1'.split(' '));
    const { routers } = await failover(pair);
    expect(routers.flatMap(({ notes }) => notes)).toEqual([
      'new connections are not held back: lvs2 has no address of its own on eth1',
    ]);
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });

  it.each<[string, (control: TrafficControl) => void, string]>([
    ['tc is missing', (control) => Object.assign(control, { installed: false }), 'tc is missing on lvs1'],
    ['modules are', (control) => control.missing.push('ifb', 'sch_plug'), 'the kernel of lvs1 has no ifb, sch_plug'],
    [
      'somebody else filters what comes in',
      (control) => Object.assign(control, { qdiscs: 'qdisc ingress ffff: dev eth0 parent ffff:fff1 ----\n' }),
      'eth0 of lvs1 has traffic control of its own',
    ],
  ])('%s', async (_, spoil, said) => {
    const { pair, lvs1 } = await pairWithTrafficControl();
    spoil(lvs1);
    const { routers } = await failover(pair);
    expect(routers.flatMap(({ notes }) => notes)).toEqual([`new connections are not held back: ${said}`]);
    expect(pair.log.filter((line) => / (tc|modprobe|setsid) /.test(line))).toEqual([]);
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });

  it('connections are not synchronised', async () => {
    const cluster = clusterOf(figure);
    const { pair } = await pairWithTrafficControl(cluster);
    const { routers } = await failover(pair, cluster);
    expect(routers.flatMap(({ notes }) => notes)).toEqual([expect.stringContaining('"sync:" is not declared')]);
  });
});

describe('a failover that fails while connections are held back', () => {
  it.each([
    ['on the old router, making the queue', 'lvs1', /^tc qdisc add dev eth0/],
    ['on the old router, diverting', 'lvs1', /^tc filter add/],
    ['on the target, telling real servers', 'lvs2', /^arping .* eth1/],
    ['on the old router, loading a module', 'lvs1', /^modprobe/],
  ] as const)('%s, gives the old router everything back and lets the connections go', async (_, router, refuse) => {
    const { pair, ...control } = await pairWithTrafficControl();
    control[router].refuse = refuse;
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
    expect(pair.log.filter((line) => line !== untold[1]).slice(-3)).toEqual([open, tellAsBefore, removed]);
    expect(pair.log).toContain(untold[1]);
  });

  it('says so if the queue cannot be removed', async () => {
    const { pair, lvs1 } = await pairWithTrafficControl();
    showQueue(pair, () => pair.log.some((line) => line.includes('ip link add lvshold0')));
    lvs1.refuse = /^(tc filter add|sweep)/;
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.details.map(({ message }) => message)).toContain(
      'lvs1: lvshold0, filters or redirect routes of this failover could not be removed: the next run does so',
    );
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
  });

  it('lets them go when it is interrupted', async () => {
    const { pair } = await pairWithTrafficControl();
    pair.lvs2.onCommand = (argv) => {
      if (argv[0] === 'sh') process.emit('SIGINT');
    };
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'interrupted', exitStatus: 130 });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
    expect(pair.log.filter((line) => line !== untold[1]).slice(-3)).toEqual([open, tellAsBefore, removed]);
    expect(pair.log).toContain(untold[1]);
  });
});
