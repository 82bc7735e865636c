import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Planned } from '../../src/converge/planned.ts';
import { verify } from '../../src/converge/verify.ts';
import { readRouter, type Wanted } from '../../src/router/read.ts';
import type { Result, Runner } from '../../src/router/runner.ts';
import { SimulatedKernel } from '../simulated/kernel.ts';
import { manyServersRules } from '../support/many-servers.ts';

const wanted: Wanted = { rules: 'whole', settings: [], timeouts: false, syncDaemons: false, files: [] };

/** A router that answers at once, so that what lvs makes of it is all that takes time. */
function routerOf(size: { virtualServers: number; realServers: number }): Runner {
  const kernel = new SimulatedKernel();
  kernel.execute(['ipvsadm', '-R'], manyServersRules(size));
  const answers = new Map<string, Result>();
  const run = async (argv: readonly string[]) => {
    const words = argv.join(' ');
    const answer = answers.get(words) ?? kernel.execute(argv, '');
    answers.set(words, answer);
    await pause(1);
    return answer;
  };
  return { run } as unknown as Runner;
}

async function plannedOn(runner: Runner, name: string): Promise<Planned> {
  const { state, devices } = await readRouter(runner, name, wanted);
  const plan = { live: state, target: state, changes: [{ kind: 'virtual server', commands: [] }] };
  const tools = { arping: 'iputils', withoutArp: new Set(), election: null };
  return { name, runner, wanted, devices, tools, plan } as unknown as Planned;
}

const processor = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Microseconds of processor that `node -e 0` takes. */
function unit(): number {
  const program = 'const { user, system } = process.cpuUsage(); console.log(user + system)';
  return Number(spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' }).stdout);
}

it('the verification of 4,000 virtual servers of 10 real servers keeps no sign of life waiting', async () => {
  const runner = routerOf({ virtualServers: 4000, realServers: 10 });
  const planned = [await plannedOn(runner, 'lvs1'), await plannedOn(runner, 'lvs2')];
  let before = processor();
  let longest = 0;
  const note = () => {
    const now = processor();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const timer = setInterval(note, 1);
  await verify(planned);
  clearInterval(timer);
  note();
  // Of 6 s, 2 may have gone since the last sign of life: so a machine on which Node takes 0.25 s to start is fast enough.
  expect(longest / unit()).toBeLessThan(16);
}, 200_000);
