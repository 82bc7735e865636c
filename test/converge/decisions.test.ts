import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepingOf } from '../../src/converge/kept-files.ts';
import type { Run } from '../../src/converge/run.ts';
import { takeover } from '../../src/failover/local/halves.ts';
import { runHalf } from '../../src/failover/local/run.ts';
import { bootPlaces } from '../../src/plan/files/boot-files.ts';
import { namedScope } from '../../src/plan/scope.ts';
import { decisionsPlace, monitorLock } from '../../src/weights/decisions-place.ts';
import { failover, held } from '../failover/support/failover.ts';
import { decide, firstDown } from './support/decisions.ts';
import { clusterOf, errorOf, figure, SimulatedPair } from './support/simulated-pair.ts';

const checked = figure.replace('scheduler: wrr', 'scheduler: wrr\n    check: tcp\n    sorry-server: 192.168.1.9:80');
const cluster = clusterOf(checked);

/** The figure with a check, applied before any monitor has decided anything. */
async function convergedPair(): Promise<SimulatedPair> {
  const pair = new SimulatedPair();
  await pair.apply({ cluster });
  pair.forget();
  return pair;
}

/** The figure where the monitor of lvs1 has taken 192.168.1.2 out, in the kernel, too. */
async function decidedPair(): Promise<SimulatedPair> {
  const pair = await convergedPair();
  decide(pair.lvs1, firstDown);
  await pair.apply({ cluster });
  pair.forget();
  return pair;
}

const first = '-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w';
const second = '-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1';
const server = '-A -t 1.2.3.1:80 -s wrr';
const sorry = '-a -t 1.2.3.1:80 -r 192.168.1.9:80 -m -w 1';

/** The changes that `apply` would make, as `lvs1: real-server 192.168.1.2:80`. */
async function differences(pair: SimulatedPair, run: Partial<Run> = {}): Promise<string[]> {
  const { routers } = await pair.preview({ cluster, ...run });
  return routers.flatMap(({ name, changes }) => changes.map(({ kind, key }) => `${name}: ${kind} ${key}`));
}

/** As a power cut of the past, or a full disk, would have left it. */
function cut({ lvs1 }: SimulatedPair, length: number): void {
  const { files } = lvs1.kernel;
  files.write(decisionsPlace, files.read(decisionsPlace)?.slice(0, length) ?? '');
}

