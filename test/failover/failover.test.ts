import { describe, expect, it } from 'vitest';
import { clusterOf, convergedPair, errorOf, figure, SimulatedPair } from '../converge/support/simulated-pair.ts';
import { both, failover, held } from './support/failover.ts';

describe('a failover', () => {
  it('makes before it breaks', async () => {
    const pair = await convergedPair();
    await failover(pair);
    expect(pair.log).toEqual([
      'lvs2: ip addr add 1.2.3.1/32 dev eth0 label eth0:1',
      'lvs2: ip addr add 192.168.1.254/32 dev eth1 label eth1:1',
      'lvs2: arping -q -U -c 1 -I eth0 1.2.3.1',
      'lvs2: arping -q -U -c 1 -I eth1 192.168.1.254',
      'lvs1: ip addr del 1.2.3.1/32 dev eth0',
      'lvs1: ip addr del 192.168.1.254/32 dev eth1',
    ]);
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });

  it('announces again when the old router has lost the addresses', async () => {
    const pair = await convergedPair();
    const { lvs1, lvs2 } = pair;
    const heldWhenAnnounced: string[][] = [];
    const push = lvs2.apart.push.bind(lvs2.apart);
    lvs2.apart.push = (...commands) => {
      heldWhenAnnounced.push(lvs1.held());
      return push(...commands);
    };
    await failover(pair);
    expect(heldWhenAnnounced).toEqual([[]]);
    expect(lvs2.apart[0]?.slice(-2)).toEqual(['-q -U -c 1 -I eth0 1.2.3.1', '-q -U -c 1 -I eth1 192.168.1.254']);
  });

  it('announces IPv6 addresses again, too, and where it fails the router says so again that keeps them', async () => {
    const six = `${figure}  six: { address: "tcp://[2001:db8::1]:80" }\n`;
    const pair = new SimulatedPair();
    await pair.apply({ cluster: clusterOf(six) });
    for (const { apart } of pair.routers) apart.length = 0;
    const again = ({ apart }: SimulatedPair['lvs1']) =>
      apart.map((argv) => argv.slice(3)).filter(([name]) => name === 'advertise');
    pair.lvs2.kernel.fail({ matching: /^arping/, nth: 1, effect: 'refuse' });
    expect(await errorOf(failover(pair, { cluster: clusterOf(six) }))).toMatchObject({ exitStatus: 3 });
    expect(pair.routers.map(again)).toEqual([[['advertise', '4', '2001:db8::1/128', 'eth0']], []]);

    await failover(pair, { cluster: clusterOf(six) });
    expect(again(pair.lvs2)).toEqual([['advertise', '4', '2001:db8::1/128', 'eth0']]);
  });

  it('announces with the arping that is there', async () => {
    const pair = await convergedPair();
    pair.lvs2.facts = { ...pair.lvs2.facts, arping: 'habets' };
    await failover(pair);
    expect(pair.log.filter((line) => line.includes('arping'))).toEqual([
      'lvs2: arping -q -U -c 1 -i eth0 -S 1.2.3.1 1.2.3.1',
      'lvs2: arping -q -U -c 1 -i eth1 -S 192.168.1.254 192.168.1.254',
    ]);
    expect(pair.lvs2.apart[0]?.slice(-2)).toEqual([
      '-q -U -c 1 -i eth0 -S 1.2.3.1 1.2.3.1',
      '-q -U -c 1 -i eth1 -S 192.168.1.254 192.168.1.254',
    ]);
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });

  it('announces nothing on a device without ARP', async () => {
    const cluster = clusterOf(figure.replace('scheduler: wrr', 'scheduler: wrr\n    device: dummy0'));
    const pair = new SimulatedPair({ devices: ['eth0', 'eth1', 'dummy0'] });
    await pair.apply({ cluster });
    pair.forget();
    await failover(pair, { cluster });
    expect(pair.log.filter((line) => line.includes('arping'))).toEqual([
      'lvs2: arping -q -U -c 1 -I eth1 192.168.1.254',
    ]);
    expect(pair.lvs2.apart.map((argv) => argv.slice(5))).toEqual([['-q -U -c 1 -I eth1 192.168.1.254']]);
    pair.lvs2.reachable = false;
    await failover(pair, { cluster, to: 'lvs1', force: true });
    expect(pair.lvs1.held()).toEqual(['192.168.1.254/32 eth1', '1.2.3.1/32 dummy0']);
  });

  it('says which announcement failed', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.fail({ matching: /^arping .* eth1/, effect: 'refuse', status: 2, stderr: 'arping: socket: no' });
    const { message } = await errorOf(failover(pair));
    expect(message).toContain('lvs2: arping -q -U -c 1 -I eth1 192.168.1.254: arping: socket: no');
  });

  it('goes back again', async () => {
    const pair = await convergedPair();
    await failover(pair);
    await failover(pair);
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
  });

  it('has nothing to do on the router that is active', async () => {
    const pair = await convergedPair();
    await failover(pair, { to: 'lvs1' });
    expect(pair.log).toEqual([]);
  });

  it('brings together what two routers hold', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.execute('ip addr add 1.2.3.1/24 dev eth0 label eth0:7'.split(' '));
    expect(await errorOf(failover(pair))).toMatchObject({
      code: 'role-conflict',
      exitStatus: 4,
      hint: expect.stringContaining('--to lvs1'),
    });
    await failover(pair, { to: 'lvs2' });
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });

  it('ends a conflict about the address of a disabled virtual server', async () => {
    const cluster = clusterOf(`${figure}  b: { address: "tcp://1.2.3.5:80", state: disabled }\n`);
    const pair = await convergedPair();
    pair.lvs2.kernel.execute('ip addr add 1.2.3.5/32 dev eth0'.split(' '));
    expect((await pair.apply({ cluster })).routers.map(({ role }) => role)).toEqual(['conflict', 'conflict']);
    await failover(pair, { to: 'lvs1', cluster });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
    expect((await pair.apply({ cluster })).routers.map(({ role }) => role)).toEqual(['active', 'backup']);
  });

  it('brings together a virtual server here and the NAT router there', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.execute('ip addr del 192.168.1.254/32 dev eth1'.split(' '));
    pair.lvs2.kernel.execute('ip addr add 192.168.1.254/32 dev eth1'.split(' '));
    await failover(pair, { to: 'lvs1' });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
  });
});

