import { describe, expect, it } from 'vitest';
import { renderError } from '../../src/command-line/report-error.ts';
import { inspect } from '../../src/converge/inspect.ts';
import { briefHolders, rollingBack } from '../../src/plan/brief-lock.ts';
import { type Holder, LockUnavailable } from '../../src/router/runner.ts';
import { onWaiting, type Waiting } from '../../src/router/waiting-channel.ts';
import { convergedPair, errorOf, figureCluster, SimulatedPair } from './support/simulated-pair.ts';

const holder: Holder = ['ann', 'desk', '2026-01-01T00:00:00Z', 'lvs vip add tcp://1.2.3.9:80'];

/** Refused before anything was run or, with one exception, locked. */
async function refusal(pair: SimulatedPair, run: Parameters<SimulatedPair['apply']>[0] = {}) {
  const error = await errorOf(pair.apply(run));
  expect(pair.log).toEqual([]);
  expect(pair.routers.map(({ lock }) => lock?.session ?? null)).toEqual([null, null]);
  return error;
}

describe('nothing runs', () => {
  it('while a router cannot be reached; the way on is named', async () => {
    const pair = new SimulatedPair();
    pair.lvs2.reachable = false;
    expect(await refusal(pair)).toMatchObject({
      code: 'unreachable',
      exitStatus: 4,
      message: expect.stringContaining('lvs2 cannot be reached: ssh: connect to host'),
      hint: expect.stringContaining('"--on lvs1"'),
    });
  });

  it('while somebody else has a lock; the first one taken is given back', async () => {
    const pair = new SimulatedPair();
    pair.lvs2.lock = { session: null, holder };
    expect(await refusal(pair)).toMatchObject({
      code: 'locked',
      exitStatus: 4,
      message: `lvs2 is locked: ann, from desk, since ${holder[2]}: ${holder[3]}`,
    });
    expect(pair.lvs1.locked).toBe(1);
    expect(pair.lvs1.lock).toBeNull();
  });

  it.each([...briefHolders])(
    'except that it is waited for, where somebody has the lock for a moment: %s',
    async (doing) => {
      const pair = new SimulatedPair();
      pair.lvs2.lock = { session: null, holder: ['root', 'lvs2', '2026-01-02T03:04:05.678Z', doing] };
      setTimeout(() => {
        pair.lvs2.lock = null;
      }, 120);
      expect((await pair.apply()).applied).toBe(true);
    },
  );

  it('while a run that died is rolled back, which people are told', { timeout: 200_000 }, async () => {
    const pair = new SimulatedPair();
    pair.lvs2.lock = { session: null, holder: [...holder.slice(0, 3), rollingBack] as unknown as Holder };
    const told: Waiting[] = [];
    onWaiting((waiting) => {
      told.push(waiting);
      pair.lvs2.lock = null;
    });
    expect((await pair.apply()).applied).toBe(true);
    expect(told).toEqual([{ router: 'lvs2', what: rollingBack, seconds: expect.any(Number) }]);
  });

  it('beside others who move addresses', async () => {
    const pair = new SimulatedPair();
    pair.lvs1.facts = { ...pair.lvs1.facts, rivals: ['keepalived'] };
    expect(await refusal(pair)).toMatchObject({ code: 'rival', exitStatus: 4, message: 'lvs1: found: keepalived' });
  });

  it('without the programs that it takes', async () => {
    const pair = new SimulatedPair();
    pair.lvs2.facts = { ...pair.lvs2.facts, missing: ['ipvsadm', 'arping'] };
    expect(await refusal(pair)).toMatchObject({
      code: 'refused',
      exitStatus: 4,
      details: [{ router: 'lvs2', message: 'missing: ipvsadm, arping' }],
    });
  });

  it('on a router that does not exist', async () => {
    expect(await refusal(new SimulatedPair(), { on: 'lvs3' })).toMatchObject({
      code: 'not-found',
      exitStatus: 2,
      hint: 'routers: lvs1, lvs2',
    });
  });

  it('where a router cannot be read', async () => {
    const pair = new SimulatedPair();
    const { kernel } = pair.lvs2;
    const real = kernel.execute.bind(kernel);
    kernel.execute = (argv, stdin) =>
      argv.includes('--thresholds')
        ? { status: 2, stdout: '', stderr: "Can't initialize ipvs: Protocol not available\n" }
        : real(argv, stdin);
    expect(await refusal(pair)).toMatchObject({
      code: 'read-failed',
      exitStatus: 3,
      message: expect.stringContaining("lvs2: ipvsadm -Ln --thresholds failed: Can't initialize ipvs"),
      hint: expect.stringContaining('modprobe ip_vs'),
    });
  });

  it('to an ordinary user, as whom ipvsadm does not run', async () => {
    const pair = new SimulatedPair();
    // As ipvsadm 1.31 prints it.
    const stderr = `Can't initialize ipvs: Permission denied (you must be root)
Are you sure that IP Virtual Server is built in the kernel or as module?
`;
    pair.lvs2.kernel.execute = () => ({ status: 2, stdout: '', stderr });
    const error = await refusal(pair);
    expect(error).toMatchObject({ code: 'read-failed', exitStatus: 3 });
    expect(error.hint).toContain('sudo lvs');
    expect(error.hint).not.toContain('modprobe');
    expect(renderError(error).split('you must be root')).toHaveLength(2);
  });

  it('where a router goes away while it is read', async () => {
    const pair = new SimulatedPair();
    const { kernel } = pair.lvs2;
    kernel.execute = () => ({ status: 255, stdout: '', stderr: 'client_loop: send disconnect: Broken pipe\n' });
    expect(await refusal(pair)).toMatchObject({
      code: 'read-failed',
      exitStatus: 3,
      message: expect.stringContaining('lvs2: the connection was lost: client_loop'),
    });
  });

  it('where the lock cannot be taken at all', async () => {
    const pair = new SimulatedPair();
    const connect: typeof pair.connect = (router, local) =>
      Object.assign(pair.connect(router, local), {
        lock: async () => {
          throw new LockUnavailable("mkdir: cannot create directory '/run/lvs': Permission denied");
        },
      });
    expect(await refusal(pair, { connect })).toMatchObject({
      code: 'refused',
      exitStatus: 4,
      message: expect.stringContaining("lvs1: the lock cannot be taken: mkdir: cannot create directory '/run/lvs'"),
    });
  });
});

