import { appendFile, rm } from 'node:fs/promises';
import type { Running } from '../../src/rehearsal/cluster/process.ts';
import { run, runWell } from '../../src/rehearsal/cluster/process.ts';
import type { Monitors } from './monitors.ts';
import { type Violation, violation } from './played.ts';
import type { Fault, FaultKind, Leg } from './schedule.ts';
import { startKeepalived } from './systemd-stand-ins.ts';
import { desk, laptop, type World } from './world.ts';

/** What a fault can be done to. */
export interface Victim {
  readonly world: World;
  readonly leg: Leg;
  /** The machine where lvs runs. */
  readonly from: string;
  /** The router of the fault, and the other one. */
  readonly router: string;
  readonly peer: string;
  readonly running: Running;
  readonly monitors: Monitors;
  /** Which routers lvs may be unable to know, or what another user did, comes to stand here. */
  readonly notes: Notes;
}

export interface Notes {
  killed: boolean;
  /** When lvs got its first SIGINT or SIGTERM, by performance.now(). */
  interruptedAt: number | null;
  readonly cutOff: Set<string>;
  readonly rules: Set<string>;
  readonly weights: Set<string>;
  second: boolean;
  edit: boolean;
  readonly violations: Violation[];
}

/** Ends what was done. */
export type Heal = () => Promise<unknown>;
type Strike = (victim: Victim, fault: Fault) => Promise<Heal | undefined>;

const foreignService = '9.9.9.9:99';
/** The line that another user writes into lvs.yaml. */
export const editOfAnother = '# edited by another user';

