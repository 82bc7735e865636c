import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedConfig, newerThan } from '../../src/converge/installed-copies.ts';
import { installedNote } from '../../src/converge/kept-files.ts';
import type { Run } from '../../src/converge/run.ts';
import { nextRecord, parseRecord, renderRecord } from '../../src/plan/files/record.ts';
import { clusterOf, errorOf, figure, SimulatedPair } from './support/simulated-pair.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'lvs-copies-'));
  file = path.join(directory, 'lvs.yaml');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const withShop = `${figure}  shop:
    address: tcp://1.2.3.2:80
    scheduler: wrr
    real-servers: [192.168.1.4]
`;

/** A run with a configuration as it stands in the file since that hour. */
function run(text: string, hour: number, more: Partial<Run> = {}): Partial<Run> {
  writeFileSync(file, text);
  utimesSync(file, at(hour), at(hour));
  return { cluster: clusterOf(text), keeping: keeping(text, hour), ...more };
}

const at = (hour: number) => new Date(Date.UTC(2030, 0, 1, hour));
const keeping = (text: string, hour: number, before = text) => ({
  file,
  before,
  text,
  by: `installed by ann, from desk, ${at(hour).toISOString()}: lvs apply`,
  overwrite: false,
});

const unanswered = {
  answered: false,
  ask: async (question: string) => {
    throw new Error(question);
  },
};

const recordOn = ({ kernel }: SimulatedPair['lvs1']) => parseRecord(kernel.files.read(installedNote) ?? '');

describe('the record of what is installed', () => {
  it('is the same on both routers, counts revisions, and knows what it replaced', async () => {
    const pair = new SimulatedPair();
    await pair.apply(run(figure, 1));
    await pair.apply(run(withShop, 2));
    const [first, second] = pair.routers.map(recordOn);
    expect(second).toEqual(first);
    expect(first).toMatchObject({ revision: 2, replaced: [expect.stringMatching(/^[0-9a-f]{64}$/)] });
    pair.forget();
    await pair.apply(run(withShop, 3));
    expect(pair.log).toEqual([]);
  });

  it('is renewed by a run on a file that was edited where it is installed', async () => {
    const pair = new SimulatedPair();
    await pair.apply(run(figure, 1));
    for (const { kernel } of pair.routers) kernel.files.write(installedConfig, withShop);
    await pair.apply(run(withShop, 2));
    for (const router of pair.routers) {
      expect(recordOn(router)).toMatchObject({ revision: 2, by: expect.stringContaining('T02:') });
    }
    // A workstation goes on with what was edited there.
    await pair.apply(run(`${withShop}# more\n`, 3));
    expect(recordOn(pair.lvs2)).toMatchObject({ revision: 3 });
  });

  it('goes with the other router when that was away', async () => {
    const pair = new SimulatedPair();
    await pair.apply(run(figure, 1));
    pair.lvs1.reachable = false;
    await pair.apply(run(withShop, 2, { on: 'lvs2' }));
    pair.lvs1.reachable = true;
    await pair.apply(run(withShop, 2));
    expect(pair.lvs1.kernel.files.read(installedConfig)).toBe(withShop);
    expect(recordOn(pair.lvs1)).toEqual(recordOn(pair.lvs2));
  });
});

