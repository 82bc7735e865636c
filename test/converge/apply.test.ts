import { describe, expect, it } from 'vitest';
import { clusterOf, convergedPair, figure, figureCluster, SimulatedPair } from './support/simulated-pair.ts';

const rules = [
  '-A -t 1.2.3.1:80 -s wrr',
  '-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2',
  '-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1',
];

describe('apply, from nothing', () => {
  it('gives both routers the rules and the first of them the addresses', async () => {
    const pair = new SimulatedPair();
    const outcome = await pair.apply();
    expect(pair.lvs1.rules()).toEqual(rules);
    expect(pair.lvs2.rules()).toEqual(rules);
    expect(pair.lvs1.held()).toEqual(['1.2.3.1/32 eth0', '192.168.1.254/32 eth1']);
    expect(pair.lvs2.held()).toEqual([]);
    expect(outcome.applied).toBe(true);
    expect(outcome.routers.map(({ name, role }) => `${name} ${role}`)).toEqual(['lvs1 active', 'lvs2 backup']);
  });

  it('gives every router its rules before any has an address', async () => {
    const pair = new SimulatedPair();
    await pair.apply();
    const isAddress = pair.log.map((line) => line.includes(': ip addr'));
    expect(isAddress).toEqual([...isAddress].sort());
    expect(isAddress.filter(Boolean)).toHaveLength(2);
  });

  it('announces the addresses from processes that nobody waits for', async () => {
    const pair = new SimulatedPair();
    await pair.apply();
    expect(pair.lvs1.apart).toHaveLength(1);
    expect(pair.lvs1.apart[0]?.slice(-2)).toEqual(['-q -U -c 1 -I eth0 1.2.3.1', '-q -U -c 1 -I eth1 192.168.1.254']);
    expect(pair.lvs2.apart).toEqual([]);
    expect(pair.log.filter((line) => line.includes('arping'))).toEqual([]);
  });

  it('starts one process for all rules, and one for all addresses', async () => {
    const pair = new SimulatedPair();
    const commands: string[] = [];
    pair.lvs1.onCommand = (argv) => commands.push(argv.slice(0, 2).join(' '));
    await pair.apply();
    expect(commands.filter((command) => /^(ipvsadm -R|ip -batch|xargs)/.test(command))).toEqual([
      'ipvsadm -R',
      'ip -batch',
    ]);
  });

  it('is shown beforehand without anything being locked or run', async () => {
    const pair = new SimulatedPair();
    const shown = await pair.preview();
    expect(pair.log).toEqual([]);
    expect(pair.routers.map(({ locked }) => locked)).toEqual([0, 0]);
    const done = await pair.apply();
    expect(shown.routers.map(({ changes }) => changes)).toEqual(done.routers.map(({ changes }) => changes));
  });

  it.each([
    'sync: { device: eth1, id: 7 }',
    'sync: { device: eth1, id: 7, max-length: 500 }',
    'timeouts: { udp: 30 }',
    'settings: { expire_nodest_conn: 1 }',
    'public: { device: eth0, prefix: 24 }',
  ])('takes %s', async (line) => {
    const text = line.startsWith('public') ? figure.replace(/^public.*$/m, line) : `${figure}${line}\n`;
    const pair = new SimulatedPair();
    await pair.apply({ cluster: clusterOf(text) });
    pair.forget();
    await pair.apply({ cluster: clusterOf(text) });
    expect(pair.log).toEqual([]);
  });
});

describe('apply, where all is as declared', () => {
  it('runs nothing', async () => {
    const pair = await convergedPair();
    const outcome = await pair.apply();
    expect(pair.log).toEqual([]);
    expect(outcome.routers.flatMap(({ changes }) => changes)).toEqual([]);
  });

  it('keeps the addresses where they are, preference or not', async () => {
    const pair = new SimulatedPair();
    await pair.apply({ on: 'lvs2' });
    pair.lvs2.kernel.execute(['ip', 'addr', 'add', '1.2.3.1/32', 'dev', 'eth0']);
    await pair.apply();
    expect(pair.lvs1.held()).toEqual([]);
    expect(pair.lvs2.held()).toEqual(['1.2.3.1/32 eth0', '192.168.1.254/32 eth1']);
  });
});

