import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/converge/run.ts';
import { clusterOf, convergedPair, errorOf, figure, SimulatedPair } from './support/simulated-pair.ts';

/** The figure with one more virtual server and other weights: something to add, to change and to remove. */
const changed = clusterOf(
  `${figure
    .replace('      - 192.168.1.3\n', '      - { address: 192.168.1.3, weight: 5 }\n      - 192.168.1.4\n')
    .replace('weight: 2', 'weight: 3')}  dns:\n    address: udp://1.2.3.2:53\n    real-servers: [192.168.1.2]\n`,
);

function everythingOf({ routers }: SimulatedPair) {
  return routers.map((router) => ({ rules: router.rules(), held: router.held() }));
}

/** Applies the change to the converged figure under a fault, and expects all to be as it was. */
async function putBack(arrange: (pair: SimulatedPair) => void, run: Partial<Run> = {}) {
  const pair = await convergedPair();
  const before = everythingOf(pair);
  arrange(pair);
  const error = await errorOf(pair.apply({ cluster: changed, ...run }));
  expect(everythingOf(pair)).toEqual(before);
  expect(pair.routers.map(({ lock }) => lock)).toEqual([null, null]);
  return error;
}

/** What the change runs on the active router. */
const commandsOnActive = 6;

describe('all is as it was before', () => {
  it.each([1, 2, 3, 4, 5, 6])('when the command %i on lvs1 is refused', async (nth) => {
    const error = await putBack(({ lvs1 }) => lvs1.kernel.fail({ matching: /^(ipvsadm|ip) /, nth, effect: 'refuse' }));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(error.message).toMatch(/^lvs1: .*Permission denied.*: everything is as it was before$/);
  });

  it.each([1, 3, 5])('when the command %i on lvs2 is refused', async (nth) => {
    const error = await putBack(({ lvs2 }) => lvs2.kernel.fail({ matching: /./, nth, effect: 'refuse' }));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
  });

  it.each([1, 3, 6])('when the command %i only seems to work', async (nth) => {
    const error = await putBack(({ lvs1 }) => lvs1.kernel.fail({ matching: /^(ipvsadm|ip) /, nth, effect: 'ignore' }));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(error.message).toMatch(/^did not take: .* on lvs1/);
  });

  it('when an announcement fails that the run waits for', async () => {
    const failing = ({ lvs1 }: SimulatedPair) => lvs1.kernel.fail({ matching: /^arping/, nth: 1, effect: 'refuse' });
    const error = await putBack(failing, { announce: 'wait' });
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
  });

  it('when a device on which an address was enabled goes down meanwhile', async () => {
    const error = await putBack(({ lvs1 }) =>
      lvs1.kernel.onMutation(({ command }) => {
        if (command.includes('1.2.3.2/32')) lvs1.kernel.setDevice('eth0', false);
      }),
    );
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(error.message).toBe('lvs1: the device eth0 went down meanwhile: everything is as it was before');
  });

  it('when a scheduler is not there', async () => {
    const pair = new SimulatedPair({ schedulers: ['wrr'] });
    const cluster = clusterOf(figure.replace('wrr', 'mh'));
    const error = await errorOf(pair.apply({ cluster }));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(error.message).toContain('Scheduler or persistence engine not found');
    expect(everythingOf(pair)).toEqual([
      { rules: [], held: [] },
      { rules: [], held: [] },
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('after %s half-way', async (signal) => {
    const error = await putBack(({ lvs2 }) =>
      lvs2.kernel.onMutation(({ command }) => {
        if (command.includes('-A')) process.emit(signal);
      }),
    );
    expect(error).toMatchObject({
      code: 'interrupted',
      exitStatus: 130,
      message: 'interrupted: everything is as it was before',
    });
  });
});

describe('not everything could be rolled back', () => {
  it('is said with what each router has, and the other router is put back all the same', async () => {
    const pair = await convergedPair();
    const [before] = everythingOf(pair);
    pair.lvs2.kernel.fail({ matching: /-a -t 1\.2\.3\.1:80 -r 192\.168\.1\.4/, effect: 'refuse' });
    pair.lvs2.kernel.fail({ matching: /^ipvsadm -e/, nth: 3, effect: 'refuse' });
    const error = await errorOf(pair.apply({ cluster: changed }));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.message).toMatch(/not everything could be rolled back$/);
    expect(error.details.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'lvs1 has 1.2.3.1, 192.168.1.254 and 1 virtual server',
        'lvs2 has no floating address and 1 virtual server',
      ]),
    );
    expect(everythingOf(pair)[0]).toEqual(before);
  });

  it.each([2, 4, commandsOnActive])('because a router is lost before command %i', async (nth) => {
    const pair = await convergedPair();
    const before = everythingOf(pair);
    pair.lvs1.kernel.fail({ matching: /./, nth, effect: 'die' });
    const error = await errorOf(pair.apply({ cluster: changed }));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.message).toMatch(/^lvs1: the connection was lost: client_loop/);
    expect(error.details.map(({ message }) => message)).toContain(
      'lvs1 cannot be read now; before this run it had 1.2.3.1, 192.168.1.254 and 1 virtual server; it may hold 1.2.3.2 by now',
    );
    expect(everythingOf(pair)[1]).toEqual(before[1]);

    pair.lvs1.kernel.repair();
    pair.lvs1.kernel.revive();
    await pair.apply({ cluster: changed });
    expect(pair.lvs1.rules()).toEqual(pair.lvs2.rules());
  });

  it('because a router is lost when everything is read again', async () => {
    const pair = await convergedPair();
    const before = everythingOf(pair);
    let reads = 0;
    pair.lvs2.onCommand = ([program, option]) => {
      if (program === 'ipvsadm' && option === '-Ln') reads += 1;
      if (reads === 2) pair.lvs2.kernel.execute = () => ({ status: 255, stdout: '', stderr: 'Broken pipe\n' });
    };
    const error = await errorOf(pair.apply({ cluster: changed }));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.message).toMatch(/^lvs2: the connection was lost: Broken pipe; not everything/);
    expect(everythingOf(pair)[0]).toEqual(before[0]);
  });
});
