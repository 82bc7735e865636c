import { lvsYaml } from './declared.ts';
import type { Machine } from './machine.ts';
import type { Pair } from './pair.ts';

/** Snapshots of both machines, by what holds there. */
export const snapshots = {
  /** The package is installed, nothing was applied. */
  fresh: 'fresh',
  /** `engine: keepalived`, lvs1 is active. */
  keepalived: 'keepalived',
  /** `engine: manual`, lvs1 is active. */
  manual: 'manual',
} as const;

export type Engine = 'keepalived' | 'manual';

/** Boots both, installs the package, and saves the snapshots. */
export async function setUp(pair: Pair, deb: string, say: (line: string) => void): Promise<void> {
  say('booting both machines');
  await pair.both((machine) => machine.powerOn());
  await pair.both((machine) => machine.boots());
  say('installing the package');
  await pair.both(async (machine) => {
    await machine.copy(deb, '/root/lvsadm.deb');
    await machine.output('dpkg -i /root/lvsadm.deb');
  });
  for (const machine of pair.machines)
    say(`${machine.name}: ${(await machine.output(describeLine)).replaceAll('\n', ', ')}`);
  await pair.save(snapshots.fresh);
  for (const engine of ['keepalived', 'manual'] as const) {
    if (engine === 'manual') await pair.restore(snapshots.fresh);
    say(`applying, engine ${engine}`);
    await applyFirst(pair, engine);
    await pair.save(snapshots[engine]);
  }
}

const describeLine =
  '. /etc/os-release; echo "$PRETTY_NAME"; uname -r; node -v; keepalived -v 2>&1 | head -n 1; lvs --version';

/** From `fresh` to a pair that serves, lvs1 active. */
export async function applyFirst(pair: Pair, engine: Engine, more = ''): Promise<void> {
  const [one] = pair.machines;
  await one.put('/etc/lvs/lvs.yaml', lvsYaml(engine, more));
  await one.run(lvs('doctor --fix --yes'), { seconds: 180 });
  await one.output(lvs('apply --yes'), { seconds: 240 });
  if (engine === 'keepalived') await untilOwner(pair);
  await makeActive(pair, one);
}

/** Until one of them has the address. */
export async function untilOwner(pair: Pair, seconds = 30): Promise<Machine | null> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const owner = await ownerOf(pair);
    if (owner !== null) return owner;
  }
  return null;
}

export async function ownerOf(pair: Pair): Promise<Machine | null> {
  const has = await pair.both((machine) => machine.run(ownLine, { seconds: 20 }));
  const owners = pair.machines.filter((_, index) => has[index]?.status === 0);
  return owners.length === 1 ? (owners[0] ?? null) : null;
}

const ownLine = 'ip -o -4 addr show to 10.1.0.50 | grep -q .';

export async function makeActive(pair: Pair, machine: Machine): Promise<void> {
  if ((await ownerOf(pair)) === machine) return;
  await machine.output(lvs(`failover --to ${machine.name} --yes`), { seconds: 180 });
}

/** A command line of lvs for root's shell: /etc/lvs/lvs.yaml, no terminal. */
export function lvs(words: string): string {
  return `cd / && lvs ${words} </dev/null`;
}
