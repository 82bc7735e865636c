import type { DeclaredRealServer, DeclaredVirtualServer } from '../model/cluster.ts';
import { keyOfRealServer } from '../model/identity.ts';
import { kernelWeight } from './kernel-weight.ts';
import type { Memory, Standing } from './memory.ts';
import { type Balance, balanced, factorsOf } from './utilisation.ts';

/** What load makes of the configured weights, by key of the real server. */
export interface Loads {
  readonly factors: ReadonlyMap<string, number>;
  readonly balance: Balance;
}

/** Readings that were missed before the last one counts as too old. */
const missed = 3;

export function loadsOf(
  server: DeclaredVirtualServer,
  previous: Standing,
  memories: ReadonlyMap<string, Memory>,
  now: number,
): Loads {
  const { load } = server;
  if (load === null) return plain(previous, memories, ({ dynamic }) => dynamic);
  if ('agent' in load) return plain(previous, memories, ({ agent }) => agent.percentage / 100);
  const reals = new Map(server.realServers.map((real) => [keyOfRealServer(real), real]));
  const utilisation = (reading: Memory['reading'] | undefined) =>
    reading && reading.at + missed * load.interval >= now ? reading.value.loadAverage / reading.value.processors : null;
  const servers = new Map(
    [...reals].map(([key, real]) => [
      key,
      {
        configured: real.weight,
        weight: weightSoFar(server, real, previous),
        utilisation: utilisation(memories.get(key)?.reading),
      },
    ]),
  );
  const balance = balanced(previous.balance, servers, now, { lateness: 60 });
  const before = new Map([...previous.decisions.realServers].map(([key, { load }]) => [key, load]));
  return { factors: factorsOf(balance, before), balance };
}

function plain(previous: Standing, memories: ReadonlyMap<string, Memory>, factor: (memory: Memory) => number): Loads {
  return { factors: new Map([...memories].map(([key, memory]) => [key, factor(memory)])), balance: previous.balance };
}

/** What the kernel has had since the last decision. */
function weightSoFar(server: DeclaredVirtualServer, real: DeclaredRealServer, { decisions }: Standing): number {
  const decision = decisions.realServers.get(keyOfRealServer(real));
  if (real.drain || decision?.present === false) return 0;
  return decision?.weight ?? kernelWeight(server, real.weight, 1);
}