describe('nothing runs where a device for an address', () => {
  it('is missing', async () => {
    const error = await refusal(new SimulatedPair({ devices: ['eth0'] }));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toContain('lvs1: there is no device eth1');
  });

  it('is down', async () => {
    const pair = new SimulatedPair();
    pair.lvs1.kernel.setDevice('eth1', false);
    const error = await refusal(pair);
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toContain('lvs1: the device eth1 is down');
  });

  it('is down, but what differs is shown, and with it what a run would be refused for', async () => {
    const pair = new SimulatedPair();
    pair.lvs1.kernel.setDevice('eth1', false);
    const [lvs1, lvs2] = (await pair.preview()).routers;
    expect(lvs1?.changes).not.toEqual([]);
    expect(lvs1?.notes).toEqual([
      'a run would be refused: lvs1: the device eth1 is down (switch it on: ip link set eth1 up)',
    ]);
    expect(lvs2?.notes).toEqual([]);
  });

  it.each([
    ['is down', (pair: SimulatedPair) => pair.lvs1.kernel.setDevice('eth1', false), ['the device eth1 is down']],
    ['is fine', () => {}, []],
    ['is down on the backup', (pair: SimulatedPair) => pair.lvs2.kernel.setDevice('eth1', false), []],
  ])('%s, which status lists', async (_, spoil, problems) => {
    const pair = await convergedPair();
    spoil(pair);
    const { routers } = await inspect(figureCluster, {
      on: null,
      statistics: false,
      rates: false,
      connect: pair.connect,
    });
    expect(routers.flatMap(({ deviceProblems }) => deviceProblems.map(({ message }) => message))).toEqual(problems);
  });
});

describe('the way in stays', () => {
  const withdrawn = {
    ...figureCluster,
    virtualServers: figureCluster.virtualServers.map((one) => ({ ...one, enabled: false })),
  };

  it('where the session came in by an address that would go', async () => {
    const pair = await convergedPair();
    pair.lvs1.facts = { ...pair.lvs1.facts, sessionAddress: '1.2.3.1' };
    expect(await refusal(pair, { cluster: withdrawn })).toMatchObject({
      code: 'refused',
      exitStatus: 4,
      message: 'lvs1 is reached by 1.2.3.1, which would be removed or replaced there',
    });
  });

  it('where it is the address given for ssh', async () => {
    const pair = await convergedPair();
    const [first, second] = withdrawn.routers;
    if (first === undefined || second === undefined) throw new Error('the figure has two routers');
    const cluster = {
      ...withdrawn,
      routers: [{ ...first, ssh: ['root@192.168.1.11', 'ssh://root@1.2.3.1:2222'] }, second],
    };
    expect(await refusal(pair, { cluster })).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('1.2.3.1'),
    });
  });

  it('where only its label would be corrected, for which it has to go', async () => {
    const pair = await convergedPair();
    pair.lvs1.facts = { ...pair.lvs1.facts, sessionAddress: '1.2.3.1' };
    const cluster = {
      ...figureCluster,
      virtualServers: figureCluster.virtualServers.map((one) => ({ ...one, label: 'eth0:7' })),
    };
    expect(await refusal(pair, { cluster })).toMatchObject({ code: 'refused', exitStatus: 4 });
  });

  it('when what nobody declared is pruned', async () => {
    const pair = await convergedPair();
    pair.lvs1.kernel.execute('ip addr add 9.9.9.9/32 dev eth0 label eth0:9'.split(' '));
    pair.lvs1.kernel.execute('ip addr add 9.9.9.8/32 dev eth0 label eth0:8'.split(' '));
    pair.lvs1.facts = { ...pair.lvs1.facts, sessionAddress: '9.9.9.9' };
    await pair.apply({ prune: true });
    expect(pair.lvs1.held()).toEqual(['1.2.3.1/32 eth0', '9.9.9.9/32 eth0', '192.168.1.254/32 eth1']);
  });
});
