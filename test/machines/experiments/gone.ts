import { setTimeout as sleep } from 'node:timers/promises';
import type { Experiment } from '../lab/experiment.ts';
import type { Machine } from '../lab/machine.ts';
import { OwnerWatch } from '../lab/owners.ts';
import type { Pair } from '../lab/pair.ts';
import type { Report } from '../lab/report.ts';
import { type Engine, lvs, ownerOf, snapshots } from '../lab/setup.ts';
import { describe } from '../lab/traffic.ts';

/** Law 13: as long at most two routers have an address after the last machine runs again, in milliseconds. */
export const bound = 15_000;

type Kind = 'cut' | 'panic' | 'reboot' | 'suspension';

/** The active router goes, and comes back, under traffic. */
export const gone: Experiment = () => [
  ...(['cut', 'panic', 'reboot'] as const).map((kind) => ({
    name: `gone-${kind}-keepalived`,
    seconds: 140,
    run: (pair: Pair, report: Report) => keepalivedLoses(pair, report, kind),
  })),
  ...(['keepalived', 'manual'] as const).flatMap((engine) => [
    {
      name: `gone-suspension-${engine}`,
      seconds: 80,
      run: (pair: Pair, report: Report) => suspended(pair, report, engine),
    },
    {
      name: `gone-both-${engine}`,
      seconds: 160,
      run: (pair: Pair, report: Report) => bothGo(pair, report, engine),
    },
  ]),
  { name: 'gone-cut-manual', seconds: 120, run: manualLoses },
];

/** Makes a router go away; it returns by itself, or is switched on or resumed by `returns`. */
async function lose(machine: Machine, kind: Kind): Promise<void> {
  if (kind === 'cut') return machine.cut();
  if (kind === 'suspension') return machine.suspend();
  const line = kind === 'reboot' ? 'systemctl reboot' : 'echo c >/proc/sysrq-trigger';
  await machine.run(line, { seconds: 15 });
}

async function keepalivedLoses(pair: Pair, report: Report, kind: Kind): Promise<void> {
  await pair.restore(snapshots.keepalived);
  const [active] = pair.machines;
  const bootId = await active.bootId();
  const watch = await OwnerWatch.begin(pair.network.client);
  const traffic = pair.traffic();
  await sleep(4000);
  await lose(active, kind);
  report.expect(`${kind}: the backup has the addresses within 15 s`, await watch.until(['lvs2'], 15));
  if (kind === 'cut') await active.powerOn();
  await active.bootsAgain(bootId);
  const owner = await watch.untilOne(20);
  report.expect(`${kind}: one router has the addresses after the return`, owner !== null, watch.now().join(' and '));
  await sleep(5000);
  const log = await active.output(
    'journalctl -b -o short-monotonic --no-pager -u lvs-boot -u keepalived | grep -E "Finished|Starting|STATE" || true',
  );
  const rulesFirst =
    log.search(/Finished.*lvs-boot|Finished Linux Virtual Server/) < log.search(/Starting.*[Kk]eepalive/);
  report.expect(`${kind}: rules are loaded before keepalived starts`, rulesFirst, log);
  const { status, output } = await active.run(lvs('diff'));
  report.expect(`${kind}: lvs diff shows no change after the return`, status === 0, output);
  const counted = await traffic.stop();
  report.note(describe(counted));
  report.expect(`${kind}: every request is answered`, counted.answered >= counted.requests - 1, describe(counted));
  report.expect(`${kind}: no stream breaks`, counted.broken === 0, describe(counted));
  owners(report, watch);
}

