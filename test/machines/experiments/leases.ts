import { setTimeout as sleep } from 'node:timers/promises';
import type { Experiment } from '../lab/experiment.ts';
import type { Machine } from '../lab/machine.ts';
import { OwnerWatch } from '../lab/owners.ts';
import type { Pair } from '../lab/pair.ts';
import type { Report } from '../lab/report.ts';
import { lvs, snapshots } from '../lab/setup.ts';
import { bound, owners } from './gone.ts';

/** What takes an address gives it back by itself unless it hears that the run went on; --confirm rolls back whatever happens. */
export const leases: Experiment = () => [
  { name: 'lease-target-suspended', seconds: 110, run: targetSuspended },
  { name: 'lease-killed', seconds: 90, run: killed },
  { name: 'confirm-reboot', seconds: 150, run: confirmAcrossReboot },
  { name: 'confirm-logind', seconds: 120, run: confirmWithoutSession },
];

/**
 * Puts a program before ip(8) that says on the console that floating addresses come, before and after they do.
 * @param lingering seconds by which it ends later than the addresses came, so that nothing else has been done yet
 */
async function watchEnabling(machine: Machine, lingering = 0): Promise<void> {
  const path = await machine.output('readlink -f "$(command -v ip)"');
  const script = `#!/bin/sh
case "$*" in
  *-batch*)
    lines=$(cat; echo .)
    case $lines in
      *'addr add'*10.1.0.50*|*'addr replace'*10.1.0.50*|*'address add'*10.1.0.50*)
        echo MACHINES-ENABLING >/dev/console
        sleep 0.3
        printf %s "\${lines%.}" | ${path}.real "$@"
        status=$?
        echo MACHINES-ENABLED >/dev/console
        sleep ${lingering}
        exit $status ;;
      *) printf %s "\${lines%.}" | exec ${path}.real "$@" ;;
    esac ;;
  *add*10.1.0.50*)
    echo MACHINES-ENABLING >/dev/console
    sleep 0.3
    ${path}.real "$@"
    status=$?
    echo MACHINES-ENABLED >/dev/console
    sleep ${lingering}
    exit $status ;;
esac
exec ${path}.real "$@"
`;
  await machine.output(`mv '${path}' '${path}.real' && cat >'${path}' && chmod 755 '${path}'`, { input: script });
}

async function targetSuspended(pair: Pair, report: Report): Promise<void> {
  await pair.restore(snapshots.manual);
  const [active, target] = pair.machines;
  await watchEnabling(target);
  const watch = await OwnerWatch.begin(pair.network.client);
  const running = active.start(lvs('failover --to lvs2 --yes'));
  const seen = await target.saysOnConsole('MACHINES-ENABLING', 60);
  target.suspend();
  report.expect('the target is suspended as it enables the addresses', seen);
  const { status, output } = await running.within(120_000);
  report.note(`failover: status ${status}: ${output.split('\n').slice(-3).join(' / ')}`);
  report.expect('the failover fails and says so (3 or 5)', status === 3 || status === 5, output);
  report.expect('the old router serves on', await watch.until(['lvs1'], 15), watch.now().join(' and '));
  const resumed = Date.now();
  target.resume();
  await sleep(4000);
  const owner = await watch.untilOne(bound / 1000);
  report.expect('one owner within 15 s after the target resumes', owner !== null, watch.now().join(' and '));
  await sleep(5000);
  owners(report, watch, resumed);
}

async function killed(pair: Pair, report: Report): Promise<void> {
  await pair.restore(snapshots.manual);
  const [active, target] = pair.machines;
  await watchEnabling(target, 6);
  const watch = await OwnerWatch.begin(pair.network.client);
  const running = active.start(`${lvs('failover --to lvs2 --yes')} & echo $! >/root/lvs.pid; wait $!`);
  const seen = await target.saysOnConsole('MACHINES-ENABLED', 60);
  await active.run('kill -9 $(cat /root/lvs.pid); pkill -9 -P $(cat /root/lvs.pid); pkill -9 -f "failover --to lvs2"');
  const at = Date.now();
  report.expect('lvs is killed between enabling and disabling', seen);
  await running.within(20_000);
  report.note(`owners when lvs is dead: ${watch.now().join(' and ')}`);
  await sleep(2000);
  const owner = await watch.untilOne(bound / 1000);
  report.expect('one owner within 15 s after lvs was killed', owner !== null, watch.now().join(' and '));
  await sleep(3000);
  const { status, output } = await active.run(lvs('failover --to lvs2 --yes'), { seconds: 120 });
  report.expect('another failover succeeds afterwards', status === 0, output);
  owners(report, watch, at);
}

async function confirmAcrossReboot(pair: Pair, report: Report): Promise<void> {
  await pair.restore(snapshots.keepalived);
  const [one, two] = pair.machines;
  const bootId = await two.bootId();
  const running = one.start(lvs('real set web 192.168.1.2 --weight 7 --confirm 60 --yes'));
  const isArmed = await running.says(/confirm/i, 60_000);
  const until = Date.now() + 75_000;
  report.expect('a change waits to be confirmed', isArmed, running.output);
  await two.run('systemctl reboot', { seconds: 15 });
  running.kill('SIGKILL');
  await one.run('pkill -9 -f "lvs real set"; true');
  await two.bootsAgain(bootId);
  await sleep(Math.max(0, until - Date.now()));
  for (const machine of pair.machines) {
    const has = await machine.output(
      'ipvsadm -Ln | grep -c " 7 " || true; grep -c "weight: 7" /etc/lvs/lvs.yaml || true',
    );
    report.expect(`${machine.name}: rolled back after the deadline, across a reboot of lvs2`, /^0\n0$/.test(has), has);
  }
  const { status, output } = await one.run(lvs('diff'));
  report.expect('nothing differs afterwards', status === 0, output);
}

async function confirmWithoutSession(pair: Pair, report: Report): Promise<void> {
  await pair.restore(snapshots.keepalived);
  await pair.both(async (machine) => {
    const conf = '[Login]\nKillUserProcesses=yes\nKillExcludeUsers=\n';
    await machine.output('mkdir -p /etc/systemd/logind.conf.d');
    await machine.put('/etc/systemd/logind.conf.d/kill.conf', conf);
    await machine.output('systemctl restart systemd-logind');
  });
  const [one] = pair.machines;
  const running = one.start(lvs('real set web 192.168.1.2 --weight 7 --confirm 30 --yes'));
  report.expect('a change waits to be confirmed', await running.says(/confirm/i, 60_000), running.output);
  // Its session goes, and everything that logind finds in it.
  running.kill('SIGKILL');
  await one.run(
    'loginctl list-sessions --no-legend | while read -r id rest; do loginctl terminate-session "$id"; done',
    {
      seconds: 15,
    },
  );
  await sleep(45_000);
  for (const machine of pair.machines) {
    const has = await machine.output(
      'ipvsadm -Ln | grep -c " 7 " || true; grep -c "weight: 7" /etc/lvs/lvs.yaml || true',
    );
    report.expect(`${machine.name}: rolled back after the deadline, its session long ended`, /^0\n0$/.test(has), has);
  }
}
