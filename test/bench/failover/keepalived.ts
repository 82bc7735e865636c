import { setTimeout as pause } from 'node:timers/promises';
import type { RehearsalCluster } from '../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import { holdersOf } from '../../../src/rehearsal/failover.ts';
import { typeAt } from './type-at.ts';

/** The configuration of a router that leaves everything but the rules to keepalived. */
function configuration(router: string, priority: number, advertInterval: number): string {
  return `global_defs {
  router_id ${router}
  lvs_sync_daemon eth1 VI_1 id 7 maxlen 200
}
vrrp_instance VI_1 {
  state BACKUP
  interface eth1
  virtual_router_id 51
  priority ${priority}
  version 3
  advert_int ${advertInterval}
  nopreempt
  virtual_ipaddress {
    1.2.3.1/32 dev eth0 label eth0:1
    192.168.1.254/32 dev eth1 label eth1:1
  }
}
`;
}

const rules = `-A -t 1.2.3.1:80 -s wrr
-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 2
-a -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 1
`;

/** Freshly installed routers with the figure's rules, on which keepalived elects the first. */
export async function installKeepalived(cluster: RehearsalCluster, advertInterval: number): Promise<void> {
  await cluster.reset(null);
  for (const [index, { name }] of cluster.routers.entries()) {
    await typeAt(cluster, name, 'tee /proc/sys/net/ipv4/vs/sync_threshold', '0 1\n');
    await typeAt(cluster, name, 'ipvsadm -R', rules);
    await typeAt(cluster, name, 'tee /run/keepalived.conf', configuration(name, 150 - 50 * index, advertInterval));
    await typeAt(cluster, name, 'chmod 644 /run/keepalived.conf');
  }
  for (const { name } of cluster.routers) await startKeepalived(cluster, name);
  await oneMaster(cluster);
}

export async function startKeepalived(cluster: RehearsalCluster, router: string): Promise<void> {
  await typeAt(cluster, router, 'keepalived -P -f /run/keepalived.conf');
}

/** Asks the master to end, as its service manager does. Returns when another has the addresses. */
export async function stopMaster(cluster: RehearsalCluster): Promise<string> {
  const master = await oneMaster(cluster);
  const pid = await typeAt(cluster, master, 'cat /run/keepalived.pid');
  await typeAt(cluster, master, `kill -TERM ${pid.trim()}`);
  await holders(cluster, (names) => names.length === 1 && names[0] !== master);
  return master;
}

/** The router that has the addresses, once it is the only one. */
export async function oneMaster(cluster: RehearsalCluster): Promise<string> {
  const [master = ''] = await holders(cluster, (names) => names.length === 1);
  return master;
}

const patienceMilliseconds = 30_000;

async function holders(cluster: RehearsalCluster, areRight: (names: string[]) => boolean): Promise<string[]> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    const names = await holdersOf(cluster);
    if (areRight(names)) return names;
    if (performance.now() > deadline) throw new Error(`the addresses are on ${names.join(' and ') || 'no router'}`);
    await pause(100);
  }
}