async function manualLoses(pair: Pair, report: Report): Promise<void> {
  await pair.restore(snapshots.manual);
  const [active, backup] = pair.machines;
  const watch = await OwnerWatch.begin(pair.network.client);
  await active.cut();
  await sleep(3000);
  const { status, output } = await backup.run(lvs('status --check'), { seconds: 60 });
  report.expect('cut, manual: status --check fails while no router has the addresses', status !== 0, output);
  report.expect('cut, manual: status says what takes them over', /takeover|failover/.test(output), output);
  const forced = await backup.run(lvs('failover --to lvs2 --force --yes'), { seconds: 120 });
  report.expect('cut, manual: failover --force takes them over', forced.status === 0, forced.output);
  report.expect('cut, manual: the survivor answers', await watch.until(['lvs2'], 10));
  const back = Date.now();
  await active.powerOn();
  await active.boots();
  await sleep(5000);
  report.expect(
    'cut, manual: the other comes back without them',
    watch.now().join() === 'lvs2',
    watch.now().join(' and '),
  );
  owners(report, watch, back);
}

async function suspended(pair: Pair, report: Report, engine: Engine): Promise<void> {
  await pair.restore(snapshots[engine]);
  const [active, backup] = pair.machines;
  const watch = await OwnerWatch.begin(pair.network.client);
  const traffic = pair.traffic();
  await sleep(3000);
  active.suspend();
  if (engine === 'manual') {
    await sleep(1000);
    const { status, output } = await backup.run(lvs('failover --to lvs2 --force --yes'), { seconds: 120 });
    report.expect('suspension, manual: failover --force takes the addresses over', status === 0, output);
  }
  report.expect(`suspension, ${engine}: the backup has the addresses`, await watch.until(['lvs2'], 15));
  await sleep(5000);
  const resumed = Date.now();
  active.resume();
  await sleep(1500);
  const owner = await watch.untilOne(bound / 1000);
  report.expect(
    `suspension, ${engine}: one owner within 15 s after it resumes`,
    owner !== null,
    watch.now().join(' and '),
  );
  await sleep(6000);
  report.note(describe(await traffic.stop()));
  owners(report, watch, resumed);
}

async function bothGo(pair: Pair, report: Report, engine: Engine): Promise<void> {
  await pair.restore(snapshots[engine]);
  const watch = await OwnerWatch.begin(pair.network.client);
  await pair.both((machine) => machine.cut());
  const [one, two] = pair.machines;
  await two.powerOn();
  await two.boots();
  if (engine === 'keepalived')
    report.expect('both cut, lvs2 back alone: it has the addresses', await watch.until(['lvs2'], 30));
  else {
    const { status, output } = await two.run(lvs('status --check'), { seconds: 60 });
    report.expect('both cut, manual, lvs2 back alone: status --check fails', status !== 0, output);
  }
  const rules = await two.output('ipvsadm -Ln | grep -c "^TCP" || true');
  report.expect(`both cut, ${engine}, lvs2 back alone: it has the rules`, rules === '2', rules);
  await one.powerOn();
  await one.boots();
  if (engine === 'keepalived') {
    report.expect(
      'both cut, then both back: one owner',
      (await watch.untilOne(20)) !== null,
      watch.now().join(' and '),
    );
    await sleep(5000);
    report.expect(
      'both cut, then both back: still one owner',
      (await ownerOf(pair)) !== null,
      watch.now().join(' and '),
    );
  } else {
    const { status, output } = await one.run(lvs('failover --to lvs1 --yes'), { seconds: 120 });
    report.expect('both cut, manual, both back: failover gives the addresses to one', status === 0, output);
    report.expect('both cut, manual, both back: one owner', await watch.until(['lvs1'], 10), watch.now().join(' and '));
  }
  owners(report, watch);
}

/** Ends the watch and holds it against the law. */
export function owners(report: Report, watch: OwnerWatch, after = 0): void {
  const seen = watch.end();
  const two = seen.twoOwners(after);
  report.twoOwners.push(...two);
  report.note(`owners: ${seen.story}; longest without ${(seen.longestWithout() / 1000).toFixed(1)} s`);
  report.expect(
    'two owners never for longer than 15 s',
    two.every((length) => length <= bound),
    two.join(', '),
  );
}
