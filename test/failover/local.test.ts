import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { release, takeover } from '../../src/failover/local/halves.ts';
import { previewHalf, runHalf } from '../../src/failover/local/run.ts';
import {
  clusterOf,
  convergedPair,
  errorOf,
  figure,
  figureCluster,
  SimulatedPair,
} from '../converge/support/simulated-pair.ts';
import { both, held } from './support/failover.ts';

const isAttended = vi.hoisted(() => vi.fn(() => false));
vi.mock('../../src/router/ssh-connection.ts', async (original) => ({
  ...(await original<typeof import('../../src/router/ssh-connection.ts')>()),
  isAttended,
}));

/** On lvs2, of the figure's cluster unless told otherwise. */
function take(pair: SimulatedPair, cluster = figureCluster) {
  return runHalf(cluster, takeover, pair.connect);
}

function giveUp(pair: SimulatedPair, cluster = figureCluster) {
  return runHalf(cluster, release, pair.connect);
}

/** The commands that lvs2 is asked to run, without their arguments of no interest. */
function commandsOn({ lvs2 }: SimulatedPair): string[] {
  const commands: string[] = [];
  lvs2.onCommand = (argv) => commands.push(argv.slice(0, 3).join(' '));
  return commands;
}

beforeEach(() => void vi.stubEnv('LVS_ROUTER', 'lvs2'));
afterEach(() => void vi.unstubAllEnvs());

const enabled = [
  'lvs2: ip addr add 192.168.1.254/32 dev eth1 label eth1:1',
  'lvs2: ip addr add 1.2.3.1/32 dev eth0 label eth0:1',
];