it('what the target held already is announced, when another router gives it up', async () => {
  const pair = await convergedPair();
  for (const words of ['1.2.3.1/32 dev eth0', '192.168.1.254/32 dev eth1']) {
    pair.lvs2.kernel.execute(`ip addr add ${words}`.split(' '));
  }
  await failover(pair, { to: 'lvs2' });
  expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  expect(pair.lvs2.apart.flat().join(' ')).toMatch(/-I eth0 1\.2\.3\.1 .*-I eth1 192\.168\.1\.254/);
});

describe('a target that is not ready is refused, and nothing runs:', () => {
  it.each<[string, (pair: SimulatedPair) => void, string]>([
    ['device down', ({ lvs2 }) => lvs2.kernel.setDevice('eth1', false), 'the device eth1 is down'],
    ['no carrier', ({ lvs2 }) => lvs2.kernel.setDevice('eth0', true, false), 'the device eth0 has no carrier'],
    [
      'not forwarding',
      ({ lvs2 }) => void lvs2.kernel.execute(['sysctl', '-w', 'net.ipv4.ip_forward=0']),
      'net.ipv4.ip_forward is 0',
    ],
    [
      'other rules',
      ({ lvs2 }) => void lvs2.kernel.execute('ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.2:80'.split(' ')),
      'it is not as declared: real-server 192.168.1.2:80',
    ],
    ['no rules', ({ lvs2 }) => void lvs2.kernel.execute(['ipvsadm', '-C']), 'it is not as declared: virtual-server'],
  ])('%s', async (_, spoil, reason) => {
    const pair = await convergedPair();
    spoil(pair);
    pair.forget();
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toContain(`lvs2 is not ready to take over: ${reason}`);
    expect(pair.log).toEqual([]);
  });

  it('also where it holds everything already, beside the other', async () => {
    const pair = await convergedPair();
    for (const words of ['1.2.3.1/32 dev eth0', '192.168.1.254/32 dev eth1']) {
      pair.lvs2.kernel.execute(`ip addr add ${words}`.split(' '));
    }
    pair.lvs2.kernel.execute(['ipvsadm', '-C']);
    pair.forget();
    expect(await errorOf(failover(pair, { to: 'lvs2' }))).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: both });
  });

  it('also where no router holds anything yet', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.execute('ip addr del 1.2.3.1/32 dev eth0'.split(' '));
    pair.lvs1.kernel.execute('ip addr del 192.168.1.254/32 dev eth1'.split(' '));
    pair.lvs1.kernel.execute(['sysctl', '-w', 'net.ipv4.ip_forward=0']);
    pair.forget();
    expect(await errorOf(failover(pair, { to: 'lvs1' }))).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(pair.log).toEqual([]);
  });
});