describe('what the monitor of a router decided', () => {
  it.each([true, false])('is what that router is brought to, and no other, its monitor alive: %s', async (alive) => {
    const pair = await convergedPair();
    decide(pair.lvs1, { ...firstDown, alive });
    await pair.apply({ cluster });
    expect(pair.log).toEqual(['lvs1: ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 0']);
    expect(pair.lvs2.rules()).toEqual([server, `${first} 2`, second]);
    pair.forget();
    expect(await differences(pair)).toEqual([]);
    await pair.apply({ cluster });
    expect(pair.log).toEqual([]);
  });

  it('is read by one request, once, and only where something is declared for a monitor', async () => {
    const pair = await convergedPair();
    decide(pair.lvs1, firstDown);
    const read: string[] = [];
    pair.lvs1.onCommand = (argv) => read.push(argv.includes(decisionsPlace) ? 'decisions' : 'other');
    await pair.apply({ cluster });
    expect(read.filter((what) => what === 'decisions')).toHaveLength(1);
    read.length = 0;
    await pair.apply();
    expect(read).not.toContain('decisions');
    expect(pair.lvs1.rules()).toContain(`${first} 2`);
  });

  it.each([
    ['cut', (pair: SimulatedPair) => cut(pair, 100)],
    ['empty', (pair: SimulatedPair) => cut(pair, 0)],
    [
      'without a field',
      (pair: SimulatedPair) => pair.lvs1.kernel.files.write(decisionsPlace, '{"version":1,"pid":42}'),
    ],
    ['a FIFO', (pair: SimulatedPair) => pair.lvs1.kernel.files.unreadable.add(decisionsPlace)],
    ['removed while the monitor runs', (pair: SimulatedPair) => pair.lvs1.kernel.files.remove(decisionsPlace)],
  ])('changes no weight if its file is %s, and a note says why', async (_, spoil) => {
    const pair = await convergedPair();
    const gone = { '192.168.1.2:80': { weight: 0 }, '192.168.1.3:80': { configured: 1, weight: 7 } };
    decide(pair.lvs1, { reals: gone, sorry: true });
    await pair.apply({ cluster });
    const before = pair.lvs1.rules();
    expect(before).toEqual([server, `${first} 0`, second.replace(/1$/, '7'), sorry]);
    pair.forget();
    spoil(pair);
    const { routers } = await pair.apply({ cluster });
    expect(pair.log).toEqual([]);
    expect(pair.lvs1.rules()).toEqual(before);
    expect(routers.map(({ notes }) => notes)).toEqual([
      [expect.stringMatching(/^\/run\/lvs\/monitor\.json cannot be read, so no weight is changed: ./)],
      [],
    ]);
  });

  it('changes no weight if its file cannot be read, and all else is converged, a drain included', async () => {
    const pair = await decidedPair();
    cut(pair, 100);
    const edited = checked.replace('weight: 2', 'weight: 4').replace('wrr', 'wlc');
    await pair.apply({ cluster: clusterOf(edited) });
    expect(pair.lvs1.rules()).toEqual([server.replace('wrr', 'wlc'), `${first} 0`, second]);
    await pair.apply({
      cluster: clusterOf(edited.replace('- 192.168.1.3', '- { address: 192.168.1.3, state: drain }')),
    });
    expect(pair.lvs1.rules()).toEqual([server.replace('wrr', 'wlc'), `${first} 0`, second.replace(/1$/, '0')]);
  });

  it('leaves out what may have been removed for its failure if its file cannot be read', async () => {
    const pair = new SimulatedPair();
    const removing = clusterOf(checked.replace('check: tcp', 'check: tcp\n    on-failure: remove'));
    await pair.apply({ cluster: removing });
    decide(pair.lvs1, { reals: { '192.168.1.2:80': { present: false } } });
    await pair.apply({ cluster: removing });
    cut(pair, 100);
    await pair.apply({ cluster: removing });
    expect(pair.lvs1.rules()).toEqual([server, second]);
  });

  it('keeps a real server out and the sorry server in: neither is drift, nor a stranger', async () => {
    const pair = await convergedPair();
    const gone = { '192.168.1.2:80': { present: false }, '192.168.1.3:80': { present: false } };
    decide(pair.lvs1, { reals: gone, sorry: true });
    await pair.apply({ cluster });
    expect(pair.lvs1.rules()).toEqual([server, sorry]);
    expect(await differences(pair, { request: () => ({ scope: namedScope({}), prune: false }) })).toEqual([]);
    expect(await differences(pair)).toEqual([]);
    // Once it decides otherwise.
    decide(pair.lvs1, {});
    await pair.apply({ cluster });
    expect(pair.lvs1.rules()).toEqual([server, `${first} 2`, second]);
  });

  it('counts for less than a drain', async () => {
    const pair = await convergedPair();
    decide(pair.lvs1, { reals: { '192.168.1.2:80': { weight: 5 } } });
    await pair.apply({ cluster });
    expect(pair.lvs1.rules()).toContain(`${first} 5`);
    await pair.apply({ cluster: clusterOf(checked.replace('weight: 2', 'weight: 2, state: drain')) });
    expect(pair.lvs1.rules()).toContain(`${first} 0`);
  });

  it('scales where another weight is declared meanwhile, for a single real server, too', async () => {
    const pair = await convergedPair();
    decide(pair.lvs1, { reals: { '192.168.1.2:80': { weight: 5 } } });
    await pair.apply({ cluster });
    pair.forget();
    const scope = namedScope({ realServers: new Map([['tcp://1.2.3.1:80', new Set(['192.168.1.2:80'])]]) });
    const edited = clusterOf(checked.replace('weight: 2', 'weight: 4'));
    const outcome = await pair.apply({ cluster: edited, request: () => ({ scope, prune: false }) });
    expect(pair.log).toEqual([
      'lvs1: ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 10',
      'lvs2: ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 4',
    ]);
    expect(outcome.routers.map(({ otherDrift }) => otherDrift)).toEqual([0, 0]);
  });

  it('is what a run that fails puts back', async () => {
    const pair = await decidedPair();
    const before = pair.lvs1.rules();
    pair.lvs2.kernel.fail({ matching: /^ipvsadm -E/, effect: 'refuse' });
    const edited = clusterOf(checked.replace('weight: 2', 'weight: 2, state: drain').replace('wrr', 'wlc'));
    expect(await errorOf(pair.apply({ cluster: edited }))).toMatchObject({ exitStatus: 3 });
    expect(pair.lvs1.rules()).toEqual(before);
    expect(await differences(pair)).toEqual([]);
  });

  it('is not for the next boot: no file changes for it', async () => {
    const pair = new SimulatedPair();
    const keeping = { ...keepingOf('lvs apply', 'lvs.yaml', checked, checked), overwrite: false };
    await pair.apply({ cluster, keeping });
    decide(pair.lvs1, firstDown);
    pair.forget();
    await pair.apply({ cluster, keeping });
    expect(pair.log).toEqual([expect.stringMatching(/ipvsadm -e .* -w 0$/)]);
    expect(pair.lvs1.kernel.files.read(bootPlaces.rules)).toContain(`${first} 2`);
  });

  it('does not keep a failover from finding both routers as declared', async () => {
    const pair = await decidedPair();
    decide(pair.lvs2, { reals: { '192.168.1.3:80': { configured: 1, weight: 0 } } });
    await pair.apply({ cluster });
    pair.forget();
    await failover(pair, { cluster });
    expect(pair.log.filter((line) => line.includes('ipvsadm'))).toEqual([]);
    expect(held(pair).lvs1).toEqual([]);
  });
});