describe('a take-over', () => {
  it('enables what this machine does not hold, announces it apart, and lets the other router be', async () => {
    const pair = await convergedPair();
    pair.lvs1.reachable = false;
    const outcome = await take(pair);
    expect(pair.log).toEqual(enabled);
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [...both].sort() });
    expect(pair.lvs2.apart.map((argv) => argv.slice(-2))).toEqual([
      ['-q -U -c 1 -I eth1 192.168.1.254', '-q -U -c 1 -I eth0 1.2.3.1'],
    ]);
    expect(outcome.routers.map(({ name }) => name)).toEqual(['lvs2']);
  });

  it('does nothing the second time', async () => {
    const pair = await convergedPair();
    await take(pair);
    pair.forget();
    const outcome = await take(pair);
    expect(pair.log).toEqual([]);
    expect(pair.lvs2.apart).toHaveLength(1);
    expect(outcome.routers[0]?.changes).toEqual([]);
  });

  it('is shown beforehand without anything being run', async () => {
    const pair = await convergedPair();
    const shown = await previewHalf(figureCluster, takeover, pair.connect);
    expect(pair.log).toEqual([]);
    expect(shown.routers[0]?.changes).toEqual((await take(pair)).routers[0]?.changes);
  });

  it('reads each part once, and afterwards the addresses again', async () => {
    const pair = await convergedPair();
    const commands = commandsOn(pair);
    await take(pair);
    const settings = 'grep -Hs ';
    expect(commands).toEqual([
      'cat /proc/net/ip_vs',
      'ipvsadm -Sn',
      'ip -j addr',
      settings,
      'ip -batch -',
      'ip -j addr',
    ]);
  });

  it('takes no lock, and minds nobody who has it', async () => {
    const pair = await convergedPair();
    const lock = { session: null, holder: ['ann', 'desk', 'noon', 'lvs failover'] } as const;
    pair.lvs2.lock = lock;
    await take(pair);
    await giveUp(pair);
    expect(pair.lvs2.lock).toBe(lock);
  });

  it('does not mind another cluster manager, nor an election', async () => {
    const pair = await convergedPair();
    pair.lvs2.facts = { ...pair.lvs2.facts, rivals: ['keepalived'] };
    await take(pair, clusterOf(`${figure}failover: { engine: keepalived }\n`));
    expect(pair.lvs2.held()).toHaveLength(2);
  });

  it('gives the router its rules, settings and daemons before it has an address', async () => {
    const pair = new SimulatedPair();
    await take(pair, clusterOf(`${figure}sync: { device: eth1, id: 7 }\ntimeouts: { udp: 60 }\n`));
    const isAddress = pair.log.map((line) => line.includes(': ip addr'));
    expect(isAddress).toEqual([...isAddress].sort());
    expect(pair.log.slice(-2)).toEqual(enabled);
    expect(pair.lvs2.rules()).toHaveLength(3);
    expect(pair.lvs2.kernel.state()).toMatchObject({
      timeouts: { udp: 60 },
      syncDaemons: [{ role: 'master' }, { role: 'backup' }],
    });
  });

  it('has an IPv6 address announce itself', async () => {
    const pair = await convergedPair();
    const [head = ''] = figure.split('    scheduler');
    await take(pair, clusterOf(head.replace('tcp://1.2.3.1:80', '"tcp://[2001:db8::1]:80"')));
    expect(pair.log).toEqual([
      expect.stringMatching(/^lvs2: sysctl -w .*accept_dad=0/),
      expect.stringMatching(/^lvs2: sysctl -w .*accept_dad=0/),
      'lvs2: sysctl -w net.ipv6.conf.eth0.ndisc_notify=1',
      expect.stringMatching(/^lvs2: ipvsadm -A -t \[2001:db8::1\]:80/),
      enabled[0],
      'lvs2: ip addr add 2001:db8::1/128 dev eth0',
    ]);
  });

  it('changes nothing of what is there, and says how much differs', async () => {
    const pair = await convergedPair();
    for (const words of [
      'ipvsadm -E -t 1.2.3.1:80 -s lc',
      'ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 0',
      'ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.9:80 -m',
      'ip addr add 1.2.3.1/32 dev eth1',
    ])
      pair.lvs2.kernel.execute(words.split(' '));
    pair.forget();
    const outcome = await take(pair);
    expect(pair.log).toEqual([enabled[0]]);
    expect(outcome.routers[0]?.otherDrift).toBe(4);
  });

  it('adds the thresholds that are declared with what is missing', async () => {
    const pair = new SimulatedPair();
    const cluster = clusterOf(figure.replace('weight: 2', 'weight: 2, upper-threshold: 500'));
    await take(pair, cluster);
    pair.forget();
    await take(pair, cluster);
    expect(pair.log).toEqual([]);
  });

  it('says where replies will not pass', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.execute(['sysctl', '-w', 'net.ipv4.ip_forward=0']);
    const outcome = await take(pair);
    expect(outcome.routers[0]?.notes).toEqual([expect.stringContaining('net.ipv4.ip_forward is 0')]);
  });

  it('is refused where a device is down, and nothing runs', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.setDevice('eth1', false);
    expect(await errorOf(take(pair))).toMatchObject({
      code: 'refused',
      message: 'lvs2: the device eth1 is down; nothing was run',
    });
    expect(pair.log).toEqual([]);
  });

  it('is refused where programs are missing', async () => {
    const pair = await convergedPair();
    pair.lvs2.facts = { ...pair.lvs2.facts, missing: ['arping'] };
    expect(await errorOf(take(pair))).toMatchObject({ code: 'refused', exitStatus: 4 });
  });
});

