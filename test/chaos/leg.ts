import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from '../../src/rehearsal/cluster/process.ts';
import { type Heal, type Notes, strikes, type Victim } from './faults.ts';
import type { Monitors } from './monitors.ts';
import { monitoredIn } from './others.ts';
import { bounds, type Ended, ownersOf, type Played, type Sight } from './played.ts';
import { ProgramFaults } from './program-faults.ts';
import type { Fault, Leg, Part } from './schedule.ts';
import { look } from './sight.ts';
import type { Timeline } from './timeline.ts';
import { desk, routerNames, type World } from './world.ts';

/** A leg that was played; how long addresses had two owners is known to who watched them. */
export interface PlayedLeg {
  readonly played: Omit<Played, 'sharedSeconds' | 'ownerlessSeconds'>;
  readonly notes: Notes;
  /** Whether a fault struck while new connections were queued. */
  readonly inQueue: boolean;
  /** When the machines ran again and reached each other, by performance.now(). */
  readonly machinesRunAt: number;
  readonly from: string;
}

interface Stage {
  readonly world: World;
  readonly monitors: Monitors;
  readonly leg: Leg;
  readonly timeline: Timeline;
  readonly routerOf: (part: Part) => string;
  readonly from: string;
  readonly programs: ProgramFaults;
  readonly notes: Notes;
  readonly isOver: () => boolean;
  readonly struck: { any: boolean; inQueue: boolean; machinesRunAt: number; readonly healing: Promise<unknown>[] };
}

/** Plays a leg: the change, its faults, and the time until everything has settled. */
export async function playLeg(world: World, monitors: Monitors, leg: Leg, timeline: Timeline): Promise<PlayedLeg> {
  const first = await look(world, desk);
  const active = routerNames.find((name) => first.routers[name]?.addresses.length !== 0) ?? 'lvs1';
  const routerOf = (part: Part) => ((part === 'active') === (active === 'lvs1') ? 'lvs1' : 'lvs2');
  const from = leg.from === 'desk' ? desk : routerOf(leg.from);
  const before = { ...first, declared: (await look(world, from)).declared };
  const notes: Notes = {
    ...{ killed: false, interruptedAt: null, cutOff: new Set() },
    ...{ rules: new Set(), weights: new Set(monitoredIn(leg.change.after)), second: false, edit: false },
    violations: [],
  };
  for (const part of leg.monitors) await monitors.start(routerOf(part));
  let over = false;
  const stage: Stage = {
    ...{ world, monitors, leg, timeline, routerOf, from, notes },
    programs: new ProgramFaults(),
    isOver: () => over,
    struck: { any: false, inQueue: false, machinesRunAt: performance.now(), healing: [] },
  };
  if (leg.change.byHand) await world.declare(leg.change.after, [from]);
  await stage.programs.forget();
  const armed = await armAll(stage);
  const begin = performance.now();
  timeline.note(`${from}: lvs ${leg.change.words.join(' ')} (active: ${active})`);
  const running = await world.host(from).start(['lvs', ...leg.change.words], { input: '' });
  const faults = armed.map((fault) => playFault(stage, fault, running));
  const confirming = confirm(stage, running);
  const ended = await endOf(running, begin);
  over = true;
  timeline.note(
    `${from}: lvs ended with status ${ended.status}${ended.stuck ? ', killed by the harness' : ''}: ${lastLine(ended)}`,
  );
  const interruptedSeconds = notes.interruptedAt === null ? 0 : (performance.now() - notes.interruptedAt) / 1000;
  const atEnd = await look(world, from);
  const cutOff = [...notes.cutOff];
  await Promise.all([...faults, confirming]);
  await Promise.all(stage.struck.healing);
  await stage.programs.disarmAll();
  timeline.note('all faults are over');
  const grace = leg.change.confirmSeconds ?? 0;
  const { settled, seconds, lockedSeconds } = await settle(world, from, grace, timeline);
  timeline.note(`settled after ${seconds.toFixed(1)} s`);
  await stage.programs.forget();
  const { killed, rules, weights, second, edit } = notes;
  const foreign = { rules, weights, second, edit };
  const { any: struck } = stage.struck;
  const played = {
    ...{ leg, from, before, ended, struck, killed, interruptedSeconds, atEnd, cutOff, foreign },
    ...{ settled, settledSeconds: seconds, lockedSeconds },
  };
  return { played, notes, from, inQueue: stage.struck.inQueue, machinesRunAt: stage.struck.machinesRunAt };
}

/** Programs that are to fail are armed before lvs starts, and so are those by which others faults know their moment. */
async function armAll({ leg, programs, routerOf }: Stage): Promise<{ fault: Fault; waits: boolean }[]> {
  const armed: { fault: Fault; waits: boolean }[] = [];
  for (const fault of leg.faults) {
    const { kind, moment, point, late } = fault;
    const router = routerOf(point.part);
    const { words, nth } = point;
    if (kind === 'fail' || kind === 'hang' || kind === 'empty' || kind === 'garbage') {
      const isArmed = await programs.arm(router, point.program, {
        effect: kind,
        words,
        nth,
        every: kind !== 'hang' && late,
        late,
      });
      armed.push({ fault, waits: isArmed });
    } else {
      const waits =
        moment.type === 'at' && (await programs.arm(router, point.program, { effect: 'pause', words, nth }));
      armed.push({ fault, waits });
    }
  }
  return armed;
}