describe('a take-over', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('leaves weights as they are, and adds no real server that is to be out', async () => {
    vi.stubEnv('LVS_ROUTER', 'lvs2');
    const pair = await convergedPair();
    decide(pair.lvs2, { reals: { '192.168.1.2:80': { present: false }, '192.168.1.3:80': { weight: 7 } } });
    pair.lvs2.kernel.execute('ipvsadm -d -t 1.2.3.1:80 -r 192.168.1.2:80'.split(' '));
    pair.forget();
    await runHalf(cluster, takeover, pair.connect);
    expect(pair.log.filter((line) => line.includes('ipvsadm'))).toEqual([]);
    expect(pair.lvs2.rules()).toEqual([server, second]);
  });

  it('adds what is missing with the weights that were decided', async () => {
    vi.stubEnv('LVS_ROUTER', 'lvs2');
    const pair = new SimulatedPair();
    decide(pair.lvs2, { ...firstDown, sorry: true });
    await runHalf(cluster, takeover, pair.connect);
    expect(pair.lvs2.rules()).toEqual([server, `${first} 0`, second, sorry]);
  });

  it('takes those of the file where what was decided cannot be understood, and says so', async () => {
    vi.stubEnv('LVS_ROUTER', 'lvs2');
    const pair = new SimulatedPair();
    pair.lvs2.kernel.files.write(decisionsPlace, 'garbage');
    const { routers } = await runHalf(cluster, takeover, pair.connect);
    expect(pair.lvs2.rules()).toEqual([server, `${first} 2`, second]);
    expect(routers[0]?.notes).toEqual([expect.stringContaining('cannot be read')]);
  });
});