describe('a release', () => {
  it('disables what this machine holds, and nothing else', async () => {
    const pair = await convergedPair();
    await take(pair);
    const rules = pair.lvs2.rules();
    pair.forget();
    await giveUp(pair);
    expect(pair.log).toEqual(['lvs2: ip addr del 1.2.3.1/32 dev eth0', 'lvs2: ip addr del 192.168.1.254/32 dev eth1']);
    expect(pair.lvs2.rules()).toEqual(rules);
    pair.forget();
    expect((await giveUp(pair)).routers[0]?.changes).toEqual([]);
    expect(pair.log).toEqual([]);
  });

  it('also of addresses in another form, and of disabled virtual servers', async () => {
    const pair = await convergedPair();
    const cluster = clusterOf(figure.replace('scheduler: wrr', 'state: disabled'));
    pair.lvs2.kernel.execute('ip addr add 1.2.3.1/24 dev eth1 label eth1:7'.split(' '));
    await giveUp(pair, cluster);
    expect(pair.lvs2.held()).toEqual([]);
  });

  it("leaves the router's own address, and says so", async () => {
    const pair = await convergedPair();
    await take(pair);
    pair.lvs2.kernel.execute('ip addr add 10.0.0.1/24 dev eth0'.split(' '));
    const outcome = await giveUp(pair, clusterOf(figure.replace('1.2.3.1:80', '10.0.0.1:80')));
    expect(pair.lvs2.held()).toContain('10.0.0.1/24 eth0');
    expect(pair.lvs2.held()).not.toContain('192.168.1.254/32 eth1');
    expect(outcome.routers[0]?.notes).toEqual([expect.stringMatching(/^10\.0\.0\.1\/24 on eth0 stays as it is/)]);
  });

  it('is refused while a route depends on an address, which the preview says, too', async () => {
    const pair = await convergedPair();
    await take(pair);
    pair.lvs2.kernel.routes.push({ gateway: '1.2.3.254', dev: 'eth0', prefsrc: '1.2.3.1' });
    pair.forget();
    const error = await errorOf(giveUp(pair));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toContain('a route depends on 1.2.3.1/32 on eth0');
    expect(pair.log).toEqual([]);
    const shown = await previewHalf(figureCluster, release, pair.connect);
    expect(shown.routers[0]?.notes).toEqual([expect.stringContaining('a run would be refused: lvs2: a route depends')]);
  });

  it('reads no rules', async () => {
    const pair = await convergedPair();
    await take(pair);
    const commands = commandsOn(pair);
    await giveUp(pair);
    expect(commands.filter((command) => command.startsWith('ipvsadm'))).toEqual([]);
  });

  it('keeps secondaries alive, and the setting for that as it was', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.execute('ip addr add 10.0.0.1/24 dev eth0 label eth0:1'.split(' '));
    pair.lvs2.kernel.execute('ip addr add 10.0.0.2/24 dev eth0'.split(' '));
    await giveUp(pair, clusterOf(figure.replace('1.2.3.1:80', '10.0.0.1:80')));
    expect(pair.lvs2.held()).toEqual(['10.0.0.2/24 eth0']);
    expect(pair.log.filter((line) => line.includes('sysctl'))).toEqual([
      'lvs2: sysctl -w net.ipv4.conf.eth0.promote_secondaries=1',
      'lvs2: sysctl -w net.ipv4.conf.eth0.promote_secondaries=0',
    ]);
  });

  it('is not kept from it by a login that a service was started from', async () => {
    const pair = await convergedPair();
    await take(pair);
    vi.stubEnv('SSH_CONNECTION', '1.2.3.9 1022 1.2.3.1 22');
    isAttended.mockReturnValueOnce(false);
    await giveUp(pair);
    expect(pair.lvs2.held()).toEqual([]);
  });

  it('does not cut off the session that it is typed in', async () => {
    const pair = await convergedPair();
    await take(pair);
    vi.stubEnv('SSH_CONNECTION', '1.2.3.9 1022 1.2.3.1 22');
    isAttended.mockReturnValueOnce(true);
    expect(await errorOf(giveUp(pair))).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(pair.lvs2.held()).toHaveLength(2);
  });
});

describe('what fails is put back', () => {
  it.each([1, 2])('a take-over, at command %i', async (nth) => {
    const pair = await convergedPair();
    pair.lvs2.kernel.fail({ matching: /^ip addr add/, nth, effect: 'refuse' });
    pair.lvs2.kernel.fail({ matching: /^ip addr add/, nth: 3, effect: 'refuse' });
    const error = await errorOf(take(pair));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(error.message).toContain('everything is as it was before');
    expect(pair.lvs2.held()).toEqual([]);
  });

  it('a take-over from nothing, with its rules, settings and daemons', async () => {
    const pair = new SimulatedPair();
    const cluster = clusterOf(`${figure}sync: { device: eth1, id: 7 }\n`);
    const before = pair.lvs2.kernel.state();
    pair.lvs2.kernel.fail({ matching: /^ip addr add 1\.2/, effect: 'refuse' });
    expect(await errorOf(take(pair, cluster))).toMatchObject({ exitStatus: 3 });
    const { settings, ...after } = pair.lvs2.kernel.state();
    expect({ ...after, settings: before.settings }).toEqual(before);
    expect(settings.get('net.ipv4.vs.sync_threshold')).toBe('3 50');
  });

  it('a take-over of which one address silently did not take', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.fail({ matching: /^ip addr add 1\.2/, effect: 'ignore' });
    const error = await errorOf(take(pair));
    expect(error.exitStatus).toBe(3);
    expect(error.message).toContain('did not take: 1.2.3.1 on lvs2: everything is as it was before');
    expect(pair.lvs2.held()).toEqual([]);
  });

  it('a release', async () => {
    const pair = await convergedPair();
    await take(pair);
    const holding = pair.lvs2.held();
    pair.lvs2.kernel.fail({ matching: /^ip addr del 1\.2/, effect: 'refuse' });
    expect(await errorOf(giveUp(pair))).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(pair.lvs2.held().sort()).toEqual(holding.sort());
  });

  it('and where that fails, too, what is held is said', async () => {
    const pair = await convergedPair();
    pair.lvs2.kernel.fail({ matching: /^ip addr add 1\.2/, effect: 'refuse' });
    pair.lvs2.kernel.fail({ matching: /^ip addr del/, effect: 'refuse' });
    expect(await errorOf(take(pair))).toMatchObject({
      code: 'not-put-back',
      exitStatus: 5,
      details: expect.arrayContaining([{ message: 'lvs2 has 192.168.1.254 and 1 virtual server' }]),
    });
  });
});

