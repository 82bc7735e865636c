import { describe, expect, it } from 'vitest';
import { installedConfig } from '../../src/converge/installed-copies.ts';
import { installedNote, type Keeping } from '../../src/converge/kept-files.ts';
import { electionPlaces } from '../../src/plan/election/places.ts';
import { bootPlaces } from '../../src/plan/files/boot-files.ts';
import { everything, namedScope, type Scope } from '../../src/plan/scope.ts';
import { clusterOf, errorOf, figure, SimulatedPair } from './support/simulated-pair.ts';

/** As a run from a machine that is none of the routers keeps them. */
function keeping(before: string, text = before, by = 'installed by alice, from desk, now: lvs apply'): Keeping {
  return { file: 'lvs.yaml', before, text, by };
}

const kept = (text: string, extra: Partial<Keeping & { overwrite: boolean }> = {}) => ({
  keeping: { ...keeping(text), overwrite: false, ...extra },
});

async function installed(): Promise<SimulatedPair> {
  const pair = new SimulatedPair();
  await pair.apply(kept(figure));
  pair.forget();
  return pair;
}

describe('files that are kept on every router', () => {
  it('are the configuration, who installed it, and what the next boot needs', async () => {
    const { lvs1, lvs2 } = await installed();
    for (const { kernel } of [lvs1, lvs2]) {
      expect(kernel.files.read(installedConfig)).toBe(figure);
      expect(kernel.files.read(installedNote)).toMatch(
        /^# installed by alice, from desk, now: lvs apply\n[0-9a-f]{64} /,
      );
      expect(kernel.files.read(bootPlaces.rules)).toBe(
        '-A -t 1.2.3.1:80 -s wrr\n-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2\n-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1\n',
      );
    }
  });

  it('have keepalived.conf among them, unless roles are in conflict: no address is touched then', async () => {
    const text = figure.replace('public:', 'failover: { engine: keepalived }\npublic:');
    const changed = async (pair: SimulatedPair) => {
      const { routers } = await pair.preview({ cluster: clusterOf(text), ...kept(text) });
      return routers.map(({ changes }) => changes.some(({ key }) => key === electionPlaces.config));
    };
    const pair = await installed();
    expect(await changed(pair)).toEqual([true, true]);
    pair.lvs2.kernel.execute('ip addr add 1.2.3.1/32 dev eth0'.split(' '));
    expect(await changed(pair)).toEqual([false, false]);
  });

  it('have a unit among them that claims addresses, where they are to be claimed and as long as they are', async () => {
    const text = figure.replace('public:', 'failover: { boot: claim }\npublic:');
    const pair = new SimulatedPair();
    await pair.apply({ cluster: clusterOf(text), ...kept(text) });
    const linesOf = (router: SimulatedPair['lvs1'], words: RegExp) =>
      (router.kernel.files.read(bootPlaces.settings) ?? '').split('\n').filter((line) => words.test(line));
    for (const { kernel } of pair.routers) {
      expect(kernel.files.read(bootPlaces.claim)).toContain('ExecStart=/bin/sh /etc/lvs/lvs-boot claim\n');
      expect(kernel.files.read(bootPlaces.claimEnabled)).toBe(kernel.files.read(bootPlaces.claim));
      expect(kernel.files.read(bootPlaces.unit)).toMatch(/^ExecStart=\/bin\/sh \/etc\/lvs\/lvs-boot$/m);
    }
    for (const router of pair.routers) {
      expect(linesOf(router, /^(claim|carriers)/)).toEqual([
        'claim 192.168.1.254 32 eth1 eth1:1',
        'claim 1.2.3.1 32 eth0',
        'carriers 3600',
      ]);
    }
    expect([linesOf(pair.lvs1, /^wait/), linesOf(pair.lvs2, /^wait/)]).toEqual([['wait 0'], ['wait 5']]);
    expect([linesOf(pair.lvs1, /yield/), linesOf(pair.lvs2, /keep/)]).toEqual([['look 20 yield'], []]);
    await pair.apply(kept(figure, { before: text }));
    for (const { kernel } of pair.routers) {
      expect([bootPlaces.claim, bootPlaces.claimEnabled].map((path) => kernel.files.read(path))).toEqual([
        undefined,
        undefined,
      ]);
    }
  });

  it('let a router into the election again that booted without rules, with all of the configuration only', async () => {
    const text = figure.replace('public:', 'failover: { engine: keepalived }\npublic:');
    const pair = await installed();
    pair.lvs2.kernel.files.write(electionPlaces.hold, '1\n');
    const commands = async (scope: Scope) => {
      const request = () => ({ scope, prune: false });
      const { routers } = await pair.preview({ cluster: clusterOf(text), ...kept(text), request });
      return routers.map(({ changes }) =>
        changes
          .filter(({ key }) => key === electionPlaces.hold)
          .flatMap((change) => change.commands.map(({ stage, argv }) => `${stage}: ${argv[2]}`)),
      );
    };
    expect(await commands(everything)).toEqual([[], ['join: echo 0 >"$1"']]);
    expect(await commands(namedScope({}))).toEqual([[], []]);
    // Where it is to have the addresses, before that is waited for.
    pair.lvs1.kernel.files.write(electionPlaces.hold, '1\n');
    expect(await commands(everything)).toEqual([['files: echo 0 >"$1"'], ['join: echo 0 >"$1"']]);
    pair.lvs1.kernel.files.write(electionPlaces.hold, '0\n');
    expect(await commands(everything)).toEqual([[], ['join: echo 0 >"$1"']]);
  });

  it('are written once', async () => {
    const pair = await installed();
    const outcome = await pair.apply(kept(figure));
    expect(outcome.routers.flatMap(({ changes }) => changes)).toEqual([]);
    expect(pair.log).toEqual([]);
  });

  it('replace what this or another run installed', async () => {
    const pair = await installed();
    const edited = `${figure}# more\n`;
    await pair.apply(kept(edited));
    expect(pair.lvs2.kernel.files.read(installedConfig)).toBe(edited);
  });

  it('are refused where somebody edited the copy, with who had installed it, until that is said to be meant', async () => {
    const pair = await installed();
    pair.lvs2.kernel.files.write(installedConfig, `${figure}# theirs\n`);
    const edited = `${figure}# ours\n`;
    const error = await errorOf(pair.apply(kept(edited)));
    expect(error).toMatchObject({ code: 'stale', exitStatus: 4 });
    expect(error.details[0]?.message).toContain('installed by alice, from desk');
    expect(pair.log).toEqual([]);
    await pair.apply(kept(edited, { overwrite: true }));
    expect(pair.lvs2.kernel.files.read(installedConfig)).toBe(edited);
  });

  it('are refused before anything is asked', async () => {
    const pair = await installed();
    pair.lvs2.kernel.files.write(installedConfig, `${figure}# theirs\n`);
    pair.lvs1.kernel.execute(['ipvsadm', '-A', '-t', '9.9.9.9:99', '-s', 'rr']);
    const ask = async () => {
      throw new Error('asked');
    };
    const run = { prune: true, ask: { answered: false, ask }, ...kept(`${figure}# ours\n`) };
    expect(await errorOf(pair.apply(run))).toMatchObject({ code: 'stale', exitStatus: 4 });
  });

  it('are taken for known where they are what the run began with, whoever put them there', async () => {
    const pair = new SimulatedPair();
    for (const { kernel } of pair.routers) kernel.files.write(installedConfig, figure);
    const edited = `${figure}# ours\n`;
    await pair.apply(kept(edited, { before: figure }));
    expect(pair.lvs1.kernel.files.read(installedConfig)).toBe(edited);
  });

  it('go back with everything else when a run fails', async () => {
    const pair = await installed();
    const before = pair.routers.map(({ kernel }) => kernel.state());
    pair.lvs2.kernel.fail({ matching: /^install .*boot\.rules/, effect: 'refuse' });
    const edited = figure.replace('weight: 2', 'weight: 5');
    const error = await errorOf(pair.apply({ cluster: clusterOf(edited), ...kept(edited) }));
    expect(error).toMatchObject({ exitStatus: 3 });
    expect(pair.routers.map(({ kernel }) => kernel.state())).toEqual(before);
  });
});
