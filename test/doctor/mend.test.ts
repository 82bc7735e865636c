import { describe, expect, it } from 'vitest';
import { withConnections } from '../../src/converge/connect.ts';
import { type Mending, mend } from '../../src/doctor/mend.ts';
import type { FixStep } from '../../src/doctor/model/finding.ts';
import { modulesFile, sysctlFile } from '../../src/doctor/model/sysctl-files.ts';
import type { Treatment } from '../../src/doctor/treatment.ts';
import { breakAfter, breakBefore } from '../converge/support/break-after.ts';
import { errorOf, figureCluster, SimulatedPair } from '../converge/support/simulated-pair.ts';
import type { SimulatedRouter } from '../converge/support/simulated-router.ts';

const reuse = 'net.ipv4.vs.conn_reuse_mode';
const sloppy = 'net.ipv4.vs.sloppy_tcp';

function set(name: string, value: string, former: string): FixStep {
  return { argv: ['sysctl', '-w', `${name}=${value}`], undo: ['sysctl', '-w', `${name}=${former}`] };
}

/** What the figure's routers need when nothing was ever set on them but what is wrong. */
function treating(name: string, change: Partial<Treatment> = {}): Treatment {
  return {
    name,
    steps: [set(reuse, '1', '0'), set(sloppy, '0', '1')],
    settings: [
      [reuse, '1'],
      [sloppy, '0'],
    ],
    modules: ['ip_vs'],
    ...change,
  };
}

const both = [treating('lvs1'), treating('lvs2')];
const wrong = { [reuse]: '0', [sloppy]: '1' };

/** Mends as `lvs doctor --fix --yes` does, unless told otherwise. */
function mending(pair: SimulatedPair, about: Partial<Mending> = {}): Promise<void> {
  const { treatments = both } = about;
  return withConnections(figureCluster, null, pair.connect, ({ connected }) =>
    mend(connected, {
      treatments,
      doing: 'lvs doctor --fix',
      ask: async () => {},
      findAgain: async () => treatments,
      ...about,
    }),
  );
}

const stateOf = (pair: SimulatedPair) => pair.routers.map(({ kernel }) => kernel.state());
const filesOf = ({ kernel }: SimulatedRouter) => [kernel.files.read(sysctlFile), kernel.files.read(modulesFile)];
const settings = (name: string, value: string, former: string) => [
  `${name}: sysctl -w ${reuse}=${value}`,
  `${name}: sysctl -w ${sloppy}=${former}`,
];
const installed = (name: string) => `${name}: install ${sysctlFile}`;
/** Without sizes. */
const briefly = (log: readonly string[]) => log.map((line) => line.replace(/(install \S+) .*/, '$1'));

describe('mending', () => {
  it('runs the steps of all routers, then writes their files, under their locks', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    pair.lvs1.kernel.files.write(sysctlFile, '# mine\nkernel.panic = 10\n');
    await mending(pair);
    expect(briefly(pair.log)).toEqual([
      ...settings('lvs1', '1', '0'),
      ...settings('lvs2', '1', '0'),
      installed('lvs1'),
      installed('lvs2'),
    ]);
    expect(filesOf(pair.lvs1)).toEqual([`# mine\nkernel.panic = 10\n${reuse} = 1\n${sloppy} = 0\n`, 'ip_vs\n']);
    expect(pair.routers.map(({ lock, locked }) => [lock, locked])).toEqual([
      [null, 1],
      [null, 1],
    ]);
    expect(pair.lvs2.logged).toEqual([expect.stringMatching(/: lvs doctor --fix: done \(4 to change: .*60-lvs\.conf/)]);
  });

  it('does not write what stands there already', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    await mending(pair);
    pair.forget();
    await mending(pair);
    expect(pair.log.filter((line) => line.includes('install'))).toEqual([]);
  });

  it('looks again when it has the locks, and runs nothing where it would do something else', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    const before = stateOf(pair);
    let wasLocked = false;
    const findAgain = async () => {
      wasLocked = pair.routers.every(({ lock }) => lock !== null);
      return [treating('lvs1'), treating('lvs2', { steps: [set(reuse, '1', '0')] })];
    };
    const error = await errorOf(mending(pair, { findAgain }));
    expect(error).toMatchObject({
      code: 'stale',
      exitStatus: 4,
      message: 'the routers changed while the question was open; nothing was run',
    });
    expect(wasLocked).toBe(true);
    expect(stateOf(pair)).toEqual(before);
    expect(pair.log).toEqual([]);
    expect(pair.routers.map(({ lock, logged }) => [lock, logged])).toEqual([
      [null, []],
      [null, []],
    ]);
  });

  it('puts back what was there when it had the locks, not what was there before the question', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    pair.lvs1.kernel.execute(['sysctl', '-w', `${reuse}=2`]);
    const before = stateOf(pair);
    pair.lvs2.kernel.fail({ matching: /sloppy_tcp=0/, effect: 'refuse' });
    const findAgain = async () => [
      treating('lvs1', { steps: [set(reuse, '1', '2'), set(sloppy, '0', '1')] }),
      treating('lvs2'),
    ];
    await errorOf(mending(pair, { findAgain }));
    expect(stateOf(pair)).toEqual(before);
  });

  it('asks before it locks', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    const ask = async () => {
      throw new Error(pair.routers.some(({ lock }) => lock !== null) ? 'locked' : 'asked');
    };
    await expect(mending(pair, { ask })).rejects.toThrow('asked');
    expect(pair.log).toEqual([]);
  });
});