describe('beside somebody who does the same at the same time', () => {
  /** Runs commands on lvs2 when the first batch of lvs is about to begin. */
  function meanwhile({ lvs2 }: SimulatedPair, program: string, commands: readonly string[]): void {
    let done = false;
    lvs2.onCommand = ([name, option]) => {
      if (done || `${name} ${option}` !== program) return;
      done = true;
      for (const command of commands) lvs2.kernel.execute(command.split(' '));
    };
  }

  it.each([
    ['one address', ['ip addr add 192.168.1.254/32 dev eth1']],
    ['the other', ['ip addr add 1.2.3.1/32 dev eth0']],
    ['both', ['ip addr add 1.2.3.1/32 dev eth0', 'ip addr add 192.168.1.254/32 dev eth1']],
  ])('a take-over ends well: %s', async (_, commands) => {
    const pair = await convergedPair();
    meanwhile(pair, 'ip -batch', commands);
    await take(pair);
    expect(pair.lvs2.held().sort()).toEqual([...both].sort());
    expect(pair.lvs2.apart.length).toBeGreaterThan(0);
  });

  it('a take-over ends well, also with rules', async () => {
    const pair = new SimulatedPair();
    meanwhile(pair, 'ipvsadm -R', [
      'ipvsadm -A -t 1.2.3.1:80 -s wrr',
      'ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2',
    ]);
    await take(pair);
    expect(pair.lvs2.rules()).toHaveLength(3);
    expect(pair.lvs2.held()).toHaveLength(2);
  });

  it.each([
    ['one address', ['ip addr del 192.168.1.254/32 dev eth1']],
    ['both', ['ip addr del 192.168.1.254/32 dev eth1', 'ip addr del 1.2.3.1/32 dev eth0']],
  ])('a release ends well: %s', async (_, commands) => {
    const pair = await convergedPair();
    await take(pair);
    meanwhile(pair, 'ip -batch', commands);
    await giveUp(pair);
    expect(pair.lvs2.held()).toEqual([]);
  });
});

describe('this machine', () => {
  it('may be the only one', async () => {
    vi.unstubAllEnvs();
    const pair = await convergedPair();
    const [, alone = ''] = figure.split(/(?=public:)/);
    const connect = () => pair.connect({ name: 'lvs2', ssh: [''], sudo: false, devices: new Map() }, true);
    await runHalf(clusterOf(alone), takeover, connect);
    expect(pair.lvs2.held()).toHaveLength(2);
  });

  it('is refused where it is none of the routers', async () => {
    vi.stubEnv('LVS_ROUTER', '');
    const pair = await convergedPair();
    const error = await errorOf(take(pair));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toContain('this machine is none of the routers (lvs1 and lvs2)');
  });

  it('is refused where its shell cannot be started, or does not get its turn', async () => {
    const pair = await convergedPair();
    pair.lvs2.reachable = false;
    expect(await errorOf(take(pair))).toMatchObject({ code: 'refused', exitStatus: 4 });
  });
});