describe('an old router', () => {
  const synchronised = clusterOf(`${figure}sync: { device: eth1, id: 7 }\n`);
  async function synchronisedPair() {
    const pair = new SimulatedPair();
    await pair.apply({ cluster: synchronised });
    return pair;
  }

  it.each([
    ['other rules', 'ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.2:80', 'it is not as declared: real-server 192.168.1.2:80'],
    ['no sync daemon', 'ipvsadm --stop-daemon master', 'it is not as declared: sync-daemon master'],
  ])('with %s is refused, for connections would break, unless forced', async (_, harm, reason) => {
    const pair = await synchronisedPair();
    pair.lvs1.kernel.execute(harm.split(' '));
    pair.forget();
    expect(await errorOf(failover(pair, { cluster: synchronised }))).toMatchObject({
      code: 'refused',
      exitStatus: 4,
      message: `lvs1 is not ready to hand over: ${reason}, so that connections would break; nothing was run`,
      hint: 'look at "lvs diff" and run "lvs apply" first, or go on with --force',
    });
    expect(pair.log).toEqual([]);
    const { routers } = await failover(pair, { cluster: synchronised, force: true });
    expect(routers[0]?.notes).toContain(reason);
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });

  it('that is broken otherwise can be left, which is told', async () => {
    const pair = await synchronisedPair();
    pair.lvs1.kernel.setDevice('eth1', true, false);
    pair.lvs1.kernel.execute('sysctl -w net.ipv4.ip_forward=0'.split(' '));
    const { routers } = await failover(pair, { cluster: synchronised });
    expect(routers[0]?.notes).toEqual([
      expect.stringContaining('new connections are not held back'),
      'the device eth1 has no carrier',
      expect.stringContaining('net.ipv4.ip_forward is 0'),
    ]);
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
  });
});

it('a target of which somebody manages a device is told of', async () => {
  const pair = await convergedPair();
  const { kernel } = pair.lvs2;
  const execute = kernel.execute.bind(kernel);
  // eth0 is the second device.
  kernel.execute = (argv, stdin) =>
    argv[1] === '-HsE'
      ? { status: 2, stdout: '/run/NetworkManager/devices/2:managed=true\n', stderr: '' }
      : execute(argv, stdin);
  const { routers } = await failover(pair);
  expect(routers[1]?.notes).toEqual(['NetworkManager manages eth0 here: see that it lets addresses of others be']);
});

describe('a failover that fails', () => {
  it.each([1, 2, 3, 4])('on the target, at command %i, leaves the old router with everything', async (nth) => {
    const pair = await convergedPair();
    pair.lvs2.kernel.fail({ matching: /./, nth, effect: 'refuse' });
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
    expect(pair.log.filter((line) => line.startsWith('lvs1: ip'))).toEqual([]);
  });

  it.each([1, 2])('on the old router, at command %i, gives it everything back', async (nth) => {
    const pair = await convergedPair();
    pair.lvs1.kernel.fail({ matching: /^ip addr del/, nth, effect: 'refuse' });
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
    expect(pair.lvs1.apart.at(-1)?.slice(-2)).toEqual([
      '-q -U -c 1 -I eth0 1.2.3.1',
      '-q -U -c 1 -I eth1 192.168.1.254',
    ]);
  });

  it('leaves every address with somebody, also where the old router cannot take it back', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.fail({ matching: /^ip addr del 192/, nth: 1, effect: 'refuse' });
    pair.lvs1.kernel.fail({ matching: /^ip addr add/, effect: 'refuse' });
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(held(pair)).toEqual({ lvs1: ['192.168.1.254/32 eth1'], lvs2: both });
  });

  it('because the target is lost, leaves the old router with everything', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.fail({ matching: /./, nth: 2, effect: 'die' });
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(pair.lvs1.held()).toEqual(both);
  });
});
