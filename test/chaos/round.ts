import { readFile } from 'node:fs/promises';
import { converge, type LeftByOthers, restore } from './converge.ts';
import { rulesOf } from './declared.ts';
import { violationsOf } from './invariants.ts';
import { playLeg } from './leg.ts';
import { Monitors } from './monitors.ts';
import { monitoredIn } from './others.ts';
import type { OwnerWatch } from './owner-watch.ts';
import { type Ownership, ownerlessSpans, type Span, sharedSpans } from './owners.ts';
import { type Sight, servedThroughout, type Violation } from './played.ts';
import { legOf, type Schedule, type Selection } from './schedule.ts';
import { look } from './sight.ts';
import { Timeline } from './timeline.ts';
import { desk, laptop, type World } from './world.ts';

/** What became of a round. */
export interface RoundResult {
  readonly seed: number;
  readonly kinds: readonly string[];
  readonly violations: readonly Violation[];
  readonly timeline: readonly string[];
  readonly inQueue: boolean;
  readonly seconds: number;
  /** Part of that time in which something waited for a processor; null: not known. */
  readonly pressure: number | null;
  /** Seconds for which addresses had two owners: in all, and since all machines ran again. */
  readonly shared: readonly Times[];
  readonly statuses: readonly number[];
}

/** Plays a round, and leaves everything in order unless it finds violations. */
export async function playRound(
  world: World,
  watch: OwnerWatch,
  schedule: Schedule,
  selection: Selection,
): Promise<RoundResult> {
  const begin = performance.now();
  const before = await secondsPressed();
  const timeline = new Timeline();
  const violations: Violation[] = [];
  const statuses: number[] = [];
  const shared: Times[] = [];
  let inQueue = false;
  let current = schedule.base;
  const monitors = new Monitors(world);
  const left: LeftByOthers = { rules: new Set(), weights: new Set(monitoredIn(current)), copies: false };
  const kinds: string[] = [];
  for (let index = 0; index < schedule.legs && violations.length === 0; index++) {
    const leg = legOf(schedule, index, current, selection);
    kinds.push(leg.change.kind, ...leg.faults.map(({ kind }) => kind));
    watch.take();
    const start = initial(await look(world, desk));
    const { played, notes, from, inQueue: queued, machinesRunAt } = await playLeg(world, monitors, leg, timeline);
    const events = [...start, ...watch.take()];
    const spans = timesOf(sharedSpans(events, performance.now()), machinesRunAt);
    const served = servedThroughout(played.before, played.settled, leg);
    const ownerless = ownerlessSpans(events, performance.now()).filter(({ address }) => served.includes(address));
    const longest = (times: readonly Times[]) => Math.max(0, ...times.map(({ afterwards }) => afterwards));
    const ownerlessSeconds = longest(timesOf(ownerless, machinesRunAt));
    violations.push(
      ...violationsOf({ ...played, copies: left.copies, sharedSeconds: longest(spans), ownerlessSeconds }),
    );
    violations.push(...notes.violations);
    statuses.push(played.ended.status);
    shared.push(...spans);
    inQueue ||= queued;
    for (const rule of notes.rules) left.rules.add(rule);
    for (const service of monitoredIn(leg.change.after)) left.weights.add(service);
    // What was not fully rolled back is not in lvs.yaml now.
    if (![0, 3, 4, 130].includes(played.ended.status)) {
      for (const rule of rulesOf(leg.change.after)) left.rules.add(rule);
      left.copies = true;
    }
    left.copies ||= notes.edit || notes.second;
    if (violations.length > 0) timeline.note(`said: ${played.ended.stderr.slice(-1500)}`);
    // Another user's edit of a router's copy stays there unless it was applied.
    const isRefused = leg.change.byHand && played.ended.status !== 0;
    current = (isRefused ? null : played.settled.declared) ?? current;
    await world.declare(current, isRefused ? [desk, laptop, from] : [desk, laptop]);
  }
  violations.push(...(await converge(world, timeline, left)));
  if (violations.length === 0) violations.push(...(await restore(world, monitors, timeline, schedule)));
  else await monitors.stop();
  const seconds = (performance.now() - begin) / 1000;
  const after = await secondsPressed();
  return {
    seed: schedule.seed,
    ...{ kinds, violations, timeline: timeline.lines(), inQueue, shared, statuses, seconds },
    pressure: before === null || after === null ? null : (after - before) / seconds,
  };
}

/** Seconds in which something waited for a processor since the machine was started; null: this kernel does not count them. */
async function secondsPressed(): Promise<number | null> {
  const text = await readFile('/proc/pressure/cpu', 'utf8').catch(() => '');
  const microseconds = /^some .*total=(\d+)/m.exec(text)?.[1];
  return microseconds === undefined ? null : Number(microseconds) / 1e6;
}

function initial(sight: Sight): Ownership[] {
  return Object.entries(sight.routers).flatMap(([router, { addresses }]) =>
    addresses.map((address) => ({ at: performance.now(), router, address, has: true })),
  );
}

interface Times {
  readonly whole: number;
  readonly afterwards: number;
}

/** Seconds of spans, and those of them since all machines ran again. */
function timesOf(spans: readonly Span[], machinesRunAt: number): Times[] {
  return spans.map(({ from, to }) => ({
    whole: (to - from) / 1000,
    afterwards: Math.max(0, to - Math.max(from, machinesRunAt)) / 1000,
  }));
}
