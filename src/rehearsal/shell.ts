import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeSync } from 'node:fs';
import type { Host } from './cluster/host.ts';
import { markProbes } from './cluster/marks.ts';
import { environment } from './cluster/process.ts';
import { openToOthers } from './cluster/programs.ts';
import type { RehearsalEvent } from './events.ts';
import { holdersOf } from './failover.ts';
import { terminalDevice } from './kernel/init-script.ts';
import { typeLvs } from './lvs-command.ts';
import type { TerminalSize } from './plan.ts';
import { buildAndTell, type RehearsalPlan } from './rehearsal.ts';
import type { Topology } from './topology/topology.ts';

/**
 * Builds and applies the cluster, and gives the user a prompt on the active router.
 * @returns the shell's exit status
 */
export async function openShell(plan: RehearsalPlan, size: TerminalSize): Promise<number> {
  // Not this program's own: Node does not survive it when a terminal is hung up that it uses itself.
  const terminal = openSync(terminalDevice, 'r+');
  const say = (text: string) => writeSync(terminal, `${text}\n`);
  const tell = (event: RehearsalEvent) => {
    if (event.type === 'step') say(`${event.detail} …`);
    if (event.type === 'command-finished') say(`${event.router}# ${event.command}\n${event.output.trimEnd()}`);
  };
  const cluster = await buildAndTell(plan, tell);
  const [first] = cluster.routers;
  if (first === undefined) throw new RangeError('a rehearsal needs a router');
  await typeLvs(first, ['apply', '--yes'], tell);
  for (const target of plan.topology.targets) await markProbes(cluster.routers, target);
  await openToOthers([cluster.client, ...cluster.realServers]);
  const [active = first.name] = await holdersOf(cluster);
  say(greeting(plan.topology, active));
  spawnSync('stty', ['rows', `${size.rows}`, 'columns', `${size.columns}`], { stdio: [terminal, 'ignore', 'ignore'] });
  return shellOn(cluster.host(active), terminal);
}

async function shellOn(router: Host, terminal: number): Promise<number> {
  // A session of its own, because the one that has the terminal is outside of the router's process namespace.
  const argv = await router.argvThere(['setsid', '--ctty', '--wait', 'bash', '-i'], { directory: environment.HOME });
  const [program = '', ...words] = argv;
  const shell = spawn(program, words, { stdio: [terminal, terminal, terminal], env: environment });
  const [status] = (await once(shell, 'exit')) as [number | null];
  return status ?? 1;
}

/** What the user reads before the first prompt. */
export function greeting({ client, routers, realServers, targets }: Topology, active: string): string {
  const others = [...routers.map(({ name }) => name).filter((name) => name !== active), client.name];
  const names = [...others, ...realServers.map(({ name }) => name)];
  const probe = targets.flatMap(({ probes }) => probes).find(({ protocol }) => protocol === 'tcp');
  const host = probe?.address.includes(':') ? `[${probe.address}]` : probe?.address;
  return [
    '',
    `You are on ${active}, a router of the cluster in its own kernel: nothing here touches your machine.`,
    `Other hosts: ${names.join(', ')}. To run a command there: on HOST COMMAND…`,
    `  lvs status${probe == null ? '' : `\n  on ${client.name} curl -s http://${host}:${probe.port}/`}`,
    'Leave with exit.',
    '',
  ].join('\n');
}
