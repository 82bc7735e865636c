import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Run } from '../../src/converge/run.ts';
import { fileHere } from '../../src/converge/unconfirmed-change.ts';
import { lookScript } from '../../src/plan/rollback/scripts.ts';
import { aboutLines } from '../../src/router/pending.ts';
import { printed } from '../simulated/execution.ts';
import { clusterOf, figure, SimulatedPair } from './support/simulated-pair.ts';

const at = (hour: number) => new Date(Date.UTC(2030, 0, 1, hour)).toISOString();
const withDns = `${figure}  dns: { address: "udp://1.2.3.2:53", real-servers: [192.168.1.2] }\n`;
const edited = `${withDns}# theirs\n`;
const doing = 'lvs vip add dns udp://1.2.3.2:53 --rollback-after 60';

let directory: string;
let file: string;
let pair: SimulatedPair;

/** A run on the file, at an hour, of which each question is an error. */
function run(text: string, hour: number, more: Partial<Run> = {}): Partial<Run> {
  writeFileSync(file, text);
  const by = `installed by ann, from lvs1, ${at(hour)}: lvs apply`;
  const ask = async (question: string) => {
    throw new Error(question);
  };
  return {
    cluster: clusterOf(text),
    keeping: { file, before: text, text, by, overwrite: false },
    ask: { answered: false, ask },
    ...more,
  };
}

/** What a router says of a run that began at an hour. */
function tells(router: SimulatedPair['lvs1'], state: string, hour: number, about = fileHere(file)): void {
  const execute = router.kernel.execute.bind(router.kernel);
  const holder = ['ann', 'desk', at(hour), doing] as const;
  const lines = aboutLines({ holder, until: at(hour), seconds: 60, routers: ['lvs1', 'lvs2'], file: about });
  router.kernel.execute = (argv, stdin) =>
    argv[2] === lookScript
      ? printed([`state ${state}`, ...lines.map((line) => `about ${line}`), ''].join('\n'))
      : execute(argv, stdin);
}

beforeEach(async () => {
  vi.stubEnv('LVS_ROUTER', 'lvs1');
  directory = mkdtempSync(path.join(tmpdir(), 'lvs-unconfirmed-'));
  file = path.join(directory, 'lvs.yaml');
  pair = new SimulatedPair();
  await pair.apply(run(figure, 1));
  pair.forget();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

describe('a change that was not confirmed, and stayed in a file that another user edited', () => {
  it.each(['put-back', 'failed'])('is asked about before it is brought in again (%s)', async (state) => {
    tells(pair.lvs1, state, 2);
    const question = `${file} may still contain the change of "${doing}" by ann, which was not confirmed and was rolled back`;
    await expect(pair.apply(run(edited, 3))).rejects.toThrow(question);
    expect(pair.log).toEqual([]);
    const { routers } = await pair.preview(run(edited, 3));
    expect(routers.map(({ notes }) => notes.filter((note) => note === question).length)).toEqual([1, 0]);
  });

  it('is asked about before an edit of that file, which would save it for boot', async () => {
    tells(pair.lvs1, 'put-back', 2);
    const text = edited.replace('weight: 2', 'weight: 3');
    const keeping = { file, before: edited, text, by: 'installed by ann, now', overwrite: false };
    await expect(pair.apply(run(edited, 3, { keeping, cluster: clusterOf(text) }))).rejects.toThrow(
      'may still contain the change',
    );
  });

  it('is known by the file, whatever it is called', async () => {
    tells(pair.lvs1, 'put-back', 2);
    const real = file;
    file = path.join(directory, 'other.yaml');
    symlinkSync(real, file);
    await expect(pair.apply(run(edited, 3))).rejects.toThrow('may still contain the change');
  });

  it('is not asked about once a run with it was kept, which --yes does', async () => {
    tells(pair.lvs1, 'put-back', 2);
    await pair.apply(run(edited, 3, { ask: { answered: true, ask: async () => {} } }));
    await pair.apply(run(`${edited}# more\n`, 4));
    expect(pair.lvs1.rules()).toContain('-A -u 1.2.3.2:53 -s wlc');
  });

  it.each([
    ['is in none that is as it was installed', 'put-back', 2, figure, undefined],
    ['is in none that was confirmed', 'confirmed', 2, edited, undefined],
    ['is older than what is installed', 'put-back', 0, edited, undefined],
    ['is of another file', 'put-back', 2, edited, 'lvs1:/srv/lvs.yaml'],
  ])('%s: no question', async (_, state, hour, text, about) => {
    tells(pair.lvs1, state, hour, about);
    await pair.apply(run(text, 3));
  });

  it('is not looked for on another router', async () => {
    tells(pair.lvs2, 'put-back', 2);
    await pair.apply(run(edited, 3));
  });
});
