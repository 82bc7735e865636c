import { setTimeout as sleep } from 'node:timers/promises';
import type { Experiment } from '../lab/experiment.ts';
import type { Machine } from '../lab/machine.ts';
import { OwnerWatch } from '../lab/owners.ts';
import type { Pair } from '../lab/pair.ts';
import type { Report } from '../lab/report.ts';
import { type Engine, lvs, makeActive, snapshots } from '../lab/setup.ts';
import { owners } from './gone.ts';

interface Manager {
  readonly name: string;
  /** The router that it runs on. */
  readonly router: number;
  /** Hands eth0 over to it. */
  readonly prepare: string | null;
  readonly acts: readonly string[];
}

const networkd = `mkdir -p /etc/systemd/network
printf '[Match]\\nName=eth0\\n[Network]\\nAddress=10.1.0.12/24\\nIPv6AcceptRA=no\\n' >/etc/systemd/network/e0.network
printf '[Match]\\nName=eth1 eth2\\n[Link]\\nUnmanaged=yes\\n' >/etc/systemd/network/e1.network
systemctl start systemd-networkd && sleep 3`;
const networkManager = `mkdir -p /etc/NetworkManager/conf.d
printf '[main]\\nplugins=keyfile\\n[keyfile]\\nunmanaged-devices=interface-name:eth1;interface-name:eth2\\n' >/etc/NetworkManager/conf.d/m.conf
sed -i '/eth0/,+2d' /etc/network/interfaces
systemctl start NetworkManager && sleep 3
nmcli connection add type ethernet ifname eth0 con-name e0 ipv4.method manual ipv4.addresses 10.1.0.12/24 ipv6.method disabled
nmcli connection up e0`;

/** Programs that configure network devices act on the active router. */
const managers: readonly Manager[] = [
  { name: 'ifupdown', router: 1, prepare: null, acts: ['ifdown eth0; ifup eth0'] },
  {
    name: 'networkd',
    router: 2,
    prepare: networkd,
    acts: ['networkctl reload', 'networkctl reconfigure eth0', 'systemctl restart systemd-networkd'],
  },
  {
    name: 'networkmanager',
    router: 2,
    prepare: networkManager,
    acts: ['nmcli connection reload', 'nmcli device reapply eth0', 'nmcli connection up e0'],
  },
];

export const networkManagers: Experiment = () =>
  managers.flatMap((manager) =>
    (['keepalived', 'manual'] as const).map((engine) => ({
      name: `managers-${manager.name}-${engine}`,
      seconds: 60 + 25 * manager.acts.length,
      run: (pair: Pair, report: Report) => managed(pair, report, manager, engine),
    })),
  );

async function managed(pair: Pair, report: Report, manager: Manager, engine: Engine): Promise<void> {
  await pair.restore(snapshots[engine]);
  const machine = pair.machine(manager.router);
  if (manager.prepare !== null) await machine.output(manager.prepare, { seconds: 60 });
  await makeActive(pair, machine);
  const warned = await machine.run(lvs('doctor'), { seconds: 120 });
  report.expect(
    `${manager.name}: doctor tells beforehand who manages eth0`,
    new RegExp(`${manager.name === 'networkd' ? 'networkd' : manager.name}.*eth0|eth0.*${manager.name}`, 'i').test(
      warned.output,
    ),
    warned.output,
  );
  const watch = await OwnerWatch.begin(pair.network.client);
  for (const act of manager.acts) await actOnce(pair, report, machine, { act, engine, watch, name: manager.name });
  owners(report, watch);
}

interface Acting {
  readonly act: string;
  readonly engine: Engine;
  readonly watch: OwnerWatch;
  readonly name: string;
}

async function actOnce(pair: Pair, report: Report, machine: Machine, { act, engine, watch, name }: Acting) {
  const done = await machine.run(act, { seconds: 60 });
  report.note(`${engine}: ${act}: status ${done.status}`);
  await sleep(5000);
  const owner = await watch.untilOne(10);
  report.note(`  owner afterwards: ${owner ?? 'none'}`);
  const title = `${name}, ${engine}, ${act}`;
  if (engine === 'keepalived') report.expect(`${title}: one router has the address`, owner !== null);
  else if (owner === null) {
    const { status, output } = await pair.machine(1).run(lvs('status --check'), { seconds: 60 });
    const [first = ''] = output.split('\n').filter((line) => line !== '' && !line.startsWith('lvs: waiting'));
    report.expect(
      `${title}: status --check fails, and names the loss first`,
      status !== 0 && /10\.1\.0\.50|no router|address/i.test(first),
      output,
    );
    const applied = await machine.run(lvs(`failover --to ${machine.name} --yes`), { seconds: 120 });
    report.expect(`${title}: failover --to brings it back`, applied.status === 0, applied.output);
    await watch.untilOne(10);
  }
  if (engine === 'keepalived') await makeActive(pair, machine);
}
