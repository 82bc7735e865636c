import type { Method } from '../converge/planned.ts';
import type { Surveyed } from '../converge/survey.ts';
import { LvsError } from '../model/errors.ts';
import type { Change, Command, Stage } from '../plan/change.ts';
import { holdElection, releaseElection, releaseLater, untilMaster } from '../plan/election/hold.ts';

type Plan = (router: Surveyed, changes: readonly Change[]) => Method;

/**
 * A failover where keepalived moves the addresses. The target has them first, as without it, which keepalived does not mind.
 * Then the master is put at fault, and removes them by itself: were they deleted, it would be a backup that may win the
 * election once more. It stays at fault until the target is master.
 */
export function steering(usual: Plan, target: string): Plan {
  return (router, changes) => {
    const method = usual(router, changes);
    if (changes.length === 0) return method;
    if (router.name === target) return { ...method, changes: taking(method.changes) };
    if (router.election !== 'MASTER') return method;
    const putAway = [...method.putAway, releaseElection('restore')];
    return { ...method, changes: givingUp(router, method.changes), putAway };
  };
}

/** keepalived announces by itself, too; an address that left its device for a moment would make it give up all. */
function taking(changes: readonly Change[]): Change[] {
  const kept = changes.map((change) => ({
    ...change,
    commands: change.commands.filter(({ stage, argv }) => stage !== 'tell' || argv[0] !== 'ip'),
  }));
  return withLast(kept, untilMaster('tidy'));
}

function givingUp({ live }: Surveyed, changes: readonly Change[]): Change[] {
  const gone = new Set(changes.filter(({ action }) => action === 'remove').map(({ key }) => key));
  const addresses = live.addresses.filter(({ address }) => gone.has(address));
  const deletions = changes.flatMap(({ commands }) => commands.filter(isDeletion));
  const last = deletions.at(-1);
  const held = changes.map((change) => ({
    ...change,
    commands: change.commands.flatMap((command) => {
      if (command === last) return [holdElection(command.stage, addresses)];
      return isDeletion(command) ? [] : [command];
    }),
  }));
  const [first, ...others] = withLast(held, releaseElection('restore'));
  if (first === undefined || last === undefined) return [...changes];
  return [{ ...first, commands: [releaseLater('prepare'), ...first.commands] }, ...others];
}

const deleting: readonly Stage[] = ['hold', 'disable'];

function isDeletion({ stage, argv }: Command): boolean {
  return deleting.includes(stage) && argv[0] === 'ip' && argv[1] === 'addr' && argv[2] === 'del';
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