/** Kinds for which a program is made to fail beforehand have no entry. */
export const strikes: Partial<Record<FaultKind, Strike>> = {
  kill: (victim) => signal(victim, 'SIGKILL'),
  term: (victim) => signal(victim, 'SIGTERM'),
  int: (victim) => signal(victim, 'SIGINT'),
  'ssh-client': async ({ world, from }) => {
    await world.host(from).run(['pkill', '-KILL', '-x', 'ssh']);
    return undefined;
  },
  'ssh-server': async ({ world, router, from }) => {
    // The session, and not the daemon that listens.
    await world.host(router === from ? other(router) : router).run(['pkill', '-KILL', '-f', '^sshd: [^/]']);
    return undefined;
  },
  cut: async ({ world, router, notes, leg }, { network }) => {
    const device = network === 'public' ? 'eth0' : 'eth1';
    // Over the other network it is still reached, where lvs.yaml says how.
    if (device === 'eth1' && !leg.change.after.twoWays) notes.cutOff.add(router);
    await world.cluster.cutNetwork(router, device);
    return () => world.cluster.mendNetwork(router, device);
  },
  split: async ({ world, from, router, notes, leg }, { network }) => {
    const isLost = from !== desk && network === 'private' && !leg.change.after.twoWays;
    if (isLost) notes.cutOff.add(router === from ? other(router) : router);
    const isolate = (how: string) =>
      Promise.all(
        world.portsIn(network).map((port) => runWell(['bridge', 'link', 'set', 'dev', port, 'isolated', how])),
      );
    await isolate('on');
    return () => isolate('off');
  },
  'one-way': async ({ world, from, router, peer, notes, leg }, { network }) => {
    const isLost = from !== desk && network === 'private' && !leg.change.after.twoWays;
    if (isLost) notes.cutOff.add(router === from ? peer : router);
    const device = network === 'public' ? 'eth0' : 'eth1';
    const source = `${network === 'public' ? '1.2.3' : '192.168.1'}.${peer === 'lvs1' ? 11 : 12}`;
    const rule = ['INPUT', '-i', device, '-s', source, '-j', 'DROP'];
    await world.host(router).run(['iptables-legacy', '-w', '-I', ...rule]);
    return () => world.host(router).run(['iptables-legacy', '-w', '-D', ...rule]);
  },
  freeze: async ({ world, router, notes }) => {
    notes.cutOff.add(router);
    const all = (how: string) => world.host(router).run(['sh', '-c', `kill -${how} -1`]);
    await all('STOP');
    // A machine that stands still does not answer ARP either.
    for (const device of ['eth0', 'eth1']) await world.cluster.cutNetwork(router, device);
    return async () => {
      for (const device of ['eth0', 'eth1']) await world.cluster.mendNetwork(router, device);
      await all('CONT');
      await world.resume(router);
    };
  },
  'full-run': async (victim, fault) => {
    const place = victim.world.host(machineOf(victim, fault));
    const fill = 'mount -o remount,size=16M /run; head -c 32M /dev/zero >/run/full 2>/dev/null; true';
    await place.run(['sh', '-c', fill]);
    return () => place.run(['rm', '-f', '/run/full']);
  },
  'full-disk': async (victim, fault) => {
    const file = victim.world.fillerOf(machineOf(victim, fault));
    await run(['sh', '-c', 'head -c 64M /dev/zero >"$0" 2>/dev/null; true', file]);
    return () => rm(file, { force: true });
  },
  'read-only': async (victim, fault) => {
    const place = victim.world.host(machineOf(victim, fault));
    const above = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"';
    await place.run(['sh', '-c', above, fault.directory]);
    return () => place.run(['umount', '-l', fault.directory]);
  },
  'second-here': (victim) => second(victim, victim.from),
  'second-there': (victim) => second(victim, laptop),
  'foreign-rule': async ({ world, router, notes }) => {
    notes.rules.add(`-A -t ${foreignService} -s rr`);
    await world.ipvsadm(router, ['-A', '-t', foreignService, '-s', 'rr']);
    return undefined;
  },
  'foreign-weight': async ({ world, router, notes }) => {
    const rule = (await world.rules(router)).find((each) => each.startsWith('-a '));
    const [, service, real] = /^-a -t (\S+) -r (\S+) /.exec(rule ?? '') ?? [];
    if (service === undefined || real === undefined) return undefined;
    notes.weights.add(`-t ${service}`);
    await world.ipvsadm(router, ['-e', '-t', service, '-r', real, '-m', '-w', '77']);
    return undefined;
  },
  'edit-file': async ({ world, from, notes }) => {
    notes.edit = true;
    await appendFile(await world.pathOf(from, '/etc/lvs/lvs.yaml'), `${editOfAnother}\n`);
    return undefined;
  },
  keepalived: async ({ world, router }, { late }) => {
    await world.host(router).run(['pkill', late ? '-KILL' : '-TERM', '-x', 'keepalived']);
    return () => world.host(router).run(['sh', '-c', startKeepalived]);
  },
  'keepalived-restart': async ({ world, router }, { late }) => {
    await world.host(router).run(['pkill', late ? '-KILL' : '-TERM', '-x', 'keepalived']);
    await world.host(router).run(['sh', '-c', startKeepalived]);
    return undefined;
  },
  'keepalived-reload': async ({ world, router }) => {
    await world.host(router).run(['pkill', '-HUP', '-o', '-x', 'keepalived']);
    return undefined;
  },
  monitor: async ({ monitors, router }, { late }) => {
    await monitors.signal(router, late ? 'SIGKILL' : 'SIGTERM');
    return () => monitors.start(router);
  },
  'monitor-restart': async ({ monitors, router }, { late }) => {
    await monitors.signal(router, late ? 'SIGKILL' : 'SIGTERM');
    const started = monitors.start(router);
    return () => started;
  },
  'real-down': async ({ world }) => {
    await world.cluster.cutNetwork('rs1', 'eth0');
    return () => world.cluster.mendNetwork('rs1', 'eth0');
  },
  clock: async ({ world, router }, { late }) => {
    const step = async (how: string) => world.host(router).run(['date', '-s', how]);
    await step(late ? '+1 hour' : '-1 hour');
    return () => step(late ? '-1 hour' : '+1 hour');
  },
};

/** On a router, or where lvs runs. */
function machineOf({ router, from }: Victim, { here }: Fault): string {
  return here ? from : router;
}

async function signal({ world, from, running, notes }: Victim, how: NodeJS.Signals): Promise<undefined> {
  if (how === 'SIGKILL') notes.killed = true;
  else notes.interruptedAt ??= performance.now();
  // It may have ended a moment ago.
  await world
    .host(from)
    .signal(running, how)
    .catch(() => {});
}

function other(router: string): string {
  return router === 'lvs1' ? 'lvs2' : 'lvs1';
}

/** Another lvs at the same time. It must end with a status of its own, whatever becomes of the first. */
async function second({ world, notes, leg }: Victim, machine: string): Promise<Heal> {
  notes.second = true;
  const words = leg.change.kind === 'failover' ? ['apply', '--yes'] : ['failover', '--yes'];
  const running = await world.host(machine).start(['lvs', ...words], { input: '' });
  return async () => {
    const { status, stderr } = await running.finished;
    if ([0, 3, 4, 5].includes(status)) return;
    notes.violations.push(violation('second', 'status 0, 3, 4 or 5', `${status}: ${stderr.slice(0, 300)}`));
  };
}