describe('apply, after changes by hand', () => {
  it('runs exactly what takes them back', async () => {
    const pair = await convergedPair();
    const { kernel } = pair.lvs1;
    kernel.execute('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 9'.split(' '));
    kernel.execute('ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.3:80'.split(' '));
    kernel.execute('ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.9:80 -m'.split(' '));
    kernel.execute('ipvsadm -E -t 1.2.3.1:80 -s rr'.split(' '));
    kernel.execute('ip addr del 1.2.3.1/32 dev eth0'.split(' '));
    pair.forget();
    await pair.apply();
    expect(pair.log).toEqual([
      'lvs1: ipvsadm -E -t 1.2.3.1:80 -s wrr',
      'lvs1: ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2',
      'lvs1: ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1',
      'lvs1: ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.9:80',
      'lvs1: ip addr add 1.2.3.1/32 dev eth0 label eth0:1',
    ]);
  });

  it('leaves sync daemons that are declared no more alone, and says so, until they are to be pruned', async () => {
    const pair = new SimulatedPair();
    await pair.apply({ cluster: clusterOf(`${figure}sync: { device: eth1, id: 7 }\n`) });
    pair.forget();
    const left = await pair.apply();
    expect(left.routers.map(({ unmanaged }) => unmanaged.syncDaemons)).toEqual(Array(2).fill(['master', 'backup']));
    expect(pair.log).toEqual([]);
    const pruned = await pair.apply({ prune: true });
    expect(pruned.routers.map(({ unmanaged }) => unmanaged.syncDaemons)).toEqual([[], []]);
    expect(pair.lvs1.kernel.state().syncDaemons).toEqual([]);
    expect(pair.log).toContain('lvs2: ipvsadm --stop-daemon backup');
  });

  it('leaves alone what nobody declared, and says so, until it is to be pruned', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.execute('ipvsadm -A -t 9.9.9.9:80 -s rr'.split(' '));
    pair.lvs1.kernel.execute('ip addr add 9.9.9.9/32 dev eth0 label eth0:9'.split(' '));
    pair.forget();
    const [lvs1] = (await pair.apply()).routers;
    expect(pair.log).toEqual([]);
    expect(lvs1?.unmanaged).toEqual({ virtualServers: ['tcp://9.9.9.9:80'], addresses: ['9.9.9.9'], syncDaemons: [] });
    await pair.apply({ prune: true });
    expect(pair.log).toEqual(['lvs1: ip addr del 9.9.9.9/32 dev eth0', 'lvs1: ipvsadm -D -t 9.9.9.9:80']);
  });

  it('touches the rules only where both routers hold addresses', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.execute('ip addr add 1.2.3.1/24 dev eth0'.split(' '));
    pair.lvs2.kernel.execute('ipvsadm -D -t 1.2.3.1:80'.split(' '));
    const held = pair.routers.map((router) => router.held());
    const outcome = await pair.apply();
    expect(outcome.routers.map(({ role }) => role)).toEqual(['conflict', 'conflict']);
    expect(pair.lvs2.rules()).toEqual(rules);
    expect(pair.routers.map((router) => router.held())).toEqual(held);
  });
});

describe('apply, on one router alone', () => {
  it('gives it the rules and no address', async () => {
    const pair = new SimulatedPair();
    await pair.apply({ on: 'lvs1' });
    expect(pair.lvs1.rules()).toEqual(rules);
    expect(pair.lvs1.held()).toEqual([]);
    expect(pair.lvs2.rules()).toEqual([]);
  });

  it('enables no address that it does not hold, although it is active', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.execute('ip addr del 1.2.3.1/32 dev eth0'.split(' '));
    await pair.apply({ on: 'lvs1' });
    expect(pair.lvs1.held()).toEqual(['192.168.1.254/32 eth1']);
  });

  it('works while the other is away', async () => {
    const pair = new SimulatedPair();
    pair.lvs1.reachable = false;
    await pair.apply({ on: 'lvs2' });
    expect(pair.lvs2.rules()).toEqual(rules);
  });

  it('needs no routers at all to be declared', async () => {
    const pair = new SimulatedPair();
    const cluster = { ...figureCluster, routers: [] };
    await pair.apply({ cluster, connect: () => pair.connect(figureCluster.routers[0] ?? null, true) });
    expect(pair.lvs1.held()).toEqual(['1.2.3.1/32 eth0', '192.168.1.254/32 eth1']);
  });
});
