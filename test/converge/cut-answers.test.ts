import { describe, expect, it } from 'vitest';
import { virtualServerScope } from '../../src/plan/server-scope.ts';
import { failover } from '../failover/support/failover.ts';
import { convergedPair, errorOf, figure, figureCluster, SimulatedPair } from './support/simulated-pair.ts';
import type { SimulatedRouter } from './support/simulated-router.ts';

/** How a successful answer may be cut off. */
const cuts: [string, (text: string) => string][] = [
  ['empty', () => ''],
  ['cut in the middle', (text) => text.slice(0, text.length / 2)],
  ['cut in its last line', (text) => text.trimEnd().slice(0, -1)],
];

/** Lets a command that succeeds print only a part of its answer; says whether it was run. */
function cutAnswers({ kernel }: SimulatedRouter, command: RegExp, cut: (text: string) => string): () => boolean {
  const execute = kernel.execute.bind(kernel);
  let isCut = false;
  kernel.execute = (argv, stdin) => {
    const result = execute(argv, stdin);
    if (!command.test(argv.join(' ')) || result.stdout === '') return result;
    isCut = true;
    return { status: 0, stdout: cut(result.stdout), stderr: '' };
  };
  return () => isCut;
}

const kept = {
  keeping: { file: 'lvs.yaml', before: figure, text: figure, by: 'installed by ann', overwrite: false },
};

const readers = [
  ['the addresses', /^ip -j addr/],
  ['the IPVS table', /^cat \/proc\/net\/ip_vs/],
  ['the listing', /^ipvsadm -Ln/],
  ['the table and the listing, the same of both', /^ipvsadm -Ln|^cat \/proc\/net\/ip_vs/],
  ['all that shows rules', /^ipvsadm -(Ln|Sn)|^cat \/proc\/net\/ip_vs/],
  ['digests', /^sha256sum/],
] as const;

describe.each(readers)('an answer about %s, with status 0,', (what, command) => {
  it.each(cuts)('that is %s is no empty router: nothing is run', async (_, cut) => {
    const pair = new SimulatedPair();
    await pair.apply(kept);
    pair.forget();
    const wasCut = cutAnswers(pair.lvs2, command, cut);
    const outcome = await pair.apply(kept).catch((error: unknown) => error);
    expect(wasCut()).toBe(true);
    // What another reading has told as well is known for all that.
    if (what === 'the listing' || outcome instanceof Error) {
      expect(outcome).toMatchObject({ code: 'read-failed', exitStatus: 3 });
      expect((outcome as Error).message).toMatch(/^lvs2: /);
    }
    expect(pair.log).toEqual([]);
  });
});

it('a named virtual server is read alone, under a heading without the version', async () => {
  const pair = await convergedPair();
  const scope = virtualServerScope(figureCluster, figureCluster.virtualServers);
  const commands: string[] = [];
  pair.lvs1.onCommand = (argv) => commands.push(argv.join(' '));
  await pair.apply({ request: () => ({ scope, prune: false }), named: new Set(['tcp://1.2.3.1:80']) });
  expect(commands).toContain('ipvsadm -Ln -t 1.2.3.1:80 --thresholds');
  expect(commands).not.toContain('ipvsadm -Ln --thresholds');
  expect(pair.log).toEqual([]);
});

it.each(cuts)('a named virtual server whose listing is %s is not taken for one that is gone', async (_, cut) => {
  const pair = await convergedPair();
  cutAnswers(pair.lvs1, /^ipvsadm -Ln -t/, cut);
  const scope = virtualServerScope(figureCluster, figureCluster.virtualServers);
  const run = { request: () => ({ scope, prune: false }), named: new Set(['tcp://1.2.3.1:80']) };
  await pair.apply(run).catch((error: unknown) => expect(error).toMatchObject({ code: 'read-failed' }));
  expect(pair.log).toEqual([]);
});

it('settings that were not told are no reason to set them', async () => {
  const pair = await convergedPair();
  cutAnswers(pair.lvs1, /^grep -Hs/, () => '');
  expect(await errorOf(pair.apply())).toMatchObject({ code: 'read-failed', exitStatus: 3 });
});

it('addresses that cannot be read any more during a failover are told as such, and not as rolled back', async () => {
  const pair = await convergedPair();
  let isCut = false;
  for (const { kernel } of pair.routers) {
    const execute = kernel.execute.bind(kernel);
    kernel.onMutation(({ command }) => {
      if (command.join(' ').startsWith('ip addr add')) isCut = true;
    });
    kernel.execute = (argv, stdin) => {
      const result = execute(argv, stdin);
      return isCut && argv.join(' ').startsWith('ip -j addr') ? { ...result, stdout: '' } : result;
    };
  }
  const error = await errorOf(failover(pair, { to: 'lvs2' }));
  expect(error).toMatchObject({ code: 'not-put-back', exitStatus: 5 });
  expect(error.message).not.toContain('as it was before');
  expect(pair.lvs2.held()).not.toEqual([]);
});
