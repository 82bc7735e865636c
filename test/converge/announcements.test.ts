import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SimulatedPair } from './support/simulated-pair.ts';

const run = promisify(execFile);
let place: string;

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(place, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(place, name), 0o755);
}

/** Lets what a router runs apart run here, and counts what arping was asked for, by address. */
async function announced(): Promise<Record<string, number>> {
  const pair = new SimulatedPair();
  await pair.apply();
  const [argv = []] = pair.lvs1.apart;
  const [shell = '', ...words] = argv;
  await run(shell, words, { env: { PATH: `${place}:${process.env.PATH}` } });
  const counts: Record<string, number> = {};
  const asked = await readFile(join(place, 'asked'), 'utf8').catch(() => '');
  for (const line of asked.split('\n').filter((each) => each !== '')) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

const log = () => `echo "$*" >>${place}/asked`;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'lvs-announce-'));
  await program('sleep', ':');
  await program('ip', 'echo here');
});
afterEach(() => rm(place, { recursive: true }));

it('are repeated', async () => {
  await program('arping', log());
  expect(await announced()).toEqual({ '-q -U -c 1 -I eth0 1.2.3.1': 4, '-q -U -c 1 -I eth1 192.168.1.254': 4 });
});

it('end where an address has left', async () => {
  await program('arping', `${log()}; touch ${place}/told-$7`);
  await program('ip', `[ "$5" = 1.2.3.1 ] && [ -e ${place}/told-1.2.3.1 ] || echo here`);
  expect(await announced()).toEqual({ '-q -U -c 1 -I eth0 1.2.3.1': 1, '-q -U -c 1 -I eth1 192.168.1.254': 4 });
});

it('are not made of an address that has left before', async () => {
  await program('arping', log());
  await program('ip', ':');
  expect(await announced()).toEqual({});
});

it('are tried again for a while where they cannot be made', async () => {
  await program('arping', `${log()}; exit 2`);
  expect(await announced()).toEqual({ '-q -U -c 1 -I eth0 1.2.3.1': 30, '-q -U -c 1 -I eth1 192.168.1.254': 30 });
});