describe('what fails half-way', () => {
  it('on the second router: the steps of the first are undone in reverse order, and no file is left', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    const before = stateOf(pair);
    pair.lvs2.kernel.fail({ matching: /sloppy_tcp=0/, effect: 'refuse', status: 1, stderr: 'sysctl: no' });
    const error = await errorOf(mending(pair));
    expect(error).toMatchObject({
      code: 'command-failed',
      exitStatus: 3,
      message: `lvs2: sysctl -w ${sloppy}=0 failed: sysctl: no: everything is as it was before`,
    });
    expect(stateOf(pair)).toEqual(before);
    expect(pair.log).toEqual([
      ...settings('lvs1', '1', '0'),
      `lvs2: sysctl -w ${reuse}=1`,
      `lvs2: sysctl -w ${reuse}=0`,
      ...settings('lvs1', '0', '1').toReversed(),
    ]);
    expect(pair.lvs1.logged).toEqual([expect.stringContaining(': rolled back: lvs2: ')]);
  });

  it('when a file of the second is written: that of the first is as before, or gone', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    pair.lvs1.kernel.files.write(sysctlFile, '# mine\n');
    const before = stateOf(pair);
    pair.lvs2.kernel.fail({ matching: /^install/, effect: 'refuse', status: 1, stderr: 'No space left on device' });
    const error = await errorOf(mending(pair));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(error.message).toBe(
      `lvs2: ${sysctlFile} and ${modulesFile} cannot be written: No space left on device: everything is as it was before`,
    );
    expect(filesOf(pair.lvs1)).toEqual(['# mine\n', undefined]);
    expect(stateOf(pair)).toEqual(before);
  });

  it('and cannot be put back: what is left is named, and nothing else is said', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    pair.lvs1.kernel.fail({ matching: /sloppy_tcp=1/, effect: 'refuse' });
    pair.lvs1.kernel.fail({ matching: /^rm/, effect: 'refuse' });
    pair.lvs2.kernel.fail({ matching: /^install/, effect: 'refuse', stderr: 'No space left on device' });
    const error = await errorOf(mending(pair));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.message).toMatch(/No space left on device; not everything could be rolled back$/);
    expect(error.message).not.toContain('as it was before');
    expect(error.details.slice(1).map(({ message }) => message)).toEqual([
      `lvs1: may still be in force: ${modulesFile}`,
      `lvs1: may still be in force: ${sysctlFile}`,
      `lvs1: may still be in force: sysctl -w ${sloppy}=0`,
    ]);
    expect(pair.lvs1.kernel.state().settings.get(reuse)).toBe('0');
    expect(pair.lvs1.logged).toEqual([expect.stringContaining(': failed: lvs2: ')]);
  });

  it('with nothing to put back of it is as before', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    const again: FixStep = { argv: ['sysctl', '-w', 'net.ipv4.ip_forward=1'], undo: null };
    const treatments = [treating('lvs1', { steps: [again, set(reuse, '1', '0')] })];
    pair.lvs1.kernel.fail({ matching: /reuse/, effect: 'refuse' });
    const error = await errorOf(mending(pair, { treatments }));
    expect(error).toMatchObject({ code: 'command-failed', message: expect.stringMatching(/as it was before$/) });
  });
});

describe('a file that cannot be read', () => {
  it('is found before anything is run', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    pair.lvs2.kernel.files.write(sysctlFile, '# mine\n');
    pair.lvs2.kernel.files.unreadable.add(sysctlFile);
    const error = await errorOf(mending(pair));
    expect(error).toMatchObject({ code: 'read-failed', exitStatus: 3 });
    expect(error.message).toContain(`lvs2: cat ${sysctlFile} failed: `);
    expect(pair.log).toEqual([]);
  });
});

