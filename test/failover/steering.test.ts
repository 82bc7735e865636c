import { describe, expect, it } from 'vitest';
import { SessionLost } from '../../src/router/runner.ts';
import { clusterOf, errorOf, figure, SimulatedPair } from '../converge/support/simulated-pair.ts';
import { printed } from '../simulated/execution.ts';
import { failover as anyFailover, both, held } from './support/failover.ts';
import { withKeepalived } from './support/keepalived.ts';

/** Nothing is synchronised, so that new connections are not held back: how that goes is not the matter here. */
const text = figure.replace('public:', 'failover: { engine: keepalived }\npublic:');
const elected = clusterOf(text);

async function electedPair() {
  const pair = new SimulatedPair();
  await pair.apply({ cluster: clusterOf(figure) });
  const keepalived = withKeepalived(pair, elected);
  pair.forget();
  return { pair, ...keepalived };
}

const failover = (pair: SimulatedPair) => anyFailover(pair, { cluster: elected });

/** Runs something right before the first command that says so. */
function rightBefore(pair: SimulatedPair, router: 'lvs1' | 'lvs2', words: RegExp, act: () => void): void {
  let done = false;
  pair[router].onCommand = (argv) => {
    if (done || !words.test(argv.join(' '))) return;
    done = true;
    act();
  };
}

describe('a failover under keepalived', () => {
  it('enables on the target, lets the master give up its own, and releases it when the target is master', async () => {
    const { pair, lvs1, lvs2, deletedOnMaster } = await electedPair();
    await failover(pair);
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
    expect([lvs1.state, lvs2.state, lvs1.hold]).toEqual(['BACKUP', 'MASTER', '0']);
    expect(deletedOnMaster).toEqual([]);
    expect(pair.log.slice(0, 2).every((line) => line.startsWith('lvs2: ip addr add'))).toBe(true);
  });

  it.each([
    ['an address with another prefix', '1.2.3.1/24 dev eth0', elected],
    ['one that its keepalived.conf does not have yet', '1.2.3.7/32 dev eth0', undefined],
  ])('removes %s by hand, when keepalived has let go', async (_, place, cluster) => {
    const { pair, deletedOnMaster } = await electedPair();
    pair.lvs1.kernel.execute(['ip', 'addr', 'add', ...place.split(' ')]);
    pair.forget();
    const more = clusterOf(`${text}  seven: { address: "tcp://1.2.3.7:80" }\n`);
    if (cluster === undefined) {
      for (const { kernel } of pair.routers) kernel.execute('ipvsadm -A -t 1.2.3.7:80 -s wlc'.split(' '));
    }
    await anyFailover(pair, { cluster: cluster ?? more });
    expect(pair.lvs1.held()).toEqual([]);
    const at = (words: string) => pair.log.findIndex((line) => line.startsWith(`lvs1: ip addr del ${words}`));
    expect(at(place.split(' ')[0] ?? '')).toBeGreaterThan(at('192.168.1.254/32'));
    expect(deletedOnMaster).toEqual([]);
  });
});

it('under keepalived leaves it to that to announce IPv6 addresses again, for it would miss one that goes', async () => {
  const six = '  six: { address: "tcp://[2001:db8::1]:80" }\n';
  const pair = new SimulatedPair();
  await pair.apply({ cluster: clusterOf(figure + six) });
  withKeepalived(pair, clusterOf(text + six));
  for (const { apart } of pair.routers) apart.length = 0;
  await anyFailover(pair, { cluster: clusterOf(text + six) });
  expect(pair.lvs2.held()).toContain('2001:db8::1/128 eth0');
  expect(pair.lvs2.apart.flat()).not.toContain('advertise');
});

