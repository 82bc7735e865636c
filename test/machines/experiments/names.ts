import type { Experiment } from '../lab/experiment.ts';
import type { Machine } from '../lab/machine.ts';
import type { Pair } from '../lab/pair.ts';
import type { Report } from '../lab/report.ts';
import { lvs, snapshots, untilOwner } from '../lab/setup.ts';

/** Names of machines that say nothing, or the wrong thing, and copies of lvs.yaml that disagree. */
export const names: Experiment = () => [
  { name: 'names', seconds: 60, run: wrongNames },
  { name: 'older-copy', seconds: 130, run: olderCopy },
];

/** Runs lvs under another host name. */
function as(machine: Machine, name: string, words: string) {
  return machine.run(`unshare --uts sh -c 'hostname ${name} && ${lvs(words)}'`, { seconds: 120 });
}

async function wrongNames(pair: Pair, report: Report): Promise<void> {
  await pair.restore(snapshots.keepalived);
  const [one, two] = pair.machines;
  for (const name of ['gateway', 'lvs1.example.org']) {
    const { status, output } = await as(one, name, 'diff');
    report.expect(`lvs1 called ${name} knows which router it is`, status === 0, output);
  }
  const cloned = await as(one, 'lvs2', 'diff');
  report.expect('lvs1 called lvs2 does not take itself for lvs2', cloned.status === 0, cloned.output);
  // A workstation that is called lvs1: neither router's address is its own, and its tables are empty.
  const yaml = (await one.output('cat /etc/lvs/lvs.yaml')).replaceAll('root@192.168.1.1', 'root@10.9.0.1');
  await two.put('/root/lvs.yaml', yaml);
  const hosts = `ssh-keyscan -T 10 10.9.0.11 2>/dev/null | sed "s/^/\\n/" >/dev/null; true`;
  await two.run(hosts);
  const line = `ip netns add desk && ip link add desk0 type veth peer name eth0 netns desk && ip addr add 10.8.0.1/24 dev desk0 && ip link set desk0 up && ip -n desk addr add 10.8.0.2/24 dev eth0 && ip -n desk link set eth0 up && ip -n desk link set lo up && ip -n desk route add default via 10.8.0.1 && sysctl -q -w net.ipv4.ip_forward=1 && nft add table ip desk && nft 'add chain ip desk post { type nat hook postrouting priority 100; }' && nft add rule ip desk post ip saddr 10.8.0.2 masquerade`;
  await two.output(line);
  for (const name of ['lvs1', 'lvs1.office.example']) {
    const words = lvs('apply --yes -c /root/lvs.yaml');
    const { output } = await two.run(`ip netns exec desk unshare --uts sh -c 'hostname ${name} && ${words}'`, {
      seconds: 120,
    });
    const own = await two.output('ip netns exec desk ipvsadm -Ln | grep -c "^TCP" || true');
    report.expect(`a workstation called ${name} does not take itself for the router`, own === '0', output);
  }
}

async function olderCopy(pair: Pair, report: Report): Promise<void> {
  await pair.restore(snapshots.keepalived);
  const [one, two] = pair.machines;
  await one.cut();
  await untilOwner(pair, 1);
  const added = await two.run(lvs('vip add 10.1.0.60:80 --name w2 --yes --on lvs2'), { seconds: 180 });
  report.expect('a change with --on lvs2 succeeds while lvs1 is off', added.status === 0, added.output);
  await one.powerOn();
  await one.boots();
  const status = await one.run(lvs('status'), { seconds: 60 });
  report.expect(
    'status on lvs1 says that lvs2 has the newer lvs.yaml',
    /older|newer/i.test(status.output),
    status.output,
  );
  const applied = await one.run(lvs('apply --yes'), { seconds: 180 });
  report.expect('apply on lvs1 is refused (4)', applied.status === 4, applied.output);
  const kept = await two.output(
    'grep -c 10.1.0.60 /etc/lvs/lvs.yaml || true; ip -o -4 addr show to 10.1.0.60 | wc -l; ipvsadm -Ln | grep -c 10.1.0.60 || true',
  );
  report.expect('the newer lvs.yaml and its virtual server stay on lvs2', /^1\n[01]\n1$/.test(kept), kept);
}