describe('apply --reset-weights', () => {
  const reset = { cluster, resetsWeights: true } as const;

  async function stalePair(): Promise<SimulatedPair> {
    const pair = await decidedPair();
    decide(pair.lvs1, { ...firstDown, alive: false });
    return pair;
  }

  it('goes back to the weights of the file, and drops what was decided at the very end', async () => {
    const pair = await stalePair();
    await pair.apply({ ...reset, ask: { answered: false, ask: () => Promise.reject(new Error('asked')) } });
    expect(pair.log).toEqual([
      'lvs1: ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2',
      `lvs1: flock -n ${monitorLock} rm -f ${decisionsPlace}`,
    ]);
    expect(pair.lvs1.kernel.files.read(decisionsPlace)).toBeUndefined();
    pair.forget();
    await pair.apply(reset);
    expect(pair.log).toEqual([]);
    expect(await differences(pair)).toEqual([]);
  });

  it('is shown beforehand, and nothing is run', async () => {
    const pair = await stalePair();
    expect(await differences(pair, reset)).toEqual([
      'lvs1: real-server 192.168.1.2:80',
      `lvs1: file ${decisionsPlace}`,
    ]);
    expect(pair.log).toEqual([]);
  });

  it('drops also what cannot be understood, and what nothing is declared for any more', async () => {
    const pair = await stalePair();
    pair.lvs2.kernel.files.write(decisionsPlace, 'garbage');
    const { routers } = await pair.apply({ ...reset, cluster: clusterOf(figure) });
    expect(pair.routers.map(({ kernel }) => kernel.files.read(decisionsPlace))).toEqual([undefined, undefined]);
    expect(routers.flatMap(({ notes }) => notes)).toEqual([]);
  });

  it('is refused where what stands there cannot be read', async () => {
    const pair = await stalePair();
    pair.lvs1.kernel.files.unreadable.add(decisionsPlace);
    expect(await errorOf(pair.apply(reset))).toMatchObject({
      code: 'refused',
      hint: expect.stringContaining('ls -ld'),
    });
    expect(pair.log).toEqual([]);
  });

  it('asks where it removes a sorry server', async () => {
    const pair = await convergedPair();
    decide(pair.lvs1, { sorry: true, alive: false });
    await pair.apply({ cluster });
    const asked: string[] = [];
    const ask = async (question: string) => void asked.push(question);
    await pair.apply({ ...reset, ask: { answered: false, ask } });
    expect(asked).toEqual(['1 object would be removed']);
    expect(pair.lvs1.rules()).toEqual([server, `${first} 2`, second]);
  });

  it('is refused while a monitor lives on any router, and a preview says so', async () => {
    const pair = await stalePair();
    decide(pair.lvs2, {});
    const error = await errorOf(pair.apply(reset));
    expect(error).toMatchObject({ code: 'refused', exitStatus: 4 });
    expect(error.message).toBe(
      'lvs2: a monitor runs there, process 42, and would change the weights again; nothing was run',
    );
    expect(error.hint).toContain('stop it first');
    expect(pair.log).toEqual([]);
    const { routers } = await pair.preview(reset);
    expect(routers.map(({ notes }) => notes)).toEqual([
      [],
      [expect.stringMatching(/^a run would be refused: lvs2: a/)],
    ]);
  });

  it('does not put back over what another monitor has decided since', async () => {
    const pair = await stalePair();
    decide(pair.lvs2, { alive: false });
    pair.lvs1.kernel.onMutation(({ command }) => {
      if (command[0] === 'flock') decide(pair.lvs1, { reals: {} });
    });
    pair.lvs2.kernel.fail({ matching: /^flock/, effect: 'refuse' });
    await errorOf(pair.apply(reset));
    expect(pair.lvs1.kernel.files.read(decisionsPlace)).toContain('"realServers":[]');
    expect(pair.lvs1.rules()).toContain(`${first} 0`);
  });

  it.each(['refuse', 'ignore'] as const)('puts everything back where the last of it fails: %s', async (effect) => {
    const pair = await stalePair();
    decide(pair.lvs2, { alive: false });
    const before = pair.routers.map((router) => [router.rules(), router.kernel.files.read(decisionsPlace)]);
    pair.lvs2.kernel.fail({ matching: /^flock/, effect });
    expect(await errorOf(pair.apply(reset))).toMatchObject({ exitStatus: 3 });
    expect(pair.routers.map((router) => [router.rules(), router.kernel.files.read(decisionsPlace)])).toEqual(before);
  });

  it('is put back where a monitor begins to live in the middle of it, and lets that be', async () => {
    const pair = await stalePair();
    pair.lvs1.onCommand = ([program]) => {
      if (program === 'flock') decide(pair.lvs1, { ...firstDown, alive: true });
    };
    const error = await errorOf(pair.apply(reset));
    expect(error.message).toMatch(/^lvs1: flock -n .*: everything is as it was before$/);
    expect(pair.lvs1.rules()).toContain(`${first} 0`);
  });
});
