import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseOf } from './declared.ts';
import { OwnerWatch } from './owner-watch.ts';
import { playRound, type RoundResult } from './round.ts';
import { type Schedule, type Selection, scheduleOf } from './schedule.ts';
import { desk, World, type WorldPlan } from './world.ts';

/** What is to be played in one world. */
export interface Order extends WorldPlan {
  readonly seeds: readonly number[];
  readonly selection: Selection;
}

/** What the inside tells, a line of JSON each. */
export type Message =
  | { readonly type: 'begin'; readonly seed: number }
  | { readonly type: 'round'; readonly result: RoundResult }
  | { readonly type: 'broken'; readonly seed: number | null; readonly message: string }
  /** Told by who plays them: a round broke, and is played again in a new world. */
  | { readonly type: 'again'; readonly seed: number; readonly message: string };

/** The program that plays rounds, in a kernel or in namespaces of their own. Its one word is a directory with order.json. */
const [, , scratch = '.'] = process.argv;
const order = JSON.parse(readFileSync(join(scratch, 'order.json'), 'utf8')) as Order;
const tell = (message: Message) => process.stdout.write(`${JSON.stringify(message)}\n`);

/** Until all are played, or the world is no place to begin from any more. */
async function playAll(): Promise<void> {
  const world = await World.build(order, baseOf('manual'));
  let engine: string | null = null;
  let watch = new OwnerWatch();
  for (const schedule of inPlaces(order.seeds.map((seed) => scheduleOf(seed, order.selection)))) {
    const { seed } = schedule;
    tell({ type: 'begin', seed });
    try {
      const place = placeOf(schedule);
      if (engine !== place) {
        await watch.close();
        await begin(world, schedule, engine !== null);
        watch = new OwnerWatch();
      }
      engine = place;
      const result = await playRound(world, watch, schedule, order.selection);
      tell({ type: 'round', result });
      if (result.violations.length > 0) return;
    } catch (error) {
      tell({ type: 'broken', seed, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      return;
    }
  }
  await watch.close();
}

function placeOf({ base, systemd }: Schedule): string {
  const { engine, twoWays, ipv6, checked } = base;
  return [engine, twoWays, ipv6, checked, systemd].join(' ');
}

/** Those that begin alike together, for another beginning takes a while. */
function inPlaces(schedules: readonly Schedule[]): Schedule[] {
  return [...schedules].sort((a, b) => placeOf(a).localeCompare(placeOf(b)) || a.seed - b.seed);
}

/** A converged pair. */
async function begin(world: World, { base, systemd }: Schedule, again: boolean): Promise<void> {
  if (again) await world.reset(base);
  else await world.declare(base);
  if (systemd) await world.bootSystemd();
  const { status, stderr } = await world.host(desk).run(['lvs', 'apply', '--yes'], { timeLimitSeconds: 200 });
  if (status !== 0) throw new Error(`the first apply ended with status ${status}: ${stderr}`);
}

try {
  await playAll();
} catch (error) {
  tell({
    type: 'broken',
    seed: null,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}
// The first process of its namespaces: with it ends all that runs in the world, with its mounts and networks.
process.exit();
