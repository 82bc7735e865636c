import { setTimeout as sleep } from 'node:timers/promises';
import type { Experiment } from '../lab/experiment.ts';
import type { Machine } from '../lab/machine.ts';
import type { Pair } from '../lab/pair.ts';
import type { Report } from '../lab/report.ts';
import { lvs, snapshots } from '../lab/setup.ts';

/** lvs-monitor.service, as the package installs it, under Debian's own Node and under Node's official build. */
export const service: Experiment = () => [
  ...[1, 2].map((number) => ({
    name: `service-${number === 1 ? 'official-node' : 'debian-node'}`,
    seconds: 130,
    run: (pair: Pair, report: Report) => lifeOf(pair, report, number),
  })),
  { name: 'service-boot-sandbox', seconds: 30, run: sandboxes },
];

const checks = [
  ['address: tcp://10.1.0.50:80', 'check: { http: /, interval: 1s }'],
  ['address: tcp://10.1.0.50:7000', 'check: { exec: /usr/local/bin/check-ping, interval: 2s }'],
] as const;

async function lifeOf(pair: Pair, report: Report, number: number): Promise<void> {
  await pair.restore(snapshots.keepalived);
  const machine = pair.machine(number);
  for (const each of pair.machines)
    await each.put(
      '/usr/local/bin/check-ping',
      '#!/bin/sh\nexec ping -q -c 1 -W 2 "$LVS_REAL_ADDRESS" >/dev/null\n',
      '755',
    );
  let yaml = await pair.machine(1).output('cat /etc/lvs/lvs.yaml');
  yaml += '\n';
  for (const [address, check] of checks) yaml = yaml.replace(address, `${address}\n    ${check}`);
  await pair.machine(1).put('/etc/lvs/lvs.yaml', yaml);
  await pair.machine(1).output(lvs('apply --yes'), { seconds: 180 });

  const node = await machine.output('node -v; dpkg-query -s nodejs | grep ^Version');
  report.note(`Node ${node.replace('\n', ', ')}`);
  const before = Date.now();
  const started = await machine.run('systemctl start lvs-monitor', { seconds: 120 });
  report.note(`start took ${((Date.now() - before) / 1000).toFixed(1)} s`);
  const log = () =>
    machine.run('journalctl -u lvs-monitor --no-pager -o cat | tail -n 12').then(({ output }) => output);
  report.expect('it starts', started.status === 0 && (await state(machine)) === 'active', await log());
  await sleep(8000);
  const weights = () => machine.output(`ipvsadm -Ln | awk '/->.*:[0-9]/ { print $2, $4 }' | sort | tr '\\n' ' '`);
  report.expect(
    'every real server keeps its weight, the check that pings included',
    !/ 0 /.test(await weights()),
    await weights(),
  );
  const security = await machine.output('systemd-analyze security --no-pager lvs-monitor.service | tail -n 1');
  report.note(security.trim());
  const killed = await machine.output(
    'journalctl -b --no-pager | grep -c "lvs-monitor.*\\(SYS\\|signal=SYS\\|dumped\\)" || true',
  );
  report.expect('no system call kills it', killed === '0', killed);

  await pair.realDown(1);
  const isQuiesced = await until(async () => /192\.168\.1\.3:80 0/.test(await weights()), 30);
  report.expect('a real server that goes gets weight 0', isQuiesced, await weights());
  const pings = /192\.168\.1\.3:7000 1/.test(await weights());
  report.expect('the check that pings finds it up still', pings, await weights());
  pair.realsUp();

  // Frozen, it tells systemd nothing.
  const pid = await machine.output('systemctl show -p MainPID --value lvs-monitor');
  await machine.output('systemctl kill --kill-whom=main -s STOP lvs-monitor');
  const isReplaced = await until(async () => {
    const now = await machine.output('systemctl show -p MainPID --value lvs-monitor');
    return now !== pid && now !== '0' && (await state(machine)) === 'active';
  }, 90);
  report.expect('the watchdog replaces one that is frozen', isReplaced, await log());

  const upgraded = await machine.run('dpkg -i /root/lvsadm.deb', { seconds: 120 });
  report.expect('an upgrade succeeds', upgraded.status === 0, upgraded.output);
  const survives = await until(async () => (await state(machine)) === 'active', 60);
  report.expect('it runs after the upgrade', survives, await log());

  await machine.output(
    'cp /etc/lvs/lvs.yaml /root/good.yaml; sed -i "s/scheduler: wrr/scheduler: wrrr/" /etc/lvs/lvs.yaml',
  );
  await machine.run('systemctl restart lvs-monitor', { seconds: 30 });
  const restarts = () => machine.output('systemctl show -p NRestarts --value lvs-monitor').then(Number);
  const fails = await until(async () => (await restarts()) >= 6, 300);
  report.expect('it is started again after more than five failures in a row', fails, `${await restarts()} restarts`);
  await machine.output('cp /root/good.yaml /etc/lvs/lvs.yaml');
  const recovers = await until(async () => (await state(machine)) === 'active', 120);
  report.expect('it recovers by itself when lvs.yaml is right again', recovers, await log());

  const last = await weights();
  const stopped = await machine.run('systemctl stop lvs-monitor', { seconds: 60 });
  report.expect('it stops, and weights stay', stopped.status === 0 && (await weights()) === last, await weights());
}

async function sandboxes(pair: Pair, report: Report): Promise<void> {
  await pair.restore(snapshots.keepalived);
  await pair.both(async (machine) => {
    await machine.output('ipvsadm -C; ipvsadm --stop-daemon master; ipvsadm --stop-daemon backup; true');
    const { status, output } = await machine.run(
      'systemctl restart lvs-boot; journalctl -u lvs-boot -n 8 --no-pager -o cat',
    );
    const rules = await machine.output(
      'ipvsadm -Ln | grep -c "^TCP" || true; ipvsadm -L --daemon | grep -c sync || true',
    );
    report.expect(
      `${machine.name}: lvs-boot.service loads rules and starts sync daemons in its sandbox`,
      rules === '2\n2',
      `${output}\n${rules}`,
    );
    const security = await machine.output('systemd-analyze security --no-pager lvs-boot.service | tail -n 1');
    const exposure = Number(/: ([\d.]+)/.exec(security)?.[1] ?? Number.NaN);
    report.expect(`${machine.name}: exposure of lvs-boot.service is below 5`, status === 0 && exposure < 5, security);
    report.note(`${machine.name}: ${security.trim()}`);
  });
}

async function state(machine: Machine): Promise<string> {
  return (await machine.run('systemctl is-active lvs-monitor')).output.trim();
}

async function until(holds: () => Promise<boolean>, seconds: number): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await holds()) return true;
    await sleep(500);
  }
  return false;
}
