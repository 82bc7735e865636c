import { setTimeout as sleep } from 'node:timers/promises';
import type { Experiment } from '../lab/experiment.ts';
import type { Pair } from '../lab/pair.ts';
import type { Report } from '../lab/report.ts';
import { snapshots } from '../lab/setup.ts';

/** Takeovers by keepalived on busy machines, at several advertisement intervals and priorities: a measurement, nothing is asserted. */
export const busy: Experiment = () => [{ name: 'busy-election', seconds: 260, long: true, run: measure }];

const intervals = [0.1, 0.2, 0.3, 1];
const priorities = {
  plain: '',
  nice: 'vrrp_priority -20',
  realtime: 'vrrp_rt_priority 50\nvrrp_rlimit_rttime 5000000\nvrrp_no_swap',
};
const loads = [
  { load: 'idle', loops: 0, nice: 0 },
  { load: '6 busy loops', loops: 6, nice: 0 },
  { load: '6 busy loops of nice -20', loops: 6, nice: -20 },
];
const seconds = 60;

async function measure(pair: Pair, report: Report): Promise<void> {
  await pair.restore(snapshots.fresh);
  await pair.both(async (machine) => {
    await machine.output('systemctl stop keepalived; mkdir -p /root/busy');
    for (const [index, [name, words]] of Object.entries(priorities).entries()) {
      const file = `/root/busy/${name}`;
      await machine.put(`${file}.conf`, conf(machine.number, 60 + 10 * index, name, words));
      const places = `-f ${file}.conf -p ${file}.pid -r ${file}.vrrp.pid`;
      await machine.output(`keepalived -l -n -P ${places} >${file}.log 2>&1 </dev/null & sleep 1`);
    }
  });
  await sleep(10_000);
  for (const { load, loops, nice } of loads) {
    const before = await count(pair);
    const script = `${'(while :; do :; done) & '.repeat(loops)} sleep 1000`;
    const line = `systemd-run --quiet --unit=busy --property=Nice=${nice} sh -c '${script}'`;
    await pair.both((machine) => machine.output(line));
    await sleep(seconds * 1000);
    await pair.both((machine) =>
      machine.output('systemctl stop busy; systemctl reset-failed busy || true', { seconds: 240 }),
    );
    const after = await count(pair);
    for (const name of Object.keys(priorities)) {
      const cells = intervals.map((interval) => {
        const key = `${name}-${interval}`;
        return `${interval} s: ${(after.get(key) ?? 0) - (before.get(key) ?? 0)}`;
      });
      report.note(`${load}, ${name}: takeovers in ${seconds} s at ${cells.join(', ')}`);
    }
  }
}

function conf(number: number, firstId: number, name: string, words: string): string {
  const instances = intervals.map(
    (interval, index) => `vrrp_instance ${name}-${interval} {
  state BACKUP
  nopreempt
  interface eth1
  virtual_router_id ${firstId + index}
  version 3
  priority ${200 - 50 * number}
  advert_int ${interval}
  virtual_ipaddress { 192.168.1.${firstId + index}/32 dev eth1 }
}
`,
  );
  return `global_defs {\nrouter_id lvs${number}\n${words}\n}\n${instances.join('')}`;
}

/** How often each instance has become master, on either machine. */
async function count(pair: Pair): Promise<Map<string, number>> {
  const logs = await pair.both((machine) => machine.output('cat /root/busy/*.log', { seconds: 60 }));
  const counts = new Map<string, number>();
  for (const [, name = ''] of logs.join('\n').matchAll(/\((\S+)\) Entering MASTER STATE/g))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
