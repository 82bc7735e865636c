import { setTimeout as sleep } from 'node:timers/promises';
import { filesOf } from '../../lab/disk.ts';
import type { Pair } from '../../lab/pair.ts';
import type { Report } from '../../lab/report.ts';
import { lvs, untilOwner } from '../../lab/setup.ts';
import type { Round } from './cuts.ts';
import { folders, isSame, judge } from './judge.ts';

/** After a cut both are on again: what status, diff and apply make of it. */
export async function booted(pair: Pair, report: Report, { change, title, isDone, before }: Round): Promise<void> {
  await pair.both(async (machine) => {
    if (!machine.isOn) await machine.powerOn();
    await machine.boots();
  });
  if (change.engine === 'keepalived')
    report.expect(`${title}: one router has the addresses again`, (await untilOwner(pair, 60)) !== null);
  const [one] = pair.machines;
  const ran: string[] = [];
  const run = async (words: string) => {
    const { status, output } = await one.run(lvs(words), { seconds: 180 });
    ran.push(`$ lvs ${words}: status ${status}`, output.split('\n').slice(0, 12).join('\n'));
    return status;
  };
  // Not confirmed: by then it is rolled back, whatever happened to the routers.
  const isUnconfirmed = change.confirm === 'not kept';
  if (isUnconfirmed) await sleep(70_000);
  await run('status');
  const differs = await run('diff');
  if (isDone && change.engine === 'keepalived')
    report.expect(`${title}: diff shows no change`, differs === 0, ran.join('\n'));
  const applied = await run('apply --yes');
  const versions = await pair.both(async (machine) =>
    judge(change, before.get(machine) ?? new Map(), await filesOf(machine, folders)),
  );
  const isNew = versions.every((kept) => isSame(kept, 'new'));
  const isOld = versions.every((kept) => isSame(kept, 'old'));
  // Copies of lvs.yaml that disagree are shown, and refused: nothing is overwritten.
  const isRefused = applied === 4 && !isDone;
  const holds = isDone ? isNew : isOld || (!isUnconfirmed && (isNew || isRefused));
  report.expect(
    `${title}: after boot and apply both have ${isDone ? 'the change' : 'the same'}`,
    holds,
    ran.join('\n'),
  );
  // Where nothing differed the first time, nothing was done.
  if (applied === 0 && differs !== 0)
    report.expect(`${title}: a second apply has nothing to do`, (await run('diff')) === 0, ran.join('\n'));
}