async function playFault(
  stage: Stage,
  { fault, waits }: { fault: Fault; waits: boolean },
  running: Running,
): Promise<void> {
  const { world, monitors, leg, timeline, routerOf, from, programs, notes, isOver, struck } = stage;
  const { kind, point, part, moment } = fault;
  const place = routerOf(point.part);
  const strike = strikes[kind];
  if (strike === undefined && !waits) return;
  if (waits) {
    if (!(await programs.struck(place, point.program, isOver))) return;
  } else if (!(await waitUntil(moment.type === 'after' ? moment.milliseconds : 1500, isOver))) return;
  struck.any = true;
  if (await hasQueue(world, routerOf('active'))) struck.inQueue = true;
  const at = waits ? ` at "${point.program} ${point.words}" number ${point.nth} on ${place}` : '';
  const queued = struck.inQueue ? ', while new connections are queued' : '';
  if (strike === undefined) {
    timeline.note(`fault: ${kind}${at}${queued}`);
    if (kind === 'hang') struck.healing.push(letGoLater(stage, fault, place));
    return;
  }
  const router = routerOf(part);
  const peer = routerOf(part === 'active' ? 'backup' : 'active');
  const victim: Victim = { world, leg, from, router, peer, running, monitors, notes };
  timeline.note(`fault: ${kind} (${part} ${router}, ${fault.network})${at}${queued}`);
  const heal = await strike(victim, fault);
  if (waits) await programs.letGo(place, point.program);
  if (heal !== undefined) struck.healing.push(healLater(stage, fault, heal));
}

/** Whether the time came before lvs ended. */
async function waitUntil(milliseconds: number, isOver: () => boolean): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if (isOver()) return false;
    await pause(5);
  }
  return !isOver();
}

const ofMachines = ['freeze', 'cut', 'split', 'one-way'];

async function healLater({ timeline, struck }: Stage, { kind, seconds }: Fault, heal: Heal): Promise<void> {
  await pause(seconds * 1000);
  await heal();
  if (ofMachines.includes(kind)) struck.machinesRunAt = performance.now();
  timeline.note(`over: ${kind}`);
}

/** What hangs does so until lvs has ended, and longer than a lock may. */
async function letGoLater(
  { isOver, programs, timeline }: Stage,
  { seconds, point, late }: Fault,
  place: string,
): Promise<void> {
  const end = performance.now() + 25_000;
  while (!isOver() && performance.now() < end) await pause(50);
  await pause(seconds * 1000);
  await programs.letGo(place, point.program);
  timeline.note(`over: hang (the command ${late ? 'runs after all' : 'fails'})`);
}

async function hasQueue(world: World, router: string): Promise<boolean> {
  return (await world.host(router).run(['test', '-e', '/sys/class/net/lvshold0'])).status === 0;
}

async function confirm({ leg, world, from, isOver, timeline, routerOf }: Stage, running: Running): Promise<void> {
  if (leg.change.confirmSeconds === null || !leg.confirms) return;
  let said = '';
  running.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  while (!/confirm/.test(said)) {
    if (isOver()) return;
    await pause(50);
  }
  const place = from === desk ? desk : routerOf('active');
  const { status } = await world.host(place).run(['lvs', 'confirm']);
  timeline.note(`${place}: lvs confirm ended with status ${status}`);
}

async function endOf(running: Running, begin: number): Promise<Ended> {
  let stuck = false;
  const timer = setTimeout(() => {
    stuck = true;
    running.kill();
  }, bounds.run * 1000);
  const { status, stdout, stderr } = await running.finished;
  clearTimeout(timer);
  return { status, stdout, stderr, stuck, seconds: (performance.now() - begin) / 1000 };
}

function lastLine({ stderr, stdout }: Ended): string {
  const [line = ''] = stderr
    .split('\n')
    .filter((each) => each.startsWith('lvs'))
    .slice(-1);
  return (line || stdout.trim().split('\n').at(-1) || '').slice(0, 200);
}

/** Looks until all is as it is to be, or time is up. */
export async function settle(
  world: World,
  from: string,
  grace: number,
  timeline: Timeline,
): Promise<{ readonly settled: Sight; readonly seconds: number; readonly lockedSeconds: number }> {
  const begin = performance.now();
  let waitedFor = '';
  let lockedSeconds = 0;
  for (;;) {
    const settled = await look(world, from);
    const open = unsettled(settled);
    if (open !== '' && open !== waitedFor) timeline.note(`waiting for: ${open}`);
    waitedFor = open;
    const seconds = Math.max(0, (performance.now() - begin) / 1000 - grace);
    if (Object.values(settled.routers).some(({ lockFree }) => !lockFree)) lockedSeconds = seconds;
    if (open === '' || seconds > bounds.leftOver) return { settled, seconds, lockedSeconds };
    await pause(400);
  }
}

/** What is not as it is to be yet; nothing when all is. */
function unsettled(sight: Sight): string {
  const shared = [...ownersOf(sight)].filter(([, owners]) => owners.length !== 1);
  return [
    ...sight.leftOver,
    ...Object.entries(sight.routers).flatMap(([name, { leftOver, lockFree }]) => [
      ...leftOver.map((each) => `${name}: ${each}`),
      ...(lockFree ? [] : [`${name}: the lock`]),
    ]),
    ...shared.map(([address, owners]) => `${address} on ${owners.join(' and ') || 'none'}`),
  ].join('; ');
}
