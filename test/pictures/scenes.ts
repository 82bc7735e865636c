import { setTimeout as pause } from 'node:timers/promises';
import type { Host } from '../../src/rehearsal/cluster/host.ts';
import type { RehearsalCluster } from '../../src/rehearsal/cluster/rehearsal-cluster.ts';
import { TestTerminal } from '../support/terminal.ts';

/** What a terminal shows at the end of a scene, with its colours. */
export interface Shot {
  /** For those who do not see it. */
  readonly title: string;
  readonly columns: number;
  /** As tmux(1) writes them. */
  readonly rows: readonly string[];
}

/** All pictures are as wide as each other; the longest line is folded before its rates. */
const columns = 86;
const web = { protocol: 'tcp', address: '1.2.3.1', port: 80 } as const;
/** Until rates are those of the traffic: IPVS smooths them. */
const settlingMilliseconds = 15_000;

/** Plays the scenes of the pictures, one after the other, with clients all the while; by the names of the pictures. */
export async function playScenes(cluster: RehearsalCluster): Promise<Readonly<Record<string, Shot>>> {
  const [lvs1, lvs2] = cluster.routers as [Host, Host];
  await type(lvs1, 'lvs apply --yes');
  const client = await cluster.startClient();
  await client.start({ endpoints: [web], connectionsPerSecond: 45, streams: 12 }, 'pictures');
  await pause(settlingMilliseconds);
  const apply = await questionOfApply(lvs1);
  const watching = await open(lvs2, 18);
  await watching.line('lvs status --watch');
  const failover = await failoverWithSteps(lvs1);
  const watch = await watchOfSomethingWrong(watching, lvs1, lvs2);
  await client.stop();
  client.close();
  return { apply, failover, watch };
}

async function type(host: Host, line: string): Promise<void> {
  const { status, stderr } = await host.run(['sh', '-c', line]);
  if (status !== 0) throw new Error(`${host.name}: ${line}: status ${status}\n${stderr}`);
}

/** Somebody's work by hand, what `diff` says of it, and what `apply` asks. */
async function questionOfApply(router: Host): Promise<Shot> {
  const terminal = await open(router, 40);
  await terminal.line('ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 9');
  await terminal.line('ipvsadm -a -t 1.2.3.1:80 -r 192.168.1.9:80 -m -w 0');
  await terminal.line('lvs diff');
  await terminal.until('To do:');
  await terminal.line('lvs apply');
  await terminal.until('Go on? [y/N]');
  const rows = await terminal.coloured();
  await terminal.line('y');
  await terminal.until('Done:');
  await terminal.close();
  return { title: 'lvs diff, and what lvs apply asks', columns, rows };
}

/** The steps, which go to standard error, and who is active then. */
async function failoverWithSteps(router: Host): Promise<Shot> {
  const terminal = await open(router, 40);
  await terminal.line('lvs failover --yes | tail -n 1');
  await terminal.until('Done:');
  await pause(settlingMilliseconds);
  await terminal.line('lvs status');
  await terminal.until(/failover is manual.*\n(.*\n)*lvs1#\n*$/);
  const rows = await terminal.coloured();
  await terminal.close();
  // Without the prompt that waits for the next command.
  const end = rows.findLastIndex((row) => row !== '');
  return { title: 'lvs failover, and lvs status after it', columns, rows: rows.slice(0, end) };
}

/** Forwarding off on the router that has given up its addresses, and a weight changed by hand on the other. */
async function watchOfSomethingWrong(watching: TestTerminal, backup: Host, active: Host): Promise<Shot> {
  await type(backup, 'sysctl -w net.ipv4.ip_forward=0');
  await type(active, 'ipvsadm -e -t 1.2.3.1:80 -r 192.168.1.3:80 -m -w 2');
  await watching.until('does not forward');
  await watching.until('1 difference');
  const rows = await watching.coloured();
  await watching.keys('q');
  await watching.close();
  return { title: 'lvs status --watch', columns, rows };
}

function open(router: Host, rows: number): Promise<TestTerminal> {
  return TestTerminal.open((argv) => router.run(argv), `pictures-${router.name}`, columns, rows, `${router.name}#`);
}
