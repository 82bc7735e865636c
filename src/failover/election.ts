import type { Method, SteersBack } from '../converge/planned.ts';
import type { Surveyed } from '../converge/survey.ts';
import { LvsError } from '../model/errors.ts';
import { isAdvertising } from '../plan/advertise.ts';
import type { Change, Command, Stage } from '../plan/change.ts';
import { holdElection, releaseElection, releaseLater, untilMaster } from '../plan/election/hold.ts';
import { addressesIn, placementsIn } from '../plan/election/keepalived-conf.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { placementOf } from '../plan/placements.ts';
import { orLost } from '../router/lost.ts';

type Plan = (router: Surveyed, changes: readonly Change[]) => Method;

/**
 * A failover where keepalived moves the addresses. The target has them first, as without it, which keepalived does not mind.
 * Then the master is put at fault, and removes them by itself: were they deleted, it would be a backup that may win the
 * election once more. It stays at fault until the target is master.
 */
export async function steering(routers: readonly Surveyed[], usual: Plan, target: string): Promise<Plan> {
  const confs = new Map(await Promise.all(routers.map(async (router) => [router, await readConf(router)] as const)));
  return (router, changes) => {
    const conf = confs.get(router) ?? '';
    const steersBack: SteersBack = (back, from) =>
      router.name === target ? givingBack({ ...router, live: from }, back, conf) : taking(router, back);
    const method = { ...usual(router, changes), steered: addressesIn(conf), steersBack };
    if (changes.length === 0) return method;
    if (router.name === target) return { ...method, changes: taking(router, method.changes) };
    if (router.election !== 'MASTER') return method;
    const putAway = [...method.putAway, releaseElection('restore')];
    return { ...method, changes: givingUp(router, method.changes, placementsIn(conf)), putAway };
  };
}

/** What keepalived was told there, as far as one can know: nothing where the file is gone. */
async function readConf({ name, runner }: Surveyed): Promise<string> {
  const { stdout } = await orLost(name, 'read-failed', runner.run(['cat', '--', electionPlaces.config]));
  return stdout;
}

/** keepalived announces by itself, too; an address that left its device for a moment would make it give up all. */
function taking({ tools }: Surveyed, changes: readonly Change[]): Change[] {
  const kept = changes.map((change) => ({
    ...change,
    commands: change.commands.filter((command) => !isAdvertising(command)),
  }));
  return withLast(kept, untilMaster('tidy', tools.election?.advertInterval ?? 0));
}

/**
 * What keepalived did not put there it does not remove: that goes by our hand, and afterwards. keepalived does not look at the
 * prefix of what somebody deletes, and would take it for its own while it is master.
 */
function givingUp({ live, tools }: Surveyed, changes: readonly Change[], elected: ReadonlySet<string>): Change[] {
  const gone = new Set(changes.filter(({ action }) => action === 'remove').map(({ key }) => key));
  const own = live.addresses.filter((held) => gone.has(held.address) && elected.has(placementOf(held)));
  const isOwn = ({ argv }: Command) => elected.has(`${argv[3]} ${argv[5]}`);
  const first = changes.flatMap(({ commands }) => commands.filter(isDeletion))[0];
  if (first === undefined) return [...changes];
  const held = changes.map((change) => ({
    ...change,
    commands: change.commands.flatMap((command) => {
      if (!isDeletion(command)) return [command];
      return [
        ...(command === first ? [holdElection(command.stage, own)] : []),
        ...(isOwn(command) ? [] : [{ ...command, stage: afterLettingGo(command.stage) }]),
      ];
    }),
  }));
  const [begin, ...others] = withLast(held, releaseElection('restore'));
  if (begin === undefined) return [];
  const later = releaseLater('prepare', tools.election?.advertInterval ?? 0);
  return [{ ...begin, commands: [later, ...begin.commands] }, ...others];
}

/**
 * The same by a router by itself, which does not know how far the other one is: it has time to become master, and what a run
 * that died left here is deleted when keepalived is at fault, and does not mind.
 */
function givingBack(router: Surveyed, changes: readonly Change[], conf: string): Change[] {
  const deletions = changes.flatMap(({ commands }) => commands.filter(isDeletion));
  if (deletions.length === 0) return [...changes];
  const held = givingUp(router, changes, placementsIn(conf));
  const [first, ...others] = held.map((change) => ({
    ...change,
    commands: change.commands.filter(({ argv }) => argv[0] !== 'ip'),
  }));
  if (first === undefined) return [];
  const later = deletions.map((command): Command => ({ ...command, stage: 'withdraw' }));
  return [{ ...first, commands: [...first.commands, ...later] }, ...others];
}

const deleting: readonly Stage[] = ['hold', 'disable'];

function isDeletion({ stage, argv }: Command): boolean {
  return deleting.includes(stage) && argv[0] === 'ip' && argv[1] === 'addr' && argv[2] === 'del';
}

/** In `hold` all happens in its order; elsewhere ip(8) comes before scripts. */
function afterLettingGo(stage: Stage): Stage {
  return stage === 'hold' ? stage : 'tidy';
}

function withLast(changes: readonly Change[], command: Command): Change[] {
  const last = changes.at(-1);
  return changes.map((change) => (change === last ? { ...change, commands: [...change.commands, command] } : change));
}

/** Refuses a failover that keepalived would not follow. Throws `refused`. */
export function requireElection(target: Surveyed, routers: readonly Surveyed[]): void {
  const problem = problemOf(target) ?? routers.map(strangerOf).find((found) => found !== null) ?? null;
  if (problem === null) return;
  throw new LvsError('refused', `${problem.router}: ${problem.message}; nothing was run`, {
    details: [problem],
    hint: 'look at "lvs status" and at keepalived\'s log there; "lvs apply" starts it where it does not run',
  });
}

function problemOf({ name, election = null }: Surveyed): { router: string; message: string } | null {
  if (election === null || election === 'BACKUP' || election === 'MASTER') return null;
  const message =
    election === 'not running' ? 'keepalived does not run' : `keepalived cannot take over: it is ${election}`;
  return { router: name, message };
}

function strangerOf({ name, election = null }: Surveyed): { router: string; message: string } | null {
  if (election !== 'unknown') return null;
  return { router: name, message: 'keepalived runs, but not as lvs set it up' };
}
