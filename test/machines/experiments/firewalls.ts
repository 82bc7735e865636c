import { setTimeout as sleep } from 'node:timers/promises';
import { lvsYaml } from '../lab/declared.ts';
import type { Experiment } from '../lab/experiment.ts';
import type { Pair } from '../lab/pair.ts';
import type { Report } from '../lab/report.ts';
import { lvs, ownerOf, snapshots } from '../lab/setup.ts';

const nftables = `flush ruleset
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iif lo accept
    tcp dport 22 accept
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
  }
}
`;

interface Firewall {
  readonly name: string;
  readonly up: string;
  readonly opened: string;
}

/** Firewalls that drop what is not allowed, before the first apply. */
const kinds: readonly Firewall[] = [
  {
    name: 'nftables',
    up: 'nft -f /etc/nftables.conf',
    opened: `nft insert rule inet filter input ip protocol vrrp accept
nft insert rule inet filter input udp dport 8848 accept
nft insert rule inet filter input ip protocol icmp accept
nft insert rule inet filter input tcp dport '{ 80, 7000 }' accept
nft insert rule inet filter forward accept`,
  },
  {
    name: 'firewalld',
    up: 'systemctl start firewalld && sleep 2 && firewall-cmd -q --add-service=ssh',
    opened: `firewall-cmd -q --add-protocol=vrrp
firewall-cmd -q --add-port=8848/udp --add-port=80/tcp --add-port=7000/tcp
firewall-cmd -q --zone=public --add-forward`,
  },
];

export const firewalls: Experiment = () =>
  kinds.map((kind) => ({
    name: `firewalls-${kind.name}`,
    seconds: 110,
    run: (pair: Pair, report: Report) => closed(pair, report, kind),
  }));

async function closed(pair: Pair, report: Report, { name, up, opened }: Firewall): Promise<void> {
  await pair.restore(snapshots.fresh);
  const [one] = pair.machines;
  await pair.both(async (machine) => {
    await machine.put('/etc/nftables.conf', nftables);
    await machine.output(up, { seconds: 60 });
  });
  // Replies are none of a connection that firewalls know, and dropped as invalid, unless IPVS says so.
  await one.put('/etc/lvs/lvs.yaml', lvsYaml('keepalived', 'settings: { conntrack: 1 }\n'));
  const doctor = await one.run(lvs('doctor'), { seconds: 120 });
  report.expect(
    `${name}: doctor says before the first apply that VRRP is dropped`,
    /firewall.*vrrp|vrrp.*(drop|reject|firewall)|112/i.test(doctor.output),
    doctor.output,
  );
  const applied = await one.run(lvs('apply --yes'), { seconds: 180 });
  await sleep(6000);
  const both = await pair.both((machine) => machine.run('ip -o -4 addr show to 10.1.0.50 | grep -q .'));
  const masters = both.filter(({ status }) => status === 0).length;
  const isTold = /firewall|vrrp/i.test(applied.output);
  report.expect(
    `${name}: apply makes no two masters (status ${applied.status}, ${masters} owners)`,
    masters < 2,
    applied.output,
  );
  report.expect(`${name}: apply names the firewall`, isTold, applied.output);
  await pair.both((machine) => machine.output(opened));
  await one.run(lvs('doctor --fix --yes'), { seconds: 180 });
  if (applied.status !== 0) {
    const again = await one.run(lvs('apply --yes'), { seconds: 180 });
    report.expect(`${name}: apply succeeds when the firewall is open`, again.status === 0, again.output);
  }
  await sleep(6000);
  report.expect(`${name}: one owner when the firewall is open`, (await ownerOf(pair)) !== null);
  const traffic = pair.traffic({ rate: 10, streams: 2 });
  await sleep(3000);
  const { requests, answered } = await traffic.stop();
  report.expect(`${name}: clients are served`, answered === requests, `${answered} of ${requests}`);
  const { status, output } = await one.run(lvs('failover --yes'), { seconds: 120 });
  report.expect(`${name}: failover succeeds`, status === 0, output);
}
