import { describe, expect, it } from 'vitest';
import { type Diagnoses, doctor } from '../../src/doctor/doctor.ts';
import { errorOf, figureCluster, SimulatedPair } from '../converge/support/simulated-pair.ts';
import type { SimulatedRouter } from '../converge/support/simulated-router.ts';

const forwarding = 'net.ipv4.ip_forward';
const silent = 'net.ipv4.conf.all.arp_ignore';

/** Two routers that do not forward, on which any module can be loaded. */
function pairWithoutForwarding(): SimulatedPair {
  const pair = new SimulatedPair({ settings: { [forwarding]: '0', [silent]: '0' } });
  for (const { kernel } of pair.routers) {
    const execute = kernel.execute.bind(kernel);
    kernel.execute = (argv, stdin) =>
      argv[0] === 'modprobe' ? { status: 0, stdout: '', stderr: '' } : execute(argv, stdin);
  }
  return pair;
}

function mended(pair: SimulatedPair, ask: () => void = () => {}): Promise<Diagnoses> {
  const fix = { doing: 'lvs doctor --fix', ask: async () => ask() };
  return doctor(figureCluster, { on: null, fix, connect: pair.connect });
}

/** Ends the session to a router for good when it begins to look at it for the so manieth time. */
function loseAtLook({ kernel }: SimulatedRouter, number: number): void {
  const execute = kernel.execute.bind(kernel);
  let looks = 0;
  kernel.execute = (argv, stdin) => {
    if (argv[0] === 'date') looks += 1;
    return looks < number ? execute(argv, stdin) : { status: 255, stdout: '', stderr: 'Broken pipe\n' };
  };
}

const forwardingOf = (pair: SimulatedPair) => pair.routers.map(({ kernel }) => kernel.state().settings.get(forwarding));

describe('the doctor, who mends', () => {
  it('looks before the question, under the locks, and when all is done', async () => {
    const pair = pairWithoutForwarding();
    const looks: boolean[] = [];
    pair.lvs1.onCommand = ([program]) => {
      if (program === 'date') looks.push(pair.lvs1.lock !== null);
    };
    const { routers, treatments } = await mended(pair);
    expect(looks).toEqual([false, true, false]);
    expect(treatments.map(({ name }) => name)).toEqual(['lvs1', 'lvs2']);
    expect(routers.flatMap(({ findings }) => findings.map(({ id }) => id))).not.toContain('no-forwarding');
    expect(forwardingOf(pair)).toEqual(['1', '1']);
  });

  it('runs nothing where something else is to be done once the question is answered', async () => {
    const pair = pairWithoutForwarding();
    const silence = ['sysctl', '-w', `${silent}=8`];
    const error = await errorOf(mended(pair, () => pair.lvs2.kernel.execute(silence)));
    expect(error).toMatchObject({ code: 'stale', exitStatus: 4 });
    expect(pair.log).toEqual([`lvs2: ${silence.join(' ')}`]);
  });

  it('puts back what somebody else set during the question, not what was there before it', async () => {
    const pair = pairWithoutForwarding();
    pair.lvs2.kernel.fail({ matching: /^install/, effect: 'refuse' });
    const error = await errorOf(mended(pair, () => pair.lvs2.kernel.execute(['sysctl', '-w', `${forwarding}=1`])));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(forwardingOf(pair)).toEqual(['0', '1']);
  });

  it('runs nothing where a router is lost while it looks again', async () => {
    const pair = pairWithoutForwarding();
    loseAtLook(pair.lvs2, 2);
    expect(await errorOf(mended(pair))).toMatchObject({ code: 'read-failed', exitStatus: 3 });
    expect(pair.log).toEqual([]);
  });

  it('says that all is mended, and not as before, where a router is lost afterwards', async () => {
    const pair = pairWithoutForwarding();
    loseAtLook(pair.lvs2, 3);
    const error = await errorOf(mended(pair));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.message).toMatch(/^everything was fixed, and stays, .*: lvs2: the connection was lost: /);
    expect(forwardingOf(pair)).toEqual(['1', '1']);
  });
});