describe('a file that is older than what is installed', () => {
  it('is asked about: it may be older on purpose', async () => {
    const pair = new SimulatedPair();
    await pair.apply(run(figure, 1));
    await pair.apply(run(withShop, 5));
    pair.forget();
    const old = run(figure, 1);
    await expect(pair.apply({ ...old, ask: unanswered })).rejects.toThrow(
      /lvs.yaml is older than what was installed by ann, from desk, 2030-01-01T05.*lvs1 has the newer one \(to go on with the newer one: "scp root@192.168.1.11:\/etc\/lvs\/lvs.yaml /,
    );
    expect(pair.log).toEqual([]);
    await pair.apply(old);
    expect(recordOn(pair.lvs1)).toMatchObject({ revision: 3 });
  });

  it('is no older one when it was written after that', async () => {
    const pair = new SimulatedPair();
    await pair.apply(run(figure, 1));
    await pair.apply(run(figure.replace('weight: 2', 'weight: 3'), 5));
    await pair.apply({ ...run(figure, 6), ask: unanswered });
    expect(pair.lvs2.kernel.files.read(installedConfig)).toBe(figure);
  });
});

describe('the installed file of this machine', () => {
  const record = (number: number) => {
    const digests = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64));
    let last = nextRecord(`installed by ann, from desk, ${at(1).toISOString()}: lvs apply`, digests[0] ?? '', []);
    for (let index = 1; index < number; index += 1) {
      const by = `installed by bob, from desk, ${at(index + 1).toISOString()}: lvs vip add`;
      last = nextRecord(by, digests[index] ?? '', [last]);
    }
    return last;
  };
  const copy = (name: string, revision: number, has = revision) => ({
    name,
    router: { name, ssh: [`root@${name}`], sudo: false, devices: new Map() },
    local: name === 'lvs1',
    isSource: name === 'lvs1',
    digest: record(has).digest,
    record: record(revision),
  });
  const source = (revision: number, hour = 0) => {
    writeFileSync(file, '');
    utimesSync(file, at(hour), at(hour));
    return { file, digest: record(revision).digest, before: record(revision).digest };
  };

  it.each([
    ['behind the record of the other router, by one', 1, 2, 1],
    ['behind it by several', 1, 4, 1],
    ['behind its own record: a power cut came before it was in its place', 2, 2, 1],
  ])('is refused where it is %s', (_, own, other, has) => {
    const newer = newerThan(source(has), [copy('lvs1', own, has), copy('lvs2', other)]);
    expect(newer).toMatchObject({ refused: true });
    expect(newer?.message).toBe(`lvs.yaml on lvs1 is older than what was ${record(other).by}; lvs2 has the newer one`);
    expect(newer?.remedy).toBe(`scp root@lvs2:/etc/lvs/lvs.yaml ${file} && lvs apply -c ${file}`);
  });

  it('is refused where it was edited upon an older one', () => {
    const edited = { ...source(1, 9), digest: 'e'.repeat(64), before: 'e'.repeat(64) };
    expect(newerThan(edited, [copy('lvs1', 1), copy('lvs2', 2)])).toMatchObject({ refused: true });
  });

  it('is refused where both routers were changed separately', () => {
    const apart = { ...copy('lvs2', 1), record: nextRecord('installed by eve', 'f'.repeat(64), [record(1)]) };
    const newer = newerThan(source(2), [copy('lvs1', 2), apart]);
    expect(newer).toMatchObject({ refused: true, message: expect.stringContaining('on lvs1 and lvs2 separately') });
  });

  it.each([
    ['the newest', () => source(2), [copy('lvs1', 2), copy('lvs2', 1)]],
    ['edited upon the newest', () => ({ ...source(2), digest: 'e'.repeat(64) }), [copy('lvs1', 2), copy('lvs2', 1)]],
    ['as everywhere', () => source(2), [copy('lvs1', 2), copy('lvs2', 2)]],
    ['set back by hand to what it was', () => source(1, 9), [copy('lvs1', 2, 1), copy('lvs2', 2)]],
  ])('is installed where it is %s', (_, toInstall, copies) => {
    expect(newerThan(toInstall(), copies)).toBeNull();
  });

  it('is named with a command that a shell reads as it stands', () => {
    const spaced = newerThan({ ...source(1), file: '/srv/my lvs.yaml' }, [copy('lvs1', 1), copy('lvs2', 2)]);
    expect(spaced?.remedy).toBe(
      "scp root@lvs2:/etc/lvs/lvs.yaml '/srv/my lvs.yaml' && lvs apply -c '/srv/my lvs.yaml'",
    );
  });

  it('is told apart by time where a record does not count revisions', () => {
    const plain = (by: string, letter: string) => {
      const text = `# installed by ${by}: lvs apply\n${letter.repeat(64)}  ${installedConfig}\n`;
      return parseRecord(text);
    };
    const [old, young] = [plain(`ann, ${at(1).toISOString()}`, 'a'), plain(`bob, ${at(2).toISOString()}`, 'b')];
    const copies = [
      { ...copy('lvs1', 1), record: old, digest: 'a'.repeat(64) },
      { ...copy('lvs2', 1), record: young, digest: 'b'.repeat(64) },
    ];
    const toInstall = { file, digest: 'a'.repeat(64), before: 'a'.repeat(64) };
    expect(newerThan(toInstall, copies)).toMatchObject({ refused: true, message: expect.stringContaining('by bob') });
  });

  it('keeps its record as it is rendered', () => {
    expect(parseRecord(renderRecord(record(4), installedConfig))).toEqual(record(4));
  });
});