describe('a session that is lost', () => {
  it('during a step, for good: the step may be in force, and the other router is as before', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    const [before] = stateOf(pair);
    breakAfter(pair.lvs2, `${sloppy}=0`, { forGood: true });
    const error = await errorOf(mending(pair));
    expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
    expect(error.message).toMatch(/^lvs2: the connection was lost: .*; not everything could be rolled back$/);
    expect(error.details.slice(1).map(({ message }) => message)).toEqual([
      `lvs2: may still be in force: sysctl -w ${sloppy}=0`,
      `lvs2: may still be in force: sysctl -w ${reuse}=1`,
    ]);
    expect(stateOf(pair)[0]).toEqual(before);
  });

  it('before a step took effect, for good: it may be in force all the same', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    pair.lvs2.kernel.fail({ matching: /reuse/, effect: 'die' });
    const error = await errorOf(mending(pair));
    expect(error).toMatchObject({ code: 'not-put-back' });
    expect(error.details.at(-1)?.message).toBe(`lvs2: may still be in force: sysctl -w ${reuse}=1`);
  });

  it('to a router that answers again: it is gone to once more, and put back', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    const before = stateOf(pair);
    breakAfter(pair.lvs2, `${sloppy}=0`);
    const error = await errorOf(mending(pair));
    expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
    expect(error.message).toMatch(/^lvs2: the connection was lost: .*: everything is as it was before$/);
    expect(stateOf(pair)).toEqual(before);
    expect(pair.routers.map(({ lock }) => lock)).toEqual([null, null]);
  });

  it('where a sync daemon may run or not: it is as before, however it was', async () => {
    const start = ['ipvsadm', '--start-daemon', 'backup', '--mcast-interface', 'eth1', '--syncid', '7'];
    const stop = ['ipvsadm', '--stop-daemon', 'backup'];
    const starting = treating('lvs2', { steps: [{ argv: start, undo: stop }], settings: [], modules: [] });
    const stopping = treating('lvs2', { steps: [{ argv: stop, undo: start }], settings: [], modules: [] });
    for (const treatment of [starting, stopping]) {
      for (const isRun of [false, true]) {
        const pair = new SimulatedPair({});
        if (treatment === stopping) pair.lvs2.kernel.execute(start);
        const before = stateOf(pair);
        if (isRun) breakAfter(pair.lvs2, treatment.steps[0]?.argv.join(' ') ?? '');
        else breakBefore(pair.lvs2, treatment.steps[0]?.argv.join(' ') ?? '');
        const error = await errorOf(mending(pair, { treatments: [treatment] }));
        expect(error).toMatchObject({ code: 'command-failed', exitStatus: 3 });
        expect(error.message).toContain('everything is as it was before');
        expect(stateOf(pair)).toEqual(before);
      }
    }
  });

  it('while files are written: they are as before where it is gone to again, and may be in force where not', async () => {
    for (const forGood of [false, true]) {
      const pair = new SimulatedPair({ settings: wrong });
      const before = stateOf(pair);
      breakAfter(pair.lvs2, `install ${sysctlFile}`, { forGood });
      const error = await errorOf(mending(pair));
      expect(error.code).toBe(forGood ? 'not-put-back' : 'command-failed');
      if (forGood)
        expect(error.details.map(({ message }) => message)).toContain(`lvs2: may still be in force: ${sysctlFile}`);
      else expect(stateOf(pair)).toEqual(before);
      expect(filesOf(pair.lvs1)).toEqual([undefined, undefined]);
    }
  });
});

describe('an interruption', () => {
  /** Interrupts once, when a command with these words is about to be run: a second time would end it at once. */
  function interruptAt({ lvs2 }: SimulatedPair, words: string): void {
    let isInterrupted = false;
    lvs2.onCommand = (argv) => {
      if (isInterrupted || !argv.join(' ').includes(words)) return;
      isInterrupted = true;
      process.emit('SIGINT', 'SIGINT');
    };
  }

  it.each([
    ['among the steps', `${reuse}=1`],
    ['with the last step', `${sloppy}=0`],
    ['with the last file', `install ${sysctlFile}`],
  ])('%s puts everything back', async (_, words) => {
    const pair = new SimulatedPair({ settings: wrong });
    const before = stateOf(pair);
    interruptAt(pair, words);
    const error = await errorOf(mending(pair));
    expect(error).toMatchObject({
      code: 'interrupted',
      exitStatus: 130,
      message: 'interrupted: everything is as it was before',
    });
    expect(stateOf(pair)).toEqual(before);
  });

  it('while it looks again runs nothing', async () => {
    const pair = new SimulatedPair({ settings: wrong });
    const findAgain = async () => {
      process.emit('SIGINT', 'SIGINT');
      return both;
    };
    const error = await errorOf(mending(pair, { findAgain }));
    expect(error).toMatchObject({ code: 'interrupted', message: 'interrupted: nothing was run' });
    expect(pair.log).toEqual([]);
  });
});
