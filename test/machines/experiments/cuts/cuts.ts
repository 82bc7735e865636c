import { setTimeout as sleep } from 'node:timers/promises';
import { filesOf, filesOnDisk } from '../../lab/disk.ts';
import type { Experiment, Options } from '../../lab/experiment.ts';
import type { Machine } from '../../lab/machine.ts';
import type { Pair } from '../../lab/pair.ts';
import type { Running } from '../../lab/process.ts';
import { randomOf } from '../../lab/random.ts';
import type { Report } from '../../lab/report.ts';
import { lvs, snapshots } from '../../lab/setup.ts';
import { type Changing, changing } from './commands.ts';
import { folders, isRecorded, isSame, judge, type Kept } from './judge.ts';
import { booted } from './return.ts';

const perPart = 5;
/** Milliseconds in which a command ended, by its name; moments before its end are drawn from them. */
const usual = new Map<string, number>();

/** Power cuts at random moments of every changing command, and up to 3 s after it has said that it is done. */
export const cuts: Experiment = (options) => {
  const count = Math.ceil(options.rounds / perPart);
  return Array.from({ length: count }, (_, part) => ({
    name: `cuts-${part + 1}`,
    seconds: 240,
    run: async (pair: Pair, report: Report) => {
      const end = Math.min(options.rounds, (part + 1) * perPart);
      for (let round = part * perPart + 1; round <= end; round += 1)
        await cutOnce(pair, report, round, options).catch((error: Error) =>
          report.expect(`${round}: the round runs to its end`, false, error.message),
        );
    },
  }));
};

export interface Round {
  readonly change: Changing;
  readonly title: string;
  readonly isDone: boolean;
  /** Files of every router before. */
  readonly before: ReadonlyMap<Machine, ReadonlyMap<string, string>>;
}

async function cutOnce(pair: Pair, report: Report, number: number, options: Options): Promise<void> {
  const change = changing[(number - 1) % changing.length];
  if (change === undefined) return;
  const random = randomOf(options.seed * 1000 + number);
  const isAfter = random() < 0.5;
  const moment = random();
  const victims = [[pair.machine(1)], [pair.machine(2)], [...pair.machines]][Math.floor(random() * 3)] ?? [];
  await pair.restore(snapshots[change.engine]);
  const [one] = pair.machines;
  if (change.edited !== undefined) await one.put('/etc/lvs/lvs.yaml', change.edited);
  const before = new Map<Machine, ReadonlyMap<string, string>>();
  for (const machine of pair.machines) before.set(machine, await filesOf(machine, folders));

  const start = Date.now();
  const running = one.start(lvs(change.words));
  let endedAt = start;
  const done = isOver(one, running, change).finally(() => {
    endedAt = Date.now();
  });
  if (isAfter) {
    await done;
    await sleep(moment * 3000);
  } else await Promise.race([done, sleep(moment * usualOf(change))]);
  const cutAt = Date.now() - start;
  // A command whose router goes on is heard to its end: what it says then counts.
  const isDoneBefore = await Promise.race([done, sleep(0, false)]);
  if (isDoneBefore) usual.set(change.name, endedAt - start);
  await Promise.all(victims.map((victim) => victim.cut()));
  const isDone = isDoneBefore || (!victims.includes(one) && (await Promise.race([done, sleep(90_000, false)])));
  const names = victims.map(({ name }) => name).join(' and ');
  const when = `${(cutAt / 1000).toFixed(1)} s after it began, ${isDone ? 'done' : 'not done'}`;
  const title = `${number}: ${change.name} (${change.engine}), power cut of ${names} ${when}`;
  running.kill();
  await look(pair, report, { change, title, isDone, before });
  if (number % Math.max(1, Math.round(options.rounds / options.boots)) === 0)
    await booted(pair, report, { change, title, isDone, before });
}

/** About how long it takes: as the last time, or as the others. */
function usualOf(change: Changing): number {
  const known = [...usual.values()].sort((one, other) => one - other);
  return usual.get(change.name) ?? known[Math.floor(known.length / 2)] ?? 8000;
}

/** Resolves with whether it succeeded. */
async function isOver(one: Machine, running: Running, change: Changing): Promise<boolean> {
  if (change.confirm === 'kept') {
    if (!(await running.says(/confirm/i, 120_000))) return false;
    return (await one.run(lvs('confirm'))).status === 0 && (await running.within(60_000)).status === 0;
  }
  if (change.confirm === 'not kept') await running.says(/confirm/i, 120_000);
  const ended = change.confirm === 'not kept' ? null : await running.ended;
  return ended?.status === 0;
}

async function look(pair: Pair, report: Report, round: Round): Promise<void> {
  const { change, title, isDone, before } = round;
  const wrong: string[] = [];
  const told: string[] = [];
  for (const machine of pair.machines) {
    const files = machine.isOn ? await filesOf(machine, folders) : await filesOnDisk(machine.hardware.disk, folders);
    const kept = judge(change, before.get(machine) ?? new Map(), files);
    wrong.push(...kept.broken.map((each) => `${machine.name}: ${each}`));
    if (isDone && !isSame(kept, 'new')) wrong.push(`${machine.name} lost the change: ${versionsOf(kept)}`);
    if (isDone && !isRecorded(files)) wrong.push(`${machine.name}: lvs.yaml is not the one that is recorded`);
    if (!isDone && !isSame(kept, 'new') && !isSame(kept, 'old')) told.push(`${machine.name} has ${versionsOf(kept)}`);
    if (kept.left.length > 0) told.push(`${machine.name}: left ${kept.left.join(', ')}`);
  }
  report.expect(
    `${title}: ${isDone ? 'nothing is lost' : 'every file is the old or the new'}`,
    wrong.length === 0,
    wrong.join('\n'),
  );
  for (const line of told) report.note(`  ${line}`);
}

function versionsOf({ versions }: Kept): string {
  return [...versions].map(([path, version]) => `${version} ${path}`).join(', ');
}