describe('a configuration that declares less than the installed one', () => {
  it.each([
    ['a virtual server', withShop, figure, 'shop (tcp://1.2.3.2:80)'],
    ['a real server', figure, figure.replace('      - 192.168.1.3\n', ''), '192.168.1.3:80 of web'],
    [
      'the NAT router address',
      figure,
      figure.replace(', nat-router: 192.168.1.254/32, label: "eth1:1"', ''),
      '192.168.1.254',
    ],
  ])('is asked about, with %s by name', async (_, installed, next, lost) => {
    const pair = new SimulatedPair();
    await pair.apply(run(installed, 1));
    pair.forget();
    const error = await pair.apply({ ...run(next, 2), ask: unanswered }).catch((reason: Error) => reason.message);
    expect(error).toContain(`${file} would replace ${installedConfig} of lvs1 and lvs2, which declares more: ${lost}`);
    expect(pair.log).toEqual([]);
  });

  it('is asked about where it is another one altogether', async () => {
    const pair = new SimulatedPair();
    await pair.apply(run(withShop, 1));
    const other = figure.slice(0, figure.indexOf('virtual-servers:'));
    const error = await pair.apply({ ...run(other, 2), ask: unanswered }).catch((reason: Error) => reason.message);
    expect(error).toContain('declares more: web (tcp://1.2.3.1:80), shop (tcp://1.2.3.2:80)');
  });

  it('is not asked about where it declares more, or the installed one is an edit that is refused', async () => {
    const pair = new SimulatedPair();
    await pair.apply(run(figure, 1));
    await pair.apply({ ...run(withShop, 2), ask: unanswered });
    pair.lvs2.kernel.files.write(installedConfig, `${withShop}# theirs\n`);
    expect(await errorOf(pair.apply({ ...run(figure, 3), ask: unanswered }))).toMatchObject({ code: 'stale' });
  });
});

describe('a run that installs nothing', () => {
  it('is refused, if it must not be older, with a configuration that is not the newest', async () => {
    const pair = new SimulatedPair();
    await pair.apply(run(figure, 1));
    pair.lvs1.reachable = false;
    await pair.apply(run(withShop, 2, { on: 'lvs2' }));
    pair.lvs1.reachable = true;
    pair.lvs2.reachable = false;
    await pair.apply(run(`${figure}# lvs1's\n`, 3, { on: 'lvs1' }));
    pair.lvs2.reachable = true;
    pair.forget();
    const old = { ...run(figure, 1), keeping: null, source: { file, text: figure } };
    expect(await errorOf(pair.apply({ ...old, needsNewest: true }))).toMatchObject({ code: 'stale', exitStatus: 4 });
    expect(pair.log).toEqual([]);
    await pair.apply(old);
  });

  it('is refused likewise with an older one that another machine has', async () => {
    const pair = new SimulatedPair();
    await pair.apply(run(figure, 1));
    await pair.apply(run(withShop, 2));
    pair.forget();
    const old = { ...run(figure, 1), keeping: null, source: { file, text: figure }, needsNewest: true };
    expect(await errorOf(pair.apply(old))).toMatchObject({ code: 'stale', exitStatus: 4 });
    expect(pair.log).toEqual([]);
  });

  it('is refused if its configuration is another one by the time that it has the locks', async () => {
    const pair = new SimulatedPair();
    writeFileSync(file, withShop);
    const error = await errorOf(pair.apply({ source: { file, text: figure } }));
    expect(error).toMatchObject({ code: 'stale', exitStatus: 4, hint: expect.stringContaining('again') });
    expect(pair.log).toEqual([]);
    rmSync(file);
    await pair.apply({ source: { file, text: figure } });
  });

  it('is refused if its configuration was replaced while its question was open', async () => {
    const pair = new SimulatedPair();
    writeFileSync(file, figure);
    await pair.apply();
    pair.lvs1.kernel.execute('ipvsadm -A -t 9.9.9.9:80 -s rr'.split(' '));
    pair.forget();
    const ask = { answered: false, ask: async () => writeFileSync(file, withShop) };
    const error = await errorOf(pair.apply({ source: { file, text: figure }, ask, prune: true }));
    expect(error).toMatchObject({ code: 'stale', message: expect.stringContaining(file) });
    expect(pair.log).toEqual([]);
  });
});