describe('a failover under keepalived that fails', () => {
  it('before the master is put at fault, is undone', async () => {
    const { pair, deletedOnMaster } = await electedPair();
    pair.lvs2.kernel.fail({ matching: /^ip addr add 192/, nth: 1, effect: 'refuse' });
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ exitStatus: 3, message: expect.stringMatching(/everything is as it was before$/) });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
    expect(deletedOnMaster).toEqual([]);
  });

  it('when the target is master, leaves the addresses there and says so', async () => {
    const { pair, lvs1, lvs2, deletedOnMaster } = await electedPair();
    rightBefore(pair, 'lvs2', /until-master/, () => process.emit('SIGINT'));
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({
      code: 'not-put-back',
      exitStatus: 5,
      message: 'interrupted; the addresses had moved to lvs2, and stay',
      hint: expect.stringContaining('lvs failover'),
    });
    expect(error.details.map(({ message }) => message)).toEqual([
      'lvs1 has no floating address and 1 virtual server',
      'lvs2 has 1.2.3.1, 192.168.1.254 and 1 virtual server',
    ]);
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
    expect([lvs1.state, lvs2.state, lvs1.hold]).toEqual(['BACKUP', 'MASTER', '0']);
    expect(deletedOnMaster).toEqual([]);
  });

  it('if the target is lost, and master: a router that hears it does not have the addresses besides', async () => {
    const { pair, lvs1, lvs2 } = await electedPair();
    let isLost = false;
    pair.lvs2.onCommand = (argv) => {
      isLost ||= argv.includes('until-master');
      if (!isLost) return;
      lvs2.state = 'MASTER';
      throw new SessionLost('ssh: Connection timed out');
    };
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ exitStatus: 5, message: expect.stringContaining('had moved to lvs2, and stay') });
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
    expect([lvs1.state, lvs1.hold]).toEqual(['BACKUP', '0']);
  }, 200_000);

  it('because the old router becomes master, which had lost the addresses for a moment, takes them from the target', async () => {
    const { pair, lvs1 } = await electedPair();
    const { kernel } = pair.lvs1;
    lvs1.state = 'BACKUP';
    const places = ['1.2.3.1/32 dev eth0', '192.168.1.254/32 dev eth1'];
    for (const place of places) kernel.execute(`ip addr del ${place}`.split(' '));
    lvs1.state = 'MASTER';
    const execute = kernel.execute.bind(kernel);
    let isLate = true;
    kernel.execute = (argv, stdin) =>
      isLate && argv[2]?.includes('keepalived.json') === true
        ? printed(JSON.stringify([{ data: { iname: 'lvs', state: 1 } }]))
        : execute(argv, stdin);
    rightBefore(pair, 'lvs2', /until-master/, () => {
      isLate = false;
      for (const place of places) kernel.execute(`ip addr add ${place}`.split(' '));
    });
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ exitStatus: 5, message: expect.stringContaining('had moved to lvs1, and stay') });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
  });

  it('and still removes from the old router what keepalived left there', async () => {
    const { pair, lvs2, deletedOnMaster } = await electedPair();
    pair.lvs1.kernel.execute('ip addr add 1.2.3.1/24 dev eth0'.split(' '));
    pair.lvs1.kernel.fail({ matching: /^ip addr del 1\.2\.3\.1\/24/, nth: 1, effect: 'refuse' });
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ exitStatus: 5, message: expect.stringContaining('had moved to lvs2') });
    expect(held(pair)).toEqual({ lvs1: [], lvs2: both });
    expect(lvs2.state).toBe('MASTER');
    expect(deletedOnMaster).toEqual([]);
  });

  it('because the target does not become master, gives the old router everything back', async () => {
    const { pair, lvs1, lvs2, deletedOnMaster } = await electedPair();
    rightBefore(pair, 'lvs1', /let-go/, () => {
      lvs2.runs = false;
    });
    const error = await errorOf(failover(pair));
    expect(error).toMatchObject({ exitStatus: 3, message: expect.stringMatching(/everything is as it was before$/) });
    expect(held(pair)).toEqual({ lvs1: both, lvs2: [] });
    expect([lvs1.state, lvs1.hold]).toEqual(['MASTER', '0']);
    expect(deletedOnMaster).toEqual([]);
  });
});
